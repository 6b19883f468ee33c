"""The invoice, read back cell by cell: figures, types, formulas, gaps, and no patient."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell import Cell

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.data.identity import identifies
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.reports.files.cells import LONGEST_TEXT, Column, cell_text
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.invoice import SHEET, write_invoice
from betalningsansvar.reports.month.invoice_content import NOTHING_TITLE, invoices, mean_text
from betalningsansvar.reports.month.invoice_record import NOT_AN_INVOICE, NOTHING_TO_PAY, PREVIEW, Invoice
from tests.report_bills import CUSTOMERS, INVOICE_DATE, PATIENT, SENDER, bill_of, mean_row, orsa, row


def invoice_of(rows: list, folder: Path, kommun: str = "1380", sender: Avsandare = SENDER, **options: str) -> Invoice:
    bill = bill_of(rows, folder, **options)
    lines = charged_lines(bill)
    references = invoice_references(lines, bill.cases)
    made = invoices(bill, lines, references, sender=sender, customers=CUSTOMERS, invoice_date=INVOICE_DATE)
    return next(invoice for invoice in made if invoice.kommun == kommun)


def cells_of(invoice: Invoice, folder: Path, *, data_only: bool = True) -> list[list[Cell]]:
    write_invoice(invoice, folder / "f.xlsx")
    return [list(r) for r in load_workbook(folder / "f.xlsx", data_only=data_only)[SHEET].iter_rows()]


def texts(cells: list[list[Cell]]) -> list[str]:
    return [cell.value for r in cells for cell in r if isinstance(cell.value, str)]


def table(cells: list[list[Cell]]) -> list[list[Cell]]:
    head = next(n for n, r in enumerate(cells) if r[0].value == "Ärende")
    total = next(n for n, r in enumerate(cells) if n > head and r[0].value == "Summa")
    return cells[head + 1 : total + 1]


def test_lines_and_total_stand_as_numbers_and_dates(tmp_path: Path) -> None:
    invoice = invoice_of([row("A-1"), row("A-2", utskriven="2018-11-10 09:00")], tmp_path)
    first, second, total = table(cells_of(invoice, tmp_path))
    assert [cell.value for cell in first] == [
        "A-1", 1, datetime(2018, 11, 8), datetime(2018, 11, 10), 3, 7100, 21300,
    ]  # fmt: skip
    assert [cell.value for cell in second][4:] == [2, 7100, 14200]
    assert total[6].value == 35500
    assert first[2].is_date and first[6].data_type == "n"
    assert first[2].number_format == "yyyy-mm-dd" and "kr" in first[6].number_format


def test_the_total_is_a_live_sum_and_the_only_other_formula_points_at_it(tmp_path: Path) -> None:
    cells = cells_of(invoice_of([row("A-1"), row("A-2")], tmp_path), tmp_path, data_only=False)
    formulas = {cell.coordinate: cell.value for r in cells for cell in r if cell.data_type == "f"}
    lines = table(cells)
    total = lines[-1][6]
    assert total.value == f"=SUM({lines[0][6].coordinate}:{lines[-2][6].coordinate})"
    assert sorted(formulas.values()) == sorted([total.value, f"={total.coordinate}"])


def test_parties_dates_and_reference_are_there(tmp_path: Path) -> None:
    found = texts(cells_of(invoice_of([row("A-1")], tmp_path), tmp_path))
    for text in ("Region Exempel", "Halmstads kommun", "REF-1380", PREVIEW, NOT_AN_INVOICE):
        assert text in found
    assert any("mervärdesskatt" in text for text in found)
    assert any("5 kap." in text for text in found) and any("HSLF-FS" in text for text in found)


def test_gaps_are_told_with_the_file_to_fill_in(tmp_path: Path) -> None:
    invoice = invoice_of([row("A-1", folkbokforingskommun="1384")], tmp_path, "1384", Avsandare())
    assert invoice.missing
    found = texts(cells_of(invoice, tmp_path))
    assert any("Uppgift om avsändaren saknas" in text for text in found)
    assert any("Uppgift om mottagaren saknas" in text for text in found)
    assert not any(".toml" in text or ".csv" in text for text in found)


def test_a_nollfaktura_says_so(tmp_path: Path) -> None:
    invoice = invoice_of([row("A-1", utskriven="2018-11-06 10:00")], tmp_path)
    cells = cells_of(invoice, tmp_path)
    assert NOTHING_TO_PAY in texts(cells) and NOTHING_TITLE in texts(cells)
    assert table(cells)[-1][6].value == 0
    assert "Mervärdesskatt" not in texts(cells)


def test_a_preview_asks_for_no_money(tmp_path: Path) -> None:
    found = texts(cells_of(invoice_of([row("A-1")], tmp_path), tmp_path))
    assert not {"Betalas senast", "Bankgiro", "Betalningsreferens", "Fakturanummer", "000-0000"} & set(found)


def test_each_kommun_reads_the_ground_of_its_own_lines(tmp_path: Path) -> None:
    rows = [row("A-1"), row("A-2", folkbokforingskommun="1463")]
    inside = invoice_of(rows, tmp_path, agreement="halland")
    outside = invoice_of(rows, tmp_path, "1463", agreement="halland")
    assert "Avtal: Region Halland" in inside.intro and "inget avtal" not in inside.intro
    assert "Avtal" not in outside.intro and "Enligt lag (2017:612)" in outside.intro


def test_who_gets_a_document(tmp_path: Path) -> None:
    free = {"utskriven": "2018-11-06 10:00"}
    rows = [
        row("A-1", folkbokforingskommun="1463", **free),
        row("A-2", folkbokforingskommun="1480", inskrivningsmeddelande=""),
        row("A-3", folkbokforingskommun="0180"),
    ]
    bill = bill_of(rows, tmp_path, agreement="halland")
    made = invoices(bill, charged_lines(bill), {2: "A-3"}, sender=SENDER, customers={}, invoice_date=INVOICE_DATE)
    halland = ["1315", "1380", "1381", "1382", "1383", "1384"]
    assert [invoice.kommun for invoice in made] == ["0180", *halland, "1480"]


def test_a_mean_shows_how_it_was_worked_out(tmp_path: Path) -> None:
    invoice = invoice_of(orsa(), tmp_path, "2034", agreement="dalarna", month="2023-03")
    cells = cells_of(invoice, tmp_path)
    line, total = table(cells)
    assert [cell.value for cell in line][4:] == [13.98, 10500, 146790]
    assert total[6].value == 146790
    assert any("(5,33 − 3) × 6 = 13,98 dygn" in text for text in texts(cells))


def test_a_mean_that_is_not_rounded_shows_two_decimals_and_the_exact_fraction(tmp_path: Path) -> None:
    rows = [mean_row(f"S-{n}", days, "1280") for n, days in enumerate((3, 4, 6))]
    invoice = invoice_of(rows, tmp_path, "1280", agreement="skane", month="2023-03")
    (account,) = invoice.means
    assert "genomsnitt 4,33 dygn (exakt 13/3), tröskel 3. 13 − 3 × 3 = 4 dygn." in mean_text(account)


def test_a_mean_under_the_threshold_says_why_nothing_is_charged(tmp_path: Path) -> None:
    invoice = invoice_of([mean_row("D-1", 2)], tmp_path, "2034", agreement="dalarna", month="2023-03")
    assert invoice.nothing_to_pay
    assert any("överstiger inte tröskeln" in text for text in texts(cells_of(invoice, tmp_path)))


def test_a_schablon_has_no_dygn(tmp_path: Path) -> None:
    cells = cells_of(invoice_of([row("A-1")], tmp_path, agreement="halland", month="2018-05"), tmp_path)
    line, total = table(cells)
    assert [cell.value for cell in line] == [
        "Schablon", 1, datetime(2018, 5, 1), datetime(2018, 5, 31), None, None, 13025,
    ]  # fmt: skip
    assert total[6].value == 13025


def test_an_inferred_amount_is_the_regions_own_matter(tmp_path: Path) -> None:
    rows = [
        row(
            "A-1",
            inskriven="2024-03-01 08:00",
            inskrivningsmeddelande="2024-03-01 09:00",
            utskrivningsklar="2024-03-02 10:00",
            utskriven="2024-03-08 10:00",
        )
    ]
    found = texts(cells_of(invoice_of(rows, tmp_path, month="2024-03"), tmp_path))
    assert any("11 600,00 kr" in text for text in found)
    assert not any("HÄRLED" in text.upper() or "kontrollera" in text.lower() for text in found)


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1", "-1", "@x", "=1+1", "http://x.se", "0012", "1e5"])
def test_a_text_from_the_data_stays_a_text(name: str, tmp_path: Path) -> None:
    cells = cells_of(invoice_of([row(name)], tmp_path), tmp_path, data_only=False)
    cell = table(cells)[0][0]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def everything(path: Path) -> str:
    with ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("name", ["A-1", PATIENT, f"H/{PATIENT}/1", PATIENT.replace("-", ""), "800101-9812"])
def test_no_patient_is_on_the_invoice(name: str, tmp_path: Path) -> None:
    write_invoice(invoice_of([row(name), row("B-2", enhet="Ortopedi")], tmp_path), tmp_path / "f.xlsx")
    xml = everything(tmp_path / "f.xlsx")
    for secret in (PATIENT, PATIENT.replace("-", ""), "800101", "Ortopedi"):
        assert secret not in xml
    assert ("R0001" in xml) == (name != "A-1")


@pytest.mark.parametrize(
    ("arende_id", "patient_id", "answer"),
    [
        ("A-1", PATIENT, False),
        ("H18-0126", PATIENT, False),
        ("14-2019-008336", PATIENT, False),
        (PATIENT, "P1", True),
        ("19800101 9812", "P1", True),
        ("8001619814", "P1", True),
        ("x-p1", "P1", True),
        ("V/PSEUDO_77/1", "pseudo-77", True),
        ("9813019814", "P1", False),
        ("A-1", "", False),
    ],
)
def test_what_identifies(arende_id: str, patient_id: str, answer: bool) -> None:
    assert identifies(arende_id, patient_id) is answer


def test_own_references_follow_the_days_not_the_numbers(tmp_path: Path) -> None:
    rows = [
        row("19990101-9817", utskrivningsklar="2018-11-04 10:00"),
        row("19500101-9813", utskrivningsklar="2018-11-06 10:00"),
    ]
    invoice = invoice_of(rows, tmp_path)
    assert [(line.reference, line.fran) for line in invoice.lines] == [
        ("R0001", date(2018, 11, 7)),
        ("R0002", date(2018, 11, 9)),
    ]


def test_the_same_invoice_gives_the_same_bytes(tmp_path: Path) -> None:
    invoice = invoice_of([row("A-1")], tmp_path)
    write_invoice(invoice, tmp_path / "a.xlsx")
    write_invoice(invoice, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_page_is_a4_one_page_wide_and_numbered(tmp_path: Path) -> None:
    write_invoice(invoice_of([row("A-1")], tmp_path), tmp_path / "f.xlsx")
    book = load_workbook(tmp_path / "f.xlsx")
    sheet = book[SHEET]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight or 1) == (1, 1)
    assert sheet.print_title_rows and "Sida &P av &N" in everything(tmp_path / "f.xlsx").replace("&amp;", "&")
    assert (book.properties.creator, book.properties.created.date()) == ("Region Exempel", INVOICE_DATE)


def test_ore_reach_the_cell_exactly(tmp_path: Path) -> None:
    invoice = invoice_of([row("A-1")], tmp_path)
    line = replace(invoice.lines[0], amount_ore=12_345_678_901, rate_ore=4_115_226_301)
    cells = cells_of(replace(invoice, lines=(line,), amount_ore=12_345_678_901), tmp_path)
    assert Decimal(repr(table(cells)[0][6].value)) == Decimal("123456789.01")
    assert Decimal(repr(table(cells)[1][6].value)) == Decimal("123456789.01")


@pytest.mark.parametrize(
    "text", ["<r>a</r>", "a\x00b", "a\x0bb", "rad\r\nrad", "\ud800x", "_x0041_", " a ", "\ufffe", "&<>\"'"]
)
def test_any_text_makes_a_file_that_opens(text: str, tmp_path: Path) -> None:
    book = Book(title=text, author=text, created=INVOICE_DATE)
    sheet = book.sheet("Blad")
    sheet.footer(text)
    sheet.table((Column("Text", "text"),), [(text,)])
    book.save(tmp_path / "t.xlsx")
    hold(tmp_path / "t.xlsx", book.written)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_cell_text_keeps_what_can_be_printed(text: str) -> None:
    kept = cell_text(text)
    assert len(kept) <= LONGEST_TEXT
    assert not any(ord(letter) < 32 for letter in kept)
    assert kept == text or not text.isprintable() or text.startswith("<r>")


def test_a_text_beyond_the_limit_of_a_cell_is_cut_and_says_so() -> None:
    assert cell_text("a" * 40_000) == "a" * (LONGEST_TEXT - 1) + "…"
    assert cell_text("\U0001f600" * 20_000) == "\U0001f600" * (LONGEST_TEXT // 2) + "…"
