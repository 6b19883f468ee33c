"""Getting data in: readers, the code vocabulary, the kommuner, examples and the synthetic generator."""
