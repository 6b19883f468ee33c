"""An issued invoice or credit as a workbook: numbered, with the lines as they stand in the ledger, and no patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from betalningsansvar.billing.ledger.credit_reasons import REASON_TEXTS
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book, Column, Sheet
from betalningsansvar.reports.month.invoice_content import NO_VAT
from betalningsansvar.reports.words.swedish import MODELS

SHEET = "Faktura"
_COLUMNS = (
    Column("Ärende", "text", least=20),
    Column("Regelverk", "text", least=14),
    Column("Från", "dag", least=11),
    Column("T.o.m.", "dag", least=11),
    Column("Dygn", "dygn", least=10),
    Column("Per dygn", "ore", least=15),
    Column("Belopp", "ore", least=18, summed=True),
)
_REASON = Column("Orsak", "wrap", least=40, most=40)
_LAST = len(_COLUMNS) - 1
_WITHOUT_RATE = ("schablon", "avrakning")


def write_issued_invoices(
    invoices: tuple[IssuedInvoice, ...], folder: Path, *, sender: Avsandare, customers: Mapping[str, Kund]
) -> None:
    """Write `faktura_<number>_<kommun>_<period>.xlsx`, or `kreditfaktura_…`, for each, and read it back.

    Raises OSError and ReadBackError.
    """
    for invoice in invoices:
        path = folder / f"{issued_name(invoice)}.xlsx"
        book = _book(invoice, sender, customers.get(invoice.kommun))
        book.save(path)
        hold(path, book.written)


def issued_name(invoice: IssuedInvoice) -> str:
    """The file's name without its ending."""
    return f"{invoice.swedish_kind}_{invoice.number}_{invoice.kommun}_{invoice.period}"


def _book(invoice: IssuedInvoice, sender: Avsandare, customer: Kund | None) -> Book:
    title = f"{invoice.swedish_kind.capitalize()} {invoice.number}"
    book = Book(title=title, author=sender.namn, created=invoice.invoice_date)
    sheet = book.sheet(SHEET, landscape=invoice.kind == "credit")
    sheet.widths([column.least for column in _COLUMNS])
    sheet.footer(f"{sender.namn}  ·  {title}")
    sheet.text(0, 0, title, "title")
    sheet.row = 2
    for label, text in _facts(invoice, sender, customer):
        sheet.text(sheet.row, 0, label, "label")
        sheet.across(sheet.row, 1, _LAST, text, "party")
        sheet.row += 1
    due = sheet.row + 1
    sheet.native.set_row(due, 26)
    sheet.fill(due, 0, _LAST, "due")
    sheet.text(due, 0, "Att kreditera" if invoice.amount_ore < 0 else "Att betala", "due")
    sheet.ore(due, _LAST, abs(invoice.amount_ore), "due")
    sheet.row = due + 2
    _lines(sheet, invoice)
    return book


def _facts(invoice: IssuedInvoice, sender: Avsandare, customer: Kund | None) -> Iterator[tuple[str, str]]:
    """Label and text of each particular; what is not known is left out, never guessed."""
    yield "Fakturanummer", str(invoice.number)
    if invoice.credits is not None:
        yield "Krediterar faktura", str(invoice.credits)
    yield "Fakturadatum", invoice.invoice_date.isoformat()
    yield "Period", invoice.period
    kommun = kommuner()[invoice.kommun]
    particulars = [
        ("Avsändare", ", ".join(filter(None, (sender.namn, sender.organisationsnummer)))),
        ("Mottagare", customer.namn if customer and customer.namn else f"{kommun.name} ({kommun.code})"),
        ("Organisationsnummer", customer.organisationsnummer if customer else ""),
        ("Er referens", customer.referens if customer else ""),
        ("Vår referens", sender.kontakt),
    ]
    days = sender.betalningsvillkor_dagar
    if invoice.amount_ore > 0:
        particulars += [
            ("Betalas senast", "" if days is None else f"{invoice.invoice_date + timedelta(days=days)} ({days} dagar)"),
            ("Bankgiro", sender.bankgiro),
        ]
    yield from ((label, text) for label, text in particulars if text)
    yield "Mervärdesskatt", NO_VAT


def _lines(sheet: Sheet, invoice: IssuedInvoice) -> None:
    is_credit = invoice.kind == "credit"
    rows: list[tuple[Any, ...]] = []
    for line in invoice.lines:
        priced = line.modell not in _WITHOUT_RATE
        row = (
            line.arende_id or MODELS[line.modell],
            line.regelverk,
            line.fran,
            line.tom,
            line.dygn_micro if priced else None,
            line.rate_ore if priced else None,
            line.amount_ore,
        )
        rows.append((*row, REASON_TEXTS.get(line.reason, line.reason)) if is_credit else row)
    sheet.table((*_COLUMNS, _REASON) if is_credit else _COLUMNS, rows, filtered=False)
