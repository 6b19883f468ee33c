"""The year: bokslut, accrual, waterfall, control totals."""
