"""The invoice as a workbook: `faktura_<kommunkod>_<period>.xlsx`, one A4 page wide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from betalningsansvar.reports.files.workbook import Book, Column, Sheet, kronor
from betalningsansvar.reports.month.invoice_content import (
    NO_VAT,
    NOTHING_TO_PAY,
    PRELIMINARY,
    SHORT_FACTS,
    Entry,
    Invoice,
    mean_text,
)

SHEET = "Faktura"
REFERENCE, BASIS, FRAN, TOM, DYGN, RATE, AMOUNT = range(7)
LINE_COLUMNS = (
    Column("Ärende", "wrap", 25, 25),
    Column("Regel", "antal", 6, 6, to_the_left=True),
    Column("Från", "dag", 11, 11),
    Column("T.o.m.", "dag", 14, 14),
    Column("Dygn", "dygn", 9, 9),
    Column("Per dygn", "ore", 15, 15),
    Column("Belopp", "ore", 18, 18, summed=True),
)
_CHARACTERS = 104


def invoice_name(invoice: Invoice) -> str:
    """The file's name without its ending."""
    return f"faktura_{invoice.kommun}_{invoice.period}"


def footer_text(invoice: Invoice) -> str:
    """What stands at the foot of every page."""
    return "  ·  ".join(part for part in (invoice.sender_name, invoice.heading, PRELIMINARY) if part)


def inferred_warning(invoice: Invoice) -> str:
    """What the sender must see when an amount or a rule is inferred; blank otherwise."""
    if not invoice.inferred:
        return ""
    return (
        "Ett belopp eller en regel på fakturan är HÄRLEDD och inte läst i någon föreskrift. "
        "Se Regler och belopp. Kontrollera innan fakturan skickas."
    )


def write_invoice(invoice: Invoice, path: Path) -> Book:
    """Write one invoice. Raises OSError."""
    title = f"Faktura {invoice.kommunnamn} {invoice.period}"
    book = Book(title=title, author=invoice.sender_name, created=invoice.invoice_date)
    sheet = book.sheet(SHEET)
    sheet.widths([column.least for column in LINE_COLUMNS])
    sheet.footer(footer_text(invoice))
    _letterhead(sheet, invoice)
    due = _amount_due(sheet, invoice)
    total = _line_table(sheet, invoice)
    _means(sheet, invoice)
    _bases(sheet, invoice)
    sheet.formula(due, AMOUNT, f"={xl_rowcol_to_cell(total, AMOUNT)}", "ore", kronor(invoice.amount_ore), "due")
    book.save(path)
    return book


def _letterhead(sheet: Sheet, invoice: Invoice) -> None:
    sheet.native.set_row(0, 44)
    if invoice.logotyp:
        sheet.picture(0, 0, invoice.logotyp, height=52, width=230)
    sheet.text(0, AMOUNT, "Faktura", "title", align="right")
    parties_end = max(_party(sheet, 2, 0, FRAN, invoice.sender), _party(sheet, 2, TOM, AMOUNT, invoice.recipient))
    _pairs(sheet, parties_end + 1, REFERENCE, FRAN, invoice.facts[:SHORT_FACTS])
    sheet.row = _pairs(sheet, parties_end + 1, TOM, AMOUNT, invoice.facts[SHORT_FACTS:]) + 1


def _party(sheet: Sheet, row: int, first: int, last: int, entries: tuple[Entry, ...]) -> int:
    """Name, address and particulars below one another under a label; returns the row after them."""
    sheet.text(row, first, entries[0].label, "label")
    for number, entry in enumerate(entries):
        row += 1
        label = f"{entry.label}: " if entry.label and number else ""
        style = "party_missing" if entry.missing else "party" if number else "party_name"
        sheet.across(row, first, last, label + entry.text, style)
    return row + 1


def _pairs(sheet: Sheet, row: int, first: int, last: int, entries: tuple[Entry, ...]) -> int:
    """Labels in the first column, what they tell in the others; returns the row after them."""
    for entry in entries:
        sheet.text(row, first, entry.label, "label")
        sheet.across(row, first + 1, last, entry.text, "party_missing" if entry.missing else "party")
        row += 1
    return row


def _amount_due(sheet: Sheet, invoice: Invoice) -> int:
    sheet.text(sheet.row, 0, invoice.heading, "heading")
    sheet.paragraph(sheet.row + 1, 0, AMOUNT, invoice.intro, width=_CHARACTERS)
    due = sheet.row + 3
    sheet.native.set_row(due, 26)
    sheet.fill(due, 0, AMOUNT, "due")
    sheet.text(due, 0, NOTHING_TO_PAY if invoice.nothing_to_pay else "Att betala", "due")
    row = due + 1
    if not invoice.nothing_to_pay:
        row = _pairs(sheet, row, REFERENCE, AMOUNT, invoice.payment)
    sheet.text(row, 0, "Mervärdesskatt", "label")
    sheet.text(row, 1, NO_VAT)
    row += 2
    if warning := inferred_warning(invoice):
        sheet.paragraph(row, 0, AMOUNT, warning, "warning", width=_CHARACTERS - 10)
        row += 2
    sheet.row = row
    return due


def line_rows(invoice: Invoice) -> list[tuple[Any, ...]]:
    """The lines as the columns of the table; a noll-faktura says so on its one line."""
    if not invoice.lines:
        return [("Inga dygn debiteras i perioden.", None, None, None, None, None, 0)]
    return [
        (line.reference, line.basis, line.fran, line.tom, line.dygn_micro, line.rate_ore, line.amount_ore)
        for line in invoice.lines
    ]


def _line_table(sheet: Sheet, invoice: Invoice) -> int:
    """Write the lines and their total; returns the row of the total."""
    sheet.table(LINE_COLUMNS, line_rows(invoice), filtered=False)
    return sheet.row - 2


def _means(sheet: Sheet, invoice: Invoice) -> None:
    if not invoice.means:
        return
    sheet.text(sheet.row, 0, "Så är genomsnittet räknat", "heading")
    sheet.row += 1
    for mean in invoice.means:
        sheet.paragraph(sheet.row, 0, AMOUNT, mean_text(mean), width=_CHARACTERS)
        sheet.row += 1
    sheet.row += 1


def _bases(sheet: Sheet, invoice: Invoice) -> None:
    if not invoice.bases:
        return
    sheet.text(sheet.row, 0, "Regler och belopp", "heading")
    sheet.row += 1
    for basis in invoice.bases:
        lead = f"{basis.number}. {basis.heading}"
        sheet.paragraph(sheet.row, 0, AMOUNT, " ".join(basis.sentences), width=_CHARACTERS, lead=lead)
        sheet.row += 1
