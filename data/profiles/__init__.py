"""How another system's export is read: one TOML file a system."""
