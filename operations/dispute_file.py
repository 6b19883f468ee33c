"""Disputes that travel: the list as a file, and the same file with the kommun's own rows back."""

from __future__ import annotations

from datetime import date, datetime

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import disputes
from betalningsansvar.billing.ledger.dispute_table import dispute_table
from betalningsansvar.billing.ledger.disputing import Objection, ObjectionsError, register_all
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.objections import (
    AMOUNT,
    CASE,
    NUMBER,
    RAISED,
    REASON,
    ROW,
    ObjectionFileError,
    ObjectionRow,
    read_objections,
)
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.issued.dispute_book import write_dispute_book

_CELL = {"number": NUMBER, "arende_id": CASE, "row": ROW, "reason": REASON, "amount_ore": AMOUNT, "raised_on": RAISED}


def export_disputes(ledger: str, out: Destination, today: date) -> int:
    """Write every dispute to a workbook; returns how many. Raises LedgerError and OutputError."""
    with Ledger.parse(ledger).reading() as connection:
        table = dispute_table(connection, today)
    with output_file(out, (".xlsx",)) as fresh:
        write_dispute_book(table, fresh, today)
    return len(table)


def import_disputes(ledger: str, file: InputFile, now: datetime, by: str = "") -> tuple[int, ...]:
    """Register the rows that the kommun has added, all or none; returns the disputes' ids.

    Raises ObjectionFileError with every cell that is wrong, InputError and LedgerError.
    """
    book = Ledger.parse(ledger)
    with book.reading() as connection:
        prefix, known = read_settings(connection).prefix, set(disputes(connection)["id"])
    rows = read_objections(file, known)
    faults = []
    numbers: list[int] = []
    for row in rows:
        text = row.number.removeprefix(prefix)
        numbers.append(int(text) if text.isdecimal() and len(text) < 19 else 0)
        if not numbers[-1]:
            faults.append((row.cells[NUMBER], f"{row.number[:40]!r} är inget fakturanummer."))
    if faults:
        raise ObjectionFileError(file.name, faults)
    objections = [_objection(row, number) for row, number in zip(rows, numbers, strict=True)]
    try:
        return register_all(book, objections, now, by=by)
    except ObjectionsError as refused:
        cells = [(rows[fault.position].cells, fault) for fault in refused.faults]
        told = [(own.get(_CELL[fault.field], own[NUMBER]), fault.text) for own, fault in cells]
        raise ObjectionFileError(file.name, told) from refused


def _objection(row: ObjectionRow, number: int) -> Objection:
    return Objection(number, row.reason, row.arende_id, row.row, row.amount_ore, row.raised_on)
