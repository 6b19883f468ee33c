"""The page: a request becomes one operation, its answer a template. Nothing is computed here, and nothing is written
to disk but the ledger and the settings folder that the user named."""
