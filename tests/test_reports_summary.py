"""Page one of the summary: mean against threshold, long cases, the month before, payers without a document together."""

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from betalningsansvar.reports.month.summary import OVERVIEW, STATUSES, write_summary
from tests.report_bills import INVOICE_DATE, bill_of, mean_row, orsa, row


def page(folder: Path, rows: list[Any], sheet: str = OVERVIEW, previous: Any = None, **options: str) -> dict[Any, dict]:
    """The rows of a sheet by kommunkod (by name where there is none)."""
    bill = bill_of(rows, folder, **options)
    path = folder / "s.xlsx"
    write_summary(bill, path, files={}, checks=(), author="", created=INVOICE_DATE, previous=previous)
    cells = list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    head = next(n for n, values in enumerate(cells) if values[0] == "Kod")
    return {values[0] or values[1]: dict(zip(cells[head], values, strict=True)) for values in cells[head + 1 :]}


def test_the_mean_stands_against_its_threshold(tmp_path: Path) -> None:
    found = page(tmp_path, [*orsa(), mean_row("M-1", 1, "2062")], agreement="dalarna", month="2023-03")
    assert (found["2034"]["I genom- snittet"], found["2034"]["Genom- snitt"]) == (6, 5.33)
    assert found["2034"]["Läge"] == "över tröskeln 3,00" and found["2062"]["Läge"] == "under tröskeln 3,00"
    assert found["2021"]["Läge"] is None and found["2021"]["Genom- snitt"] is None


def test_long_cases_are_counted_by_kind_of_care(tmp_path: Path) -> None:
    long = {"utskrivningsklar": "2023-03-02 10:00", "utskriven": "2023-03-20 10:00", "folkbokforingskommun": "1480"}
    rows = [row("A-1", **long, **_ADMITTED), row("A-2", **long, **_ADMITTED, vardform="psykiatri")]
    found = page(tmp_path, rows, agreement="vastra-gotaland", month="2023-03")["1480"]
    assert (found["Över 7 dagar somatik"], found["Över 7 dagar psykiatri"]) == (1, 1)


_ADMITTED = {"inskriven": "2023-03-01 08:00", "inskrivningsmeddelande": "2023-03-01 09:00"}


def test_the_month_before_and_the_difference(tmp_path: Path) -> None:
    found = page(tmp_path, [row("A-1")], agreement="halland", previous={"1380": 1_000_000, "1384": 500_000})
    assert found["1380"]["Föregående månad"] == 10_000 and found["1380"]["Skillnad"] == 11_300
    assert found["1384"]["Skillnad"] == -5_000
    assert "Skillnad" not in page(tmp_path, [row("A-1")], agreement="halland")["1380"]


def test_payers_without_a_document_are_one_row_and_all_stand_on_the_next_sheet(tmp_path: Path) -> None:
    free = {"utskriven": "2018-11-06 10:00"}
    rows = [
        row("A-1", folkbokforingskommun="0180", **free),
        row("A-2", folkbokforingskommun="1463", **free),
        row("A-3", folkbokforingskommun="1480"),
        row("A-4", folkbokforingskommun=""),
    ]
    found = page(tmp_path, rows, agreement="halland")
    together = found["2 andra kommuner, inget att betala"]
    assert (together["Grupp"], together["Ärenden"], together["Belopp"]) == ("Utomläns", 2, 0)
    assert found["1480"]["Belopp"] == 21_300 and found["Kommun saknas eller okänd"]["Parkerade"] == 1
    assert found["Summa"]["Ärenden"] == 4
    assert {"0180", "1463", "1480"} <= page(tmp_path, rows, STATUSES, agreement="halland").keys()


def test_what_the_rules_demand_to_be_said_stands_on_page_one(tmp_path: Path) -> None:
    rows = [
        row(
            "A-1",
            folkbokforingskommun="0180",
            inskriven="2023-03-01 08:00",
            inskrivningsmeddelande="2023-03-01 09:00",
            utskrivningsklar="2023-03-02 10:00",
            utskriven="2023-03-20 10:00",
        )
    ]
    bill = bill_of(rows, tmp_path, agreement="stockholm", month="2023-03")
    write_summary(bill, tmp_path / "s.xlsx", files={}, checks=(), author="", created=INVOICE_DATE)
    told = [
        str(cell)
        for cells in load_workbook(tmp_path / "s.xlsx")[OVERVIEW].iter_rows(values_only=True)
        for cell in cells
    ]
    assert any("avtalade modell är ett medelvärde" in text for text in told)
    assert any("Räknat till och med 2023-03-31." in text for text in told)
