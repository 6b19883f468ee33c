"""What a file or a page that somebody takes holds: whose it is and of how many, so that it can be told afterwards
without telling of whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holds:
    """`kommun` is the code of the one it is about, blank when it is about several or none; `count` its cases, rows or
    invoices."""

    kommun: str = ""
    count: int = 0


NOTHING = Holds()
"""It tells of no case and no invoice: rules and settings."""
