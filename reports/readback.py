"""Holds every written workbook against the Bill before it leaves the house."""

from __future__ import annotations


class ReadBackError(Exception):
    """Figures that must be equal are not. It is a fault in the program, never in the data; nothing is published."""
