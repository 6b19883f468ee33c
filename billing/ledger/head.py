"""The end of the chain, and what a person was shown before it was written."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.data.settings.avsandare import Nummerserie

START = "0" * 64
"""What the first entry has as `previous`."""

_SHOWN = 12
"""Characters of a hash in a code that a person can carry from one screen to the next."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number (0 in an empty ledger) and hash."""

    seq: int
    hash: str


def receipt_text(head: Head) -> str:
    """The receipt as it is printed: the same sentence in every kind of file."""
    return f"Liggarens post {head.seq}, hash {head.hash}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown: the end of the ledger's chain, and the fingerprint of the lines it was held against. Where the
    issue would set the series of numbers, `hash` is of the chain's end and the series (`with_series`).

    Read from a code, `hash` and `wanted` are the beginnings of theirs.
    """

    seq: int
    hash: str
    wanted: str

    @property
    def code(self) -> str:
        """Short enough to type: `12.0f3a….9b2c…`."""
        return f"{self.seq}.{self.hash[:_SHOWN]}.{self.wanted[:_SHOWN]}"

    @classmethod
    def parse(cls, code: str) -> Seen | None:
        """From `code`; None for a text that is none."""
        parts = code.strip().split(".")
        if len(parts) != 3 or not parts[0].isdecimal() or any(len(part) != _SHOWN for part in parts[1:]):
            return None
        return cls(int(parts[0]), parts[1], parts[2])

    def same_head(self, head: Head, series: Nummerserie | None) -> bool:
        return self.seq == head.seq and with_series(head, series).startswith(self.hash)

    def same_lines(self, wanted: str) -> bool:
        return wanted.startswith(self.wanted)


def with_series(head: Head, series: Nummerserie | None) -> str:
    """The chain's hash, or SHA-256 of it and the `series` that the next issue sets."""
    if series is None:
        return head.hash
    return sha256(f"{head.hash}\n{series.prefix}\n{series.forsta}".encode()).hexdigest()


def fingerprint(period: str, wanted: pd.DataFrame) -> str:
    """SHA-256 of a month and its wanted lines (LINE_COLUMNS), whatever order they come in."""
    rows = wanted[LINE_COLUMNS].sort_values(LINE_COLUMNS, kind="stable")
    digest = sha256(f"{period}\n".encode())
    for name in LINE_COLUMNS:
        digest.update("\x1f".join(rows[name].astype("str")).encode())
        digest.update(b"\n")
    return digest.hexdigest()
