"""The page as a server for several officers, behind a proxy that has signed them in."""
