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

LARGEST_FIRST_NUMBER = 999_999_999
_PREFIX = re.compile(r"[A-ZÅÄÖ0-9/-]{0,8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """`first_number` of the invoices, the `prefix` printed before each number, and `four_eyes`: nothing is issued
    that another person has not approved."""

    first_number: int = 1
    prefix: str = ""
    four_eyes: bool = False


@readable
def read_settings(connection: Connection) -> LedgerSettings:
    """As they are now; the last row of each name holds."""
    query = select(SETTING.c.name, SETTING.c.value).order_by(SETTING.c.entry)
    return settings_of(dict(plain_rows(connection, query)))


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
        held = dict(plain_rows(connection, select(SETTING.c.name, SETTING.c.value).order_by(SETTING.c.entry)))
        changed = {name: value for name, value in wanted.items() if value is not None and value != held.get(name)}
        issued = connection.execute(select(func.max(INVOICE.c.number))).scalar_one()
        if issued is not None and changed.keys() & {"first_number", "prefix"}:
            raise LedgerError(
                f"Nummerserien kan inte ändras: liggaren har redan utfärdat till och med nummer {issued}. {UNCHANGED}"
            )
        chain = Writer(connection, now, by)
        for name, value in changed.items():
            row = {"name": name, "value": value}
            connection.execute(SETTING.insert().values(entry=chain.add("setting", digest(row)), **row))
        return settings_of(held | changed)
