"""What a person opens: Excel, PDF, CSV. Formats; decides nothing."""
