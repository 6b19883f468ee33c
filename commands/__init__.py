"""The command line, one file a topic: parse, call one operation, print."""
