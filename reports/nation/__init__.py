"""The country's months, each region by its own rules: tables, a workbook and a map."""
