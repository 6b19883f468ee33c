"""A span of months over cases in batches: small additive sums of each batch, added up and priced at the end."""
