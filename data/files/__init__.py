"""From bytes to a raw table: which files, which encoding, which header row."""
