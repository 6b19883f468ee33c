"""What was written is opened again; a file that says anything else is not published."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.reports.files import readback
from betalningsansvar.reports.files.cells import Column, cell_text
from betalningsansvar.reports.files.readback import ReadBackError, hold, hold_to_lines
from betalningsansvar.reports.files.workbook import Book
from betalningsansvar.reports.files.written import TableLayout, Written
from betalningsansvar.reports.month.publish import write_bill
from tests.cell_values import TABLES, VALUES, Table
from tests.report_bills import CUSTOMERS, INVOICE_DATE, SENDER, bill_of, row

COLUMNS = (Column("Namn", "text"), Column("Dag", "dag"), Column("Belopp", "ore", summed=True))
ROWS = [("a", INVOICE_DATE, 710_000), ("=1+1", None, 5), ("", INVOICE_DATE, 0)]


def written(path: Path) -> Book:
    book = Book(title="Prov", author="", created=INVOICE_DATE)
    book.sheet("Blad").table(COLUMNS, ROWS)
    book.save(path)
    return book


def tampered(path: Path, old: str, new: str, part: str = "xl/worksheets/sheet1.xml") -> None:
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part].decode()
    parts[part] = parts[part].decode().replace(old, new, 1).encode()
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_good_file_is_held(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    hold(path, written(path).written, twice=True)


def no_cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {"Blad": []}


@pytest.mark.parametrize("reader", ["_values", "_values_by_openpyxl"])
def test_each_reader_alone_finds_a_fault(reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    book = written(path)
    monkeypatch.setattr(readback, reader, no_cells)
    with pytest.raises(ReadBackError):
        hold(path, book.written, twice=True)


def test_both_readers_see_every_book_of_a_month_alike(tmp_path: Path) -> None:
    """What calamine reads is what openpyxl reads: values and kinds, an empty cell apart."""
    out = tmp_path / "ut"
    bill = bill_of([row("A-1"), row("A-2", inskrivningsmeddelande=""), row("_x0041_")], tmp_path, agreement="halland")
    write_bill(
        bill,
        out,
        sender=SENDER,
        customers=CUSTOMERS,
        invoice_date=INVOICE_DATE,
        inputs=[],
        tariffs=[],
        options={},
    )
    books = sorted(out.rglob("*.xlsx"))
    assert len(books) > 4
    for path in books:
        by_calamine, by_openpyxl = readback._values(path), readback._values_by_openpyxl(path)
        assert list(by_calamine) == list(by_openpyxl)
        for name, rows in by_openpyxl.items():
            seen = [tuple(cell for cell in map(alike, row) if cell is not None) for row in rows]
            assert [tuple(cell for cell in map(alike, row) if cell is not None) for row in by_calamine[name]] == seen


def alike(cell: object) -> object:
    """An empty cell as None, a day as its midnight, a moment to the second."""
    if cell == "":
        return None
    if isinstance(cell, date):
        at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return (at + timedelta(milliseconds=500)).replace(microsecond=0)
    return cell


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<v>7100.00</v>", "<v>7100.01</v>", "rad 2 (Belopp)"),
        ("<v>0.05</v>", "<v>0.050000000001</v>", "rad 3 (Belopp)"),
        ("<f>SUM(C2:C4)</f>", "<f>SUM(C2:C3)</f>", "C5 är inte formeln"),
        ("</f><v>7100.05</v>", "</f><v>7100.06</v>", "C5 visar ett annat värde"),
        ("<v>7100.00</v>", "<f>7100</f><v>7100.00</v>", "C2 har en formel som inte är vår"),
        ("<v>7100.00</v>", '<f t="array" ref="C2">7100</f><v>7100.00</v>', "en formel"),
    ],
)
def test_a_changed_cell_is_found(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = written(path)
    tampered(path, old, new)
    with pytest.raises(ReadBackError) as caught:
        hold(path, book.written)
    assert told in str(caught.value) and "a.xlsx" in str(caught.value)


def test_a_changed_text_is_found_and_not_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = written(path)
    tampered(path, "<t>=1+1</t>", "<t>hemligt</t>", "xl/sharedStrings.xml")
    with pytest.raises(ReadBackError, match="rad 3") as caught:
        hold(path, book.written)
    assert "hemligt" not in str(caught.value)


def as_read(value: object) -> object:
    """A text that a cell could not hold, or that stands escaped in the file, is another than was asked for."""
    return readback._unescaped(cell_text(value or "")) if value is None or isinstance(value, str) else value


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES.filter(lambda table: bool(table[1])), st.data())
def test_any_cell_that_is_not_what_was_meant_is_found(tmp_path: Path, table: Table, data: st.DataObject) -> None:
    kinds, rows = table
    number, at = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(kinds) - 1))
    meant, other = rows[number][at], data.draw(VALUES[kinds[at]])
    assume(as_read(other) != as_read(meant))
    book = Book(title="Prov", author="", created=INVOICE_DATE)
    book.sheet("Blad").table([Column(kind.title(), kind) for kind in kinds], rows)
    book.save(tmp_path / "a.xlsx")
    hold(tmp_path / "a.xlsx", book.written, twice=True)
    (layout,) = book.written["Blad"].tables
    changed = [*rows[number][:at], other, *rows[number][at + 1 :]]
    wrong = replace(layout, rows=(*rows[:number], changed, *rows[number + 1 :]))
    for twice in (False, True):
        with pytest.raises(ReadBackError, match=f"rad {number + 2} "):
            hold(tmp_path / "a.xlsx", {"Blad": Written([wrong])}, twice=twice)


def test_a_true_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Book(title="Prov", author="", created=INVOICE_DATE)
    book.sheet("Blad").table((Column("Antal", "antal"),), [(1,), (2,)])
    book.save(path)
    tampered(path, "><v>1</v>", ' t="b"><v>1</v>')
    with pytest.raises(ReadBackError, match=r"rad 2 \(Antal\)"):
        hold(path, book.written)


def test_another_sheet_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = written(path)
    tampered(path, 'name="Blad"', 'name="Annat"', "xl/workbook.xml")
    with pytest.raises(ReadBackError, match="andra blad"):
        hold(path, book.written)


def test_an_invoice_that_lacks_a_line_is_not_held(tmp_path: Path) -> None:
    lines = charged_lines(bill_of([row("A-1"), row("A-2")], tmp_path))
    columns = tuple(Column(name, "ore") for name in ("Från", "T.o.m.", "Dygn", "Per dygn", "Belopp"))
    rows = [
        (line.fran.date(), line.tom.date(), line.dygn_micro, line.rate_ore, line.amount_ore)
        for line in lines.itertuples()
    ]
    hold_to_lines("f.xlsx", TableLayout(1, columns, tuple(rows)), lines)
    with pytest.raises(ReadBackError, match="raderna är inte"):
        hold_to_lines("f.xlsx", TableLayout(1, columns, tuple(rows[:1])), lines)
