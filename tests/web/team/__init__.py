"""The page as a server for several officers."""
