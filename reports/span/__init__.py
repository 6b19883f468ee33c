"""What a person opens of a span of months: tables, a workbook, a map. No invoices: those belong to a month."""
