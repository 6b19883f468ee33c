"""What law and agreements say: dated, cited TOML, and the strict loader that turns it into frozen records."""
