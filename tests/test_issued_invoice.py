"""An issued invoice is called the same in its workbook, its e-invoice and its voucher."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.reports.issued.content import issued_document
from betalningsansvar.reports.issued.document import document_books
from betalningsansvar.reports.issued.export import write_bookkeeping, write_einvoices
from betalningsansvar.reports.issued.law import IssuedLaw
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.sie_reader import read
from tests.test_einvoice import CUSTOMERS, INVOICES, SENDER
from tests.test_sie import CONFIG, GENERATED


def cells(issued: IssuedInvoice, folder: Path) -> list[tuple[object, ...]]:
    for write in document_books([document(issued)], folder):
        write()
    (path,) = folder.glob("*.xlsx")
    return list(openpyxl.load_workbook(path, data_only=True)["Faktura"].iter_rows(values_only=True))


def document(issued: IssuedInvoice) -> Invoice:
    law = IssuedLaw(find_agreement("halland"), load(None))
    return issued_document(issued, sender=SENDER, customer=CUSTOMERS.get(issued.kommun), law=law)


@pytest.mark.parametrize("name", INVOICES)
def test_every_form_has_one_name(name: str, tmp_path: Path) -> None:
    issued = INVOICES[name]
    kind = "kreditfaktura" if name.startswith("credit") or name == "settlement in favour" else "faktura"
    assert f"{kind.capitalize()} {issued.number}" in cells(issued, tmp_path)[0]
    write_einvoices([issued], tmp_path / "ubl", sender=SENDER, customers=CUSTOMERS)
    write_bookkeeping([issued], tmp_path / "sie", sender=SENDER, config=CONFIG, generated=GENERATED)
    stem = f"{kind}_{issued.number}_{issued.kommun}_{issued.period}"
    assert (tmp_path / f"{stem}.xlsx").exists() and (tmp_path / "ubl" / f"{stem}.xml").exists()
    (voucher,) = read((tmp_path / "sie" / "bokforing.si").read_bytes()).vouchers
    assert voucher.text.startswith(f"{kind.capitalize()} {issued.number}")


def test_a_settlement_names_the_invoices_of_the_year() -> None:
    law = IssuedLaw(find_agreement("halland"), load(None))
    made = issued_document(INVOICES["settlement in favour"], sender=SENDER, customer=None, law=law, settles=(2, 8))
    assert made.notices == ("Avräknar fakturorna 2, 8 för 2018.",)


def test_a_settlement_shows_its_amount_and_no_dygn(tmp_path: Path) -> None:
    found = cells(INVOICES["settlement in favour"], tmp_path)
    (row,) = (row for row in found if row[0] == "Slutavräkning")
    assert row[1] == 1 and row[5:8] == (None, None, -42123.01)
    assert any(row[0] == "Att kreditera" and row[7] == 42123.01 for row in found)
