"""The PDF beside each workbook says the same."""

import re
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest

from betalningsansvar.reports.files.destination import OutputError
from betalningsansvar.reports.files.glyphs import DRAWN, drawable
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.month.publish import write_bill
from tests.report_bills import CUSTOMERS, INVOICE_DATE, PATIENT, SENDER, bill_of, row


def publish(folder: Path, rows: list) -> Path:
    bill = bill_of(rows, folder)
    write_bill(
        bill,
        folder / "ut",
        sender=SENDER,
        customers=CUSTOMERS,
        invoice_date=INVOICE_DATE,
        inputs=[],
        tariffs=[],
        options={},
        pdf=True,
    )
    return folder / "ut"


def text_of(path: Path) -> str:
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(BytesIO(path.read_bytes())).pages
    # No-break and thin spaces are spaces to a reader.
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_invoice_and_underlag_stand_beside_the_workbooks(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = publish(tmp_path / "a", [row('#A_1* $x$ \\ "q" [b]'), row("A-2")])
    invoice = first / "fakturor" / "faktura_1380_2018-11.pdf"
    underlag = first / "underlag" / "underlag_1380_2018-11.pdf"
    assert invoice.read_bytes().startswith(b"%PDF") and underlag.read_bytes().startswith(b"%PDF")
    second = publish(tmp_path / "b", [row('#A_1* $x$ \\ "q" [b]'), row("A-2")])
    assert invoice.read_bytes() == (second / "fakturor" / invoice.name).read_bytes()
    told = text_of(invoice)
    assert "42 600,00 kr" in told and "#A_1* $x$" in told
    assert PATIENT not in told
    assert PATIENT in text_of(underlag)


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(OutputError, match=r"betalningsansvar\[pdf\]"):
        require_typst()


def test_every_sign_that_is_left_as_it_is_can_be_drawn() -> None:
    signs = "".join(sign for sign in map(chr, range(0x20, 0x3000)) if re.match(f"[{DRAWN}]", sign))
    assert drawable(signs) == unicodedata.normalize("NFC", signs)
    typst = pytest.importorskip("typst")
    page = '#set document(title: "t")\n#let signs = sys.inputs.signs\n#signs #text(weight: "bold", signs)'
    made = typst.compile(
        page.encode(), sys_inputs={"signs": signs}, pdf_standards=["ua-1"], ignore_system_fonts=True, format="pdf"
    )
    assert made.startswith(b"%PDF")


def test_what_the_fonts_lack_does_not_stop_the_pdf(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    written = publish(tmp_path, [row("A-1", enhet="Avd \uff1d\U0001f600\u6f22 o\u0308st")])
    assert "Avd =?? öst" in text_of(next((written / "underlag").glob("*.pdf")))
