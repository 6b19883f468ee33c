"""The analyst's papers."""
