"""What leaves the ledger: invoices, e-invoices, vouchers."""
