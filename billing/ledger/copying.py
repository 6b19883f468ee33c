"""A whole ledger into another database, row for row: the same chain, the same numbers, proved at both ends."""

from __future__ import annotations

from sqlalchemy import Connection, Table, inspect, select

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError
from betalningsansvar.billing.ledger.migrations import make_schema
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import METADATA
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from betalningsansvar.billing.ledger.writing import add_rows

_IN_ORDER = tuple(METADATA.tables.values())


class TargetNotEmptyError(LedgerError):
    """The database to copy to holds something already."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(f"{address} är inte tom. En liggare kopieras bara till en tom databas. {UNCHANGED}")


def copy_ledger(source: Ledger, target: Ledger) -> Proof:
    """Copy `source` into the empty database `target` and return what both now hold.

    The source is proved before, the copy after, inside the one transaction that writes it: either the copy is the whole
    ledger, with the same end of the chain, or there is none. Raises LedgerError, BrokenLedgerError for a source that
    does not hold, TargetNotEmptyError.
    """
    with source.reading() as reading:
        proof = require_sound(reading)
        with target.filling() as writing:
            if inspect(writing).get_table_names():
                raise TargetNotEmptyError(target.address)
            make_schema(writing)
            for table in _IN_ORDER:
                add_rows(writing, table, _rows(reading, table))
            copied = require_sound(writing, proof.head.hash)
            if copied != proof:
                raise LedgerError(f"Kopian blev inte lika med liggaren som kopierades. {UNCHANGED}")
    return proof


def _rows(connection: Connection, table: Table) -> list[tuple[object, ...]]:
    return plain_rows(connection, select(table).order_by(*table.primary_key.columns))
