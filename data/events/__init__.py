"""Messages and row versions folded into cases."""
