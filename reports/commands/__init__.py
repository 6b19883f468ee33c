"""The commands, one file a topic: parse, call, print. Each imports what it needs when it runs."""
