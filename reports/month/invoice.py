"""The invoice as a workbook, portrait and one A4 page wide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from betalningsansvar.reports.files.cells import Column, kronor
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.month.invoice_content import mean_text
from betalningsansvar.reports.month.invoice_record import NOTHING_CHARGED, Entry, Invoice

SHEET = "Faktura"
REFERENCE, ROW, BASIS, FRAN, TOM, AMOUNT, REASON = "Ärende", "Rad", "Regel", "Från", "T.o.m.", "Belopp", "Orsak"
_ROW = Column(ROW, "antal", 5, 5, to_the_left=True)
LINE_COLUMNS = (
    Column(REFERENCE, "wrap", 23, 23),
    Column(BASIS, "antal", 6, 6, to_the_left=True),
    Column(FRAN, "dag", 11, 11),
    Column(TOM, "dag", 14, 14),
    Column("Dygn", "dygn", 9, 9),
    Column("Per dygn", "ore", 15, 15),
    Column(AMOUNT, "ore", 18, 18, summed=True),
)
REASON_COLUMNS = (
    Column(REFERENCE, "wrap", 18, 18),
    Column(BASIS, "antal", 6, 6, to_the_left=True),
    Column(FRAN, "dag", 11, 11),
    Column(TOM, "dag", 14, 14),
    Column("Dygn", "dygn", 8, 8),
    Column("Per dygn", "ore", 13, 13),
    Column(AMOUNT, "ore", 17, 17, summed=True),
    Column(REASON, "wrap", 30, 30),
)
_CHARACTERS = 104


def line_columns(invoice: Invoice) -> tuple[Column, ...]:
    """The columns of the lines; a credit says on each row why. A numbered document numbers its rows, as disputes name
    them; the rows of a preview may come in another order."""
    first, *others = REASON_COLUMNS if invoice.has_reasons else LINE_COLUMNS
    return (first, _ROW, *others) if invoice.is_numbered else (first, *others)


def footer_text(invoice: Invoice) -> str:
    """What stands at the foot of every page."""
    return "  ·  ".join(part for part in (invoice.sender_name, invoice.heading, invoice.title, invoice.mark) if part)


def write_invoice(invoice: Invoice, path: Path) -> Book:
    """Write one document. Raises OSError."""
    title = f"{invoice.title} {invoice.kommunnamn} {invoice.period}"
    book = Book(title=title, author=invoice.sender_name, created=invoice.invoice_date)
    sheet = book.sheet(SHEET)
    sheet.widths([column.least for column in line_columns(invoice)])
    sheet.footer(footer_text(invoice))
    _letterhead(sheet, invoice)
    due = _amount_due(sheet, invoice)
    total = _line_table(sheet, invoice)
    _means(sheet, invoice)
    _bases(sheet, invoice)
    sign = "-" if invoice.amount_ore < 0 else ""
    formula = f"={sign}{xl_rowcol_to_cell(total, _place(invoice, AMOUNT))}"
    sheet.formula(due, _place(invoice, AMOUNT), formula, "ore", kronor(abs(invoice.amount_ore)), "due")
    sheet.one_page()
    book.save(path)
    return book


def _last(invoice: Invoice) -> int:
    return len(line_columns(invoice)) - 1


def _place(invoice: Invoice, heading: str) -> int:
    """Where the column with the heading stands, from 0."""
    return [column.heading for column in line_columns(invoice)].index(heading)


def _letterhead(sheet: Sheet, invoice: Invoice) -> None:
    last, fran, tom = _last(invoice), _place(invoice, FRAN), _place(invoice, TOM)
    sheet.height(0, 44)
    if invoice.logotyp:
        sheet.picture(0, 0, invoice.logotyp, height=52, width=230)
    sheet.text(0, last, invoice.title, "title", align="right")
    if invoice.mark:
        sheet.text(1, last, invoice.mark, "mark", align="right")
    parties_end = max(_party(sheet, 3, 0, fran, invoice.sender), _party(sheet, 3, tom, last, invoice.recipient))
    _pairs(sheet, parties_end + 1, 0, fran, invoice.short_facts)
    sheet.row = _pairs(sheet, parties_end + 1, tom, last, invoice.long_facts) + 1
    sheet.row = max(sheet.row, parties_end + 2 + len(invoice.short_facts))


def _party(sheet: Sheet, row: int, first: int, last: int, entries: tuple[Entry, ...]) -> int:
    """Name, address and particulars below one another under a label; returns the row after them."""
    if entries:
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
        if entry.day:
            sheet.day(row, first + 1, entry.day, "party")
        row += 1
    return row


def _amount_due(sheet: Sheet, invoice: Invoice) -> int:
    last = _last(invoice)
    sheet.text(sheet.row, 0, invoice.heading, "heading")
    sheet.paragraph(sheet.row + 1, 0, last, invoice.intro, width=_CHARACTERS)
    row = sheet.row + 2
    for notice in invoice.notices:
        sheet.paragraph(row, 0, last, notice, "notice", width=_CHARACTERS - 10)
        row += 1
    due = row + 1
    sheet.height(due, 26)
    sheet.fill(due, 0, last, "due")
    sheet.text(due, 0, invoice.due_label, "due")
    row = _pairs(sheet, due + 1, 0, last, invoice.payment)
    sheet.paragraph(row, 0, last, invoice.objection, width=_CHARACTERS)
    sheet.row = row + 2
    return due


def line_rows(invoice: Invoice) -> list[tuple[Any, ...]]:
    """The lines as the columns of the table; a nollfaktura says so on its one line."""
    if not invoice.lines:
        return [(NOTHING_CHARGED, None, None, None, None, None, 0)]
    is_numbered, has_reasons = invoice.is_numbered, invoice.has_reasons
    rows = []
    for number, line in enumerate(invoice.lines, start=1):
        days = (line.basis, line.fran, line.tom, line.dygn_micro, line.rate_ore, line.amount_ore)
        row = (line.reference, *((number,) if is_numbered else ()), *days)
        rows.append((*row, line.reason) if has_reasons else row)
    return rows


def _line_table(sheet: Sheet, invoice: Invoice) -> int:
    """Write the lines and their total; returns the row of the total."""
    sheet.table(line_columns(invoice), line_rows(invoice), filtered=False)
    return sheet.row - 2


def _means(sheet: Sheet, invoice: Invoice) -> None:
    if not invoice.means:
        return
    sheet.text(sheet.row, 0, "Så är genomsnittet räknat", "heading")
    sheet.row += 1
    for mean in invoice.means:
        sheet.paragraph(sheet.row, 0, _last(invoice), mean_text(mean), width=_CHARACTERS)
        sheet.row += 1
    sheet.row += 1


def _bases(sheet: Sheet, invoice: Invoice) -> None:
    if not invoice.bases:
        return
    sheet.text(sheet.row, 0, "Regler och belopp", "heading")
    sheet.row += 1
    for basis in invoice.bases:
        lead = f"{basis.number}. {basis.heading}"
        sheet.paragraph(sheet.row, 0, _last(invoice), " ".join(basis.sentences), width=_CHARACTERS, lead=lead)
        sheet.row += 1
