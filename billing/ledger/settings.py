"""How a ledger is kept: where its numbers begin, what stands before them, and whether issuing takes two people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.chain import Writer, digest, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import INVOICE, SETTING
from betalningsansvar.data.settings.avsandare import LARGEST_FIRST_NUMBER, Nummerserie

_PREFIX = re.compile(r"[A-ZÅÄÖ0-9/-]{0,8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """`first_number` of the invoices, the `prefix` printed before each number, and `four_eyes`: nothing is issued
    that another person has not approved."""

    first_number: int = 1
    prefix: str = ""
    four_eyes: bool = False


class NumberSeriesError(LedgerError):
    """The sender's series of numbers is not the one by which the ledger numbers: `sender` and `held`."""

    def __init__(self, sender: Nummerserie, held: LedgerSettings) -> None:
        self.sender, self.held = sender, held
        super().__init__(
            f"Avsändarens nummerserie börjar på {sender.prefix}{sender.forsta}, men liggarens på "
            f"{held.prefix}{held.first_number}, och den kan inte ändras. Rätta avsändaren, eller använd rätt liggare."
        )


@readable
def has_series(connection: Connection, series: Nummerserie) -> bool:
    """Whether the ledger numbers by the series; False where nothing decides it yet, so that the first issue sets it.

    Raises NumberSeriesError where the ledger numbers otherwise.
    """
    values = _stored(connection)
    held = settings_of(values)
    if (held.first_number, held.prefix) == (series.forsta, series.prefix):
        return True
    if values.keys() & {"first_number", "prefix"} or connection.execute(select(func.max(INVOICE.c.number))).scalar():
        raise NumberSeriesError(series, held)
    return False


def set_series(connection: Connection, series: Nummerserie, now: str, by: str) -> None:
    """Keep the series, inside a transaction that writes, before anything is numbered. Raises NumberSeriesError."""
    if not has_series(connection, series):
        _keep(connection, {"first_number": str(series.forsta), "prefix": series.prefix}, now, by)


@readable
def read_settings(connection: Connection) -> LedgerSettings:
    """As they are now; the last row of each name holds."""
    return settings_of(_stored(connection))


def settings_of(values: dict[str, str]) -> LedgerSettings:
    """From the stored texts, by name."""
    return LedgerSettings(
        first_number=int(values.get("first_number", "1")),
        prefix=values.get("prefix", ""),
        four_eyes=values.get("four_eyes") == "ja",
    )


def change_settings(
    ledger: Ledger,
    at: datetime,
    *,
    by: str = "",
    first_number: int | None = None,
    prefix: str | None = None,
    four_eyes: bool | None = None,
) -> LedgerSettings:
    """Keep what is given as entries of the chain; makes the ledger where there is none. Returns what then holds.

    Raises LedgerError for a number or prefix that cannot be, or that comes after the first invoice.
    """
    if first_number is not None and not 1 <= first_number <= LARGEST_FIRST_NUMBER:
        raise LedgerError(f"Första fakturanumret ska vara 1–{LARGEST_FIRST_NUMBER}; det angivna är {first_number}.")
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        raise LedgerError("Det som står före fakturanumret får vara högst åtta tecken: bokstäver, siffror, - och /.")
    wanted = {
        "first_number": None if first_number is None else str(first_number),
        "prefix": prefix,
        "four_eyes": None if four_eyes is None else ("ja" if four_eyes else "nej"),
    }
    now = moment(at)
    with ledger.writing(now) as connection:
        held = _stored(connection)
        changed = {name: value for name, value in wanted.items() if value is not None and value != held.get(name)}
        issued = connection.execute(select(func.max(INVOICE.c.number))).scalar_one()
        if issued is not None and changed.keys() & {"first_number", "prefix"}:
            raise LedgerError(
                f"Nummerserien kan inte ändras: liggaren har redan utfärdat till och med nummer {issued}. {UNCHANGED}"
            )
        _keep(connection, changed, now, by)
        return settings_of(held | changed)


def _stored(connection: Connection) -> dict[str, str]:
    return dict(plain_rows(connection, select(SETTING.c.name, SETTING.c.value).order_by(SETTING.c.entry)))


def _keep(connection: Connection, values: dict[str, str], now: str, by: str) -> None:
    """Add an entry for each."""
    chain = Writer(connection, now, by)
    for name, value in values.items():
        row = {"name": name, "value": value}
        connection.execute(SETTING.insert().values(entry=chain.add("setting", digest(row)), **row))
