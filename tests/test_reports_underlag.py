"""The underlag: every case with why, and sums that tie to the invoice."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.invoice_content import invoices
from betalningsansvar.reports.month.underlag import CASES, LINES, RULES, TIMES, underlag_name, write_underlag
from betalningsansvar.reports.month.underlag_content import PERSONAL_DATA, Underlag, underlag
from tests.report_bills import CUSTOMERS, INVOICE_DATE, PATIENT, SENDER, bill_of, mean_row, orsa, row


def underlag_of(rows: list, folder: Path, kommun: str = "1380", **options: str) -> Underlag:
    bill = bill_of(rows, folder, **options)
    lines = charged_lines(bill)
    references = invoice_references(lines, bill.cases)
    made = list(invoices(bill, lines, references, sender=SENDER, customers=CUSTOMERS, invoice_date=INVOICE_DATE))
    return next(one for one in underlag(bill, made, references) if one.kommun == kommun)


def read(made: Underlag, folder: Path) -> dict[str, list[tuple]]:
    path = folder / "u.xlsx"
    hold(path, write_underlag(made, path).written)
    book = load_workbook(path, data_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def records(rows: list[tuple], first_heading: str) -> list[dict[str, object]]:
    head = next(n for n, r in enumerate(rows) if r[0] == first_heading)
    return [dict(zip(rows[head], r, strict=True)) for r in rows[head + 1 :] if r[0] is not None]


def test_every_case_has_status_times_amount_and_why(tmp_path: Path) -> None:
    made = underlag_of([row("A-1"), row("A-2", inskrivningsmeddelande="")], tmp_path)
    charged, blocked, total = records(read(made, tmp_path)[CASES], "Status")
    assert charged["Ärende"] == "A-1" and charged["Patient"] == PATIENT and charged["Status"] == "Debiteras"
    assert charged["Ansvar från"] == datetime(2018, 11, 8)
    assert charged["Utskrivningsklar"] == datetime(2018, 11, 5, 10)
    assert (charged["Dygn"], charged["Belopp"]) == (3, 21300)
    assert charged["Varför"] == "Ansvar från och med 2018-11-08. Utskriven 2018-11-11."
    assert blocked["Status"] == "Blockerad" and "5 kap. 3 §" in str(blocked["Varför"])
    assert (total["Dygn"], total["Belopp"]) == (3, 21300)


def test_the_lines_tie_to_the_invoice(tmp_path: Path) -> None:
    made = underlag_of([row("A-1"), row("A-2", utskriven="2018-11-10 09:00")], tmp_path)
    (document,) = made.documents
    *lines, total = records(read(made, tmp_path)[LINES], "Ärende")
    assert [line["Belopp"] for line in lines] == [21300, 14200]
    assert total["Belopp"] * 100 == document.amount_ore  # type: ignore[operator]


def test_it_says_that_it_holds_personal_data_on_every_sheet(tmp_path: Path) -> None:
    for rows in read(underlag_of([row("A-1")], tmp_path), tmp_path).values():
        assert any(PERSONAL_DATA in r for r in rows)


def test_the_map_from_the_invoices_reference_to_the_case(tmp_path: Path) -> None:
    made = underlag_of([row(PATIENT)], tmp_path)
    sheets = read(made, tmp_path)
    assert records(sheets[CASES], "Status")[0]["På fakturan"] == "R0001"
    line = records(sheets[LINES], "Ärende")[0]
    assert (line["Ärende"], line["På fakturan"]) == (PATIENT, "R0001")


def test_seconds_are_shown_when_they_matter(tmp_path: Path) -> None:
    made = underlag_of([row("A-1", utskrivningsklar="2018-11-05 12:00:01")], tmp_path)
    path = tmp_path / "u.xlsx"
    write_underlag(made, path)
    sheet = load_workbook(path)[TIMES]
    heads = next(r for r in sheet.iter_rows() if r[0].value == "Ärende")
    at = next(cell for cell in heads if cell.value == "Utskrivningsklar")
    cell = sheet.cell(at.row + 1, at.column)
    assert cell.value == datetime(2018, 11, 5, 12, 0, 1) and cell.number_format.endswith("ss")


WHY = {
    "samma dag": (row("A", utskriven="2018-11-08 10:00"), "samma dag som ansvaret skulle ha inträtt."),
    "innan": (row("A", utskriven="2018-11-07 10:00"), "innan ansvaret skulle ha inträtt 2018-11-08"),
    "återkallad": (row("A", aterkallad="2018-11-06 10:00"), "Underrättelsen återkallades 2018-11-06, innan"),
    "kvar": (row("A", utskriven=""), "Kvar vid periodens slut."),
    "sen": (
        row("A", utskrivningsklar="2018-11-29 10:00", utskriven="2018-12-10 10:00"),
        "Ansvaret inträder 2018-12-02, efter perioden.",
    ),
    "parkerad": (row("A", utskriven="2018-10-01 10:00"), "omöjlig ordning"),
    "varning": (
        row("A", inskrivningsmeddelande="2018-11-03 10:00"),
        "Obs: Inskrivningsmeddelandet skickades mer än 24",
    ),
}


@pytest.mark.parametrize("name", WHY)
def test_why(name: str, tmp_path: Path) -> None:
    case, words = WHY[name]
    made = underlag_of([case], tmp_path)
    assert words in made.cases[0].why


def test_why_under_a_mean(tmp_path: Path) -> None:
    rows = [*orsa(), {**mean_row("D-9", 5), "utskriven": ""}, {**mean_row("D-8", 5), "inskrivningsmeddelande": ""}]
    made = underlag_of(rows, tmp_path, "2034", agreement="dalarna", month="2023-03")
    why = {case.arende_id: case.why for case in made.cases}
    assert why["D-5"] == "Räknas in i genomsnittet med 10 dagar."
    assert why["D-9"].startswith("Inte utskriven i månaden")
    assert "5 kap. 3 §" in why["D-8"]
    assert sum(case.mean_days or 0 for case in made.cases) == 32
    sheets = read(made, tmp_path)
    assert records(sheets[CASES], "Status")[-1]["Dagar i medel"] == 32
    assert any("13,98 dygn" in str(cell) for r in sheets[RULES] for cell in r)


def test_why_under_a_schablon(tmp_path: Path) -> None:
    case = row(
        "A-1",
        inskriven="2018-05-01 08:00",
        inskrivningsmeddelande="2018-05-01 10:00",
        utskrivningsklar="2018-05-05 10:00",
        kallelse_mottagen="2018-05-04 10:00",
        vardplan_justerad="2018-05-06 10:00",
        utskriven="2018-05-30 10:00",
    )
    made = underlag_of([case], tmp_path, agreement="halland", month="2018-05")
    assert made.cases[0].why.startswith("Perioden betalas med schablon")
    assert "Utfall:" in made.cases[0].why


def test_free_cases_of_other_months_are_counted_and_not_listed(tmp_path: Path) -> None:
    old = row(
        "GAMMAL",
        inskriven="2018-09-01 08:00",
        inskrivningsmeddelande="2018-09-01 09:00",
        utskrivningsklar="2018-09-03 10:00",
        utskriven="2018-09-04 10:00",
    )
    made = underlag_of([row("A-1"), old], tmp_path)
    assert [case.arende_id for case in made.cases] == ["A-1"]
    assert made.outside == 1 and sum(made.antal.values()) == 2


def test_cases_without_a_payer_have_an_underlag_of_their_own(tmp_path: Path) -> None:
    made = underlag_of([row("A-1"), row("A-2", folkbokforingskommun="")], tmp_path, "")
    assert underlag_name(made) == "underlag_saknas_2018-11"
    assert [case.status for case in made.cases] == ["parkerad"]
    assert list(read(made, tmp_path)) == [CASES, TIMES]
