"""How a ledger is kept: read and changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.settings import LedgerSettings, change_settings, read_settings


@dataclass(frozen=True)
class SettingsRequest:
    """What is to be changed; None leaves a setting as it is."""

    first_number: int | None = None
    prefix: str | None = None
    four_eyes: bool | None = None


def held_settings(ledger: str) -> LedgerSettings:
    """How the ledger is kept; as one that is made now where there is none. Raises LedgerError."""
    try:
        with Ledger.parse(ledger).reading() as connection:
            return read_settings(connection)
    except NoLedgerError:
        return LedgerSettings()


def set_ledger(ledger: str, request: SettingsRequest, now: datetime, by: str = "") -> LedgerSettings:
    """Change what is given, in a ledger that is made where there is none, or only read it; returns what then holds.

    Raises LedgerError.
    """
    book = Ledger.parse(ledger)
    if request == SettingsRequest():
        with book.reading() as connection:
            return read_settings(connection)
    return change_settings(
        book, now, by=by, first_number=request.first_number, prefix=request.prefix, four_eyes=request.four_eyes
    )
