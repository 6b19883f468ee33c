"""What the user's own small files say: sender, recipients, bookkeeping, population."""
