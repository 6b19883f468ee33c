"""Synthetic data of any size; no patient in it exists."""
