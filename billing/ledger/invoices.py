"""Issued invoices: what was numbered and frozen, and is never edited again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from betalningsansvar.billing.ledger.head import Head, receipt_text

InvoiceKind = Literal["invoice", "credit", "settlement"]


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """One line of an issued invoice: a run of days `fran`–`tom` (inclusive) under one rule and rate.

    `arende_id` is `""` on lines of a mean or a schablon. `dygn_micro` is millionths of a dygn, `rate_ore` öre
    per dygn, `amount_ore` the line's amount. On a credit, `amount_ore` and `dygn_micro` have the opposite sign of
    the line they reverse, and `reason` is the code that says why.
    """

    arende_id: str
    regelverk: str
    modell: str
    fran: date
    tom: date
    dygn_micro: int
    rate_ore: int
    amount_ore: int
    reason: str


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """One issued invoice of one kommun and month (`period` as `2018-11`).

    `credits` is the number of the invoice a credit reverses (None for the other kinds). A credit refers to one
    invoice only. `amount_ore` is the sum of the lines. `prefix` stands before the number wherever it is printed;
    `due_date` and `objection_until` are the last days to pay and to object (None: not stated when it was issued).
    `entry` is its place in the ledger's chain and `hash` that entry's.
    """

    number: int
    kommun: str
    period: str
    kind: InvoiceKind
    credits: int | None
    invoice_date: date
    amount_ore: int
    lines: tuple[IssuedLine, ...]
    prefix: str = ""
    due_date: date | None = None
    objection_until: date | None = None
    entry: int = 0
    hash: str = ""

    @property
    def printed_number(self) -> str:
        """The number as it stands on paper and in files: with the ledger's prefix."""
        return f"{self.prefix}{self.number}"

    @property
    def receipt(self) -> str:
        """What proves, outside the ledger, that the ledger held this invoice; `""` for one that is in none."""
        return receipt_text(Head(self.entry, self.hash)) if self.hash else ""

    @property
    def is_credit_note(self) -> bool:
        """Whether the kommun gets money back: a credit, or a settlement in its favour."""
        return self.kind == "credit" or self.amount_ore < 0

    @property
    def swedish_kind(self) -> str:
        return "kreditfaktura" if self.is_credit_note else "faktura"
