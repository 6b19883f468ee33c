"""Disputes out to a workbook and in again: what the kommun adds is registered, all rows or none, faults by cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import disputes
from betalningsansvar.billing.ledger.dispute_table import dispute_table
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.objections import ObjectionFileError
from betalningsansvar.operations.dispute_file import export_disputes, import_disputes
from betalningsansvar.reports.files.destination import Destination
from tests.ledger.stand import NOW, issue_lines, line, lines
from tests.ledger.tampered import fill

TODAY = date(2019, 1, 2)


@pytest.fixture
def book(sqlite_ledger: Ledger, tmp_path: Path) -> Path:
    fill(sqlite_ledger)
    path = tmp_path / "bestridanden.xlsx"
    assert export_disputes(sqlite_ledger.address, Destination.of(path), TODAY) == 1
    return path


def add(path: Path, *rows: dict[str, object]) -> InputFile:
    """The kommun's own rows, below those that are there."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Bestridanden"]
    place = {cell.value: cell.column for cell in sheet[4]}
    for at, row in enumerate(rows, start=6):
        for name, value in row.items():
            sheet.cell(at, place[name], value)
    workbook.save(path)
    return InputFile(path.name, path)


def test_the_list_says_what_both_parties_follow(book: Path, sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.reading() as connection:
        (row,) = dispute_table(connection, TODAY).to_dict("records")
    assert (row["printed"], row["rows"], row["days_open"], row["step"]) == ("BA-102", "1", 20, 2)
    sheet = openpyxl.load_workbook(book)["Bestridanden"]
    said = {head.value: cell.value for head, cell in zip(sheet[4], sheet[5], strict=True)}
    assert (said["Faktura"], said["Ärende"], said["Belopp"], said["Dagar öppet"]) == ("BA-102", "K-1", 14200, 20)


@pytest.mark.parametrize(
    ("wrong", "cell", "why"),
    [
        ({"Bestritt den": date(2081, 12, 20)}, "L6", "efter i dag"),
        ({"Bestritt den": date(2018, 10, 31)}, "L6", "före perioden"),
        ({"Bestridande": 7}, "A6", "är inget registrerat bestridande"),
        ({"Bestridande": "nytt"}, "A6", "är inget registrerat bestridande"),
    ],
)
def test_a_day_that_cannot_be_and_a_number_that_is_none_are_told_by_cell(
    book: Path, sqlite_ledger: Ledger, wrong: dict[str, object], cell: str, why: str
) -> None:
    new = {"Faktura": "BA-104", "Ärende": "H-1", "Orsak": "FEL_DATUM", **wrong}
    with pytest.raises(ObjectionFileError, match=f"cell {cell}: .*{why}"):
        import_disputes(sqlite_ledger.address, add(book, new), NOW)
    with sqlite_ledger.reading() as connection:
        assert len(disputes(connection)) == 1


def test_what_the_kommun_adds_is_registered(book: Path, sqlite_ledger: Ledger) -> None:
    new = {"Faktura": "BA-104", "Ärende": "H-1", "Orsak": "patient_avbojde", "Belopp": 7100}
    other = {"Faktura": 105, "Rad": 2, "Orsak": "FEL_DATUM", "Bestritt den": date(2018, 12, 13)}
    assert import_disputes(sqlite_ledger.address, add(book, new, other), NOW, by="bo") == (2, 3)
    with sqlite_ledger.reading() as connection:
        found = disputes(connection).iloc[1:]
    assert found[["arende_id", "reason", "amount_ore", "raised_on", "by"]].to_numpy().tolist() == [
        ["H-1", "PATIENT_AVBOJDE", 710_000, "2018-12-13", "bo"],
        ["", "FEL_DATUM", 3 * 710_000, "2018-12-13", "bo"],
    ]
    later = book.with_name("senare.xlsx")
    assert export_disputes(sqlite_ledger.address, Destination.of(later), TODAY) == 3
    assert import_disputes(sqlite_ledger.address, InputFile(later.name, later), NOW) == ()


def test_faults_are_told_by_cell_and_nothing_is_registered(book: Path, sqlite_ledger: Ledger) -> None:
    good = {"Faktura": "BA-104", "Ärende": "H-1", "Orsak": "FEL_DATUM"}
    with pytest.raises(ObjectionFileError) as stopped:
        import_disputes(
            sqlite_ledger.address,
            add(book, good, {"Faktura": "BA-999", "Ärende": "H-1", "Orsak": "FEL_DATUM"}, good | {"Orsak": "ARG"}),
            NOW,
        )
    assert [cell for cell, _ in stopped.value.faults] == ["B7", "G8"]
    assert "cell B7: Liggaren har ingen faktura 999" in str(stopped.value)
    with sqlite_ledger.reading() as connection:
        assert len(disputes(connection)) == 1


def test_cells_that_cannot_be_read(book: Path, sqlite_ledger: Ledger) -> None:
    rows = ({"Faktura": "BA-104", "Rad": "ett", "Orsak": "FEL_DATUM"}, {"Ärende": "H-1", "Rad": 1, "Belopp": "mycket"})
    with pytest.raises(ObjectionFileError) as stopped:
        import_disputes(sqlite_ledger.address, add(book, *rows), NOW)
    assert [cell for cell, _ in stopped.value.faults] == ["C6", "B7", "G7", "H7", "D7"]


def test_another_file_is_refused(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    issue_lines(sqlite_ledger, lines(line("H-1")))
    with pytest.raises(InputError, match="Excel"):
        import_disputes(sqlite_ledger.address, InputFile.from_bytes("brev.txt", b"Hej"), NOW)


def test_a_dispute_goes_to_court_with_the_day_the_claim_lapses(ledger: Ledger) -> None:
    issue_lines(ledger, lines(line("H-1")))
    dispute = register(ledger, Objection(1, "VARDNIVA", arende_id="H-1"), NOW)
    with pytest.raises(Exception, match="dagen då kravet preskriberas"):
        decide(ledger, dispute, NOW, step=4)
    decide(ledger, dispute, NOW, step=4, limitation_date=date(2028, 11, 30))
    decide(ledger, dispute, NOW, decision="avslas", decided_on=date(2019, 2, 1))
    with ledger.reading() as connection:
        (row,) = dispute_table(connection, TODAY).to_dict("records")
    assert (row["step"], row["limitation_date"], row["decided_on"]) == (4, "2028-11-30", "2019-02-01")
