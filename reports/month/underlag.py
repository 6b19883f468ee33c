"""The underlag as a workbook: `underlag_<kommunkod>_<period>.xlsx`, every case with why, A4 landscape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.month.invoice_content import mean_text
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.listed_cases import ListedCase
from betalningsansvar.reports.month.underlag_content import PERSONAL_DATA, Underlag, UnderlagLine
from betalningsansvar.reports.words.columns import COLUMN_WORDS
from betalningsansvar.reports.words.numbers import counted
from betalningsansvar.reports.words.swedish import STATUS_WORDS

CASES, TIMES, LINES, RULES = "Ärenden", "Tider", "Fakturarader", "Regler"

Table = tuple[tuple[Column, ...], list[tuple[Any, ...]]]

_PLURALS = {
    "debiteras": "debiteras",
    "genomsnitt": "i genomsnittet",
    "fri": "fria",
    "blockerad": "blockerade",
    "parkerad": "parkerade",
    "avvisad": "avvisade",
}
_WIDE = 150


def underlag_name(underlag: Underlag) -> str:
    """The file's name without its ending; `saknas` stands for no payer."""
    return f"underlag_{underlag.kommun or 'saknas'}_{underlag.period}"


def case_table(underlag: Underlag) -> Table:
    """What became of each case and why."""
    cases = underlag.cases
    fields: list[tuple[Column, Callable[[ListedCase], Any]]] = [
        (Column("Status", "text", 9), lambda case: STATUS_WORDS[case.status]),
        (Column("Ärende", "wrap", 10, 24), lambda case: case.arende_id),
        (Column("Patient", "wrap", 11, 20), lambda case: case.patient_id),
        (Column("Vårdform", "text", 8), lambda case: case.vardform),
        (Column("Utskrivningsklar", "tid", 15, 18), lambda case: case.times.get("utskrivningsklar")),
        (Column("Ansvar från", "dag", 13), lambda case: case.ansvar_fran),
        (Column("Utskriven", "tid", 15, 18), lambda case: case.times.get("utskriven")),
        (Column("Dygn", "antal", 6, summed=True), lambda case: case.dygn),
        (Column("Belopp", "ore", 12, summed=True), lambda case: case.amount_ore),
        (Column("Varför", "wrap", 40, 58), lambda case: case.why),
    ]
    if underlag.listed.have_own_references:
        fields.insert(2, (Column("På fakturan", "wrap", 8, 24), lambda case: case.reference))
    if any(case.mean_days is not None for case in cases):
        fields.insert(-3, (Column("Dagar i medel", "antal", 7, 9, summed=True), lambda case: case.mean_days))
    values = ([value(case) for case in cases] for _, value in fields)
    return tuple(column for column, _ in fields), list(zip(*values, strict=True))


def time_table(underlag: Underlag) -> Table:
    """The times the calculation used, one row per case; a time that no case has is left out."""
    names = [name for name in TIME_COLUMNS if any(name in case.times for case in underlag.cases)]
    columns = (
        Column("Ärende", "wrap", 10, 24),
        Column("Enhet", "text", 10, 24),
        *(Column(COLUMN_WORDS[name], "tid", 15, 18) for name in names),
    )
    return columns, [(case.arende_id, case.enhet, *map(case.times.get, names)) for case in underlag.cases]


def line_table(underlag: Underlag) -> Table:
    """The lines of the kommun's documents, with the case each belongs to."""
    fields: list[tuple[Column, Callable[[UnderlagLine], Any]]] = [
        (Column("Ärende", "wrap", 12, 30), lambda own: own.arende_id),
        (Column("På fakturan", "wrap", 12, 30), lambda own: own.line.reference),
        (Column("Regel", "antal", to_the_left=True), lambda own: own.line.basis),
        (Column("Från", "dag", 11), lambda own: own.line.fran),
        (Column("T.o.m.", "dag", 11), lambda own: own.line.tom),
        (Column("Dygn", "dygn", 9), lambda own: own.line.dygn_micro),
        (Column("Per dygn", "ore", 14), lambda own: own.line.rate_ore),
        (Column("Belopp", "ore", 16, summed=True), lambda own: own.line.amount_ore),
    ]
    if underlag.numbered:
        fields.insert(0, (Column("Faktura", "text", 12, 20), lambda own: own.document))
    return tuple(column for column, _ in fields), [tuple(value(own) for _, value in fields) for own in underlag.lines]


def facts_text(underlag: Underlag) -> str:
    """How many cases there are, of which kind, and how many are not listed."""
    words = {status: (STATUS_WORDS[status].lower(), plural) for status, plural in _PLURALS.items()}
    counts = ", ".join(f"{n} {words[status][n > 1]}" for status, n in underlag.antal.items() if n)
    antal = sum(underlag.antal.values())
    text = f"{counted(antal, 'ärende', 'ärenden')}{': ' if antal else ''}{counts}."
    if underlag.outside:
        text += f" {counted(underlag.outside, 'fritt ärende', 'fria ärenden')} som inte berör perioden listas inte."
    if underlag.numbered:
        text += f" Hör till {', '.join(title.lower() for title in underlag.numbered)}."
    return text


def write_underlag(underlag: Underlag, path: Path) -> Book:
    """Write one underlag; a sheet that would be empty is left out. Raises OSError."""
    title = f"{underlag.heading}, {underlag.kommunnamn}"
    book = Book(title=title, author=underlag.sender_name, created=underlag.created)
    for name, (columns, rows) in (
        (CASES, case_table(underlag)),
        (TIMES, time_table(underlag)),
        (LINES, line_table(underlag)),
    ):
        if rows or name == CASES:
            sheet = _titled(book, name, underlag)
            sheet.native.freeze_panes(sheet.row + 1, 0)
            sheet.table(columns, rows)
    if any(document.bases for document in underlag.documents):
        sheet = _titled(book, RULES, underlag)
        sheet.widths([14] * 10)
        for document in underlag.documents:
            _rules(sheet, document)
    book.save(path)
    return book


def _titled(book: Book, name: str, underlag: Underlag) -> Sheet:
    sheet = book.sheet(name, landscape=True)
    sheet.footer(f"{underlag.heading}  ·  {underlag.kommunnamn}  ·  Innehåller personuppgifter")
    sheet.height(0, 26)
    sheet.text(0, 0, f"{underlag.kommunnamn} {underlag.kommun}".strip(), "title")
    sheet.text(1, 0, underlag.heading, "subtitle")
    sheet.text(2, 0, PERSONAL_DATA, "bold")
    sheet.text(3, 0, facts_text(underlag))
    sheet.row = 5
    return sheet


def _rules(sheet: Sheet, invoice: Invoice) -> None:
    if invoice.is_numbered:
        sheet.text(sheet.row, 0, invoice.title, "heading")
        sheet.row += 1
    for basis in invoice.bases:
        lead = f"{basis.number}. {basis.heading}"
        sheet.paragraph(sheet.row, 0, 9, " ".join(basis.sentences), width=_WIDE, lead=lead)
        sheet.row += 1
    if invoice.means:
        sheet.text(sheet.row + 1, 0, "Så är genomsnittet räknat", "heading")
        sheet.row += 2
    for mean in invoice.means:
        sheet.paragraph(sheet.row, 0, 9, mean_text(mean), width=_WIDE)
        sheet.row += 1
