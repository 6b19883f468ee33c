"""The ledger as typed: settings, receipts, disputes as files, listings for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.ledger.test_commands import Ledger, cases, run

__all__ = ["cases", "run"]

EXAMPLE = Path(__file__).parents[2] / "data" / "exempel"


@pytest.fixture
def issued(run: Ledger, cases: Path, tmp_path: Path) -> Path:
    run("ledger", "settings", "--first-number", "1001", "--prefix", "BA-", "--by", "admin")
    run("issue", cases, "--month", "2018-11", "--confirm", "--out", tmp_path / "ut")
    return tmp_path / "ut"


def test_the_row_of_numbers_is_set_once(run: Ledger, issued: Path) -> None:
    assert "BA-1001" in run("ledger", "settings").output
    assert "redan utfärdat" in run("ledger", "settings", "--first-number", "5", code=1).output
    assert "BA-1001" in (issued / "kvitto.txt").read_text(encoding="utf-8")


def test_what_was_sent_proves_the_ledger(run: Ledger, issued: Path, tmp_path: Path) -> None:
    assert "2 kvitton utanför liggaren" in run("ledger", "verify", "--against", issued / "kvitto.txt").output
    assert "kvitton utanför" in run("ledger", "verify", "--against", issued).output
    for path in tmp_path.glob("faktura.db*"):
        path.unlink()
    run("ledger", "settings", "--four-eyes")
    stopped = run("ledger", "verify", "--against", issued, code=1).output
    assert "Liggaren håller inte" in stopped and "Traceback" not in stopped


def test_disputes_leave_as_a_file_and_come_back(run: Ledger, issued: Path, tmp_path: Path) -> None:
    path = tmp_path / "bestridanden.xlsx"
    run("ledger", "disputes", "--out", path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Bestridanden"]
    place = {cell.value: cell.column for cell in sheet[4]}
    for name, value in {"Faktura": "BA-1002", "Ärende": "B1", "Orsak": "PATIENT_AVBOJDE"}.items():
        sheet.cell(5, place[name], value)
    workbook.save(path)
    assert "1 bestridande är registrerat" in run("ledger", "dispute", "--from", path, "--by", "bo").output
    assert "cell D5: Det är redan bestritt" in run("ledger", "dispute", "--from", path, code=1).output
    assert "bestritt 7 100,00 kr" in run("ledger", "list").output
    (row,) = json.loads(run("ledger", "disputes", "--json").output)
    assert (row["faktura"], row["arende_id"], row["belopp_ore"]) == ("BA-1002", "B1", 710000)
    assert "domstol" not in run("ledger", "disputes").output
    run("ledger", "decide", 1, "--step", 4, "--preskriberas", "2028-11-30")
    assert "till domstol), preskriberas 2028-11-30" in run("ledger", "disputes").output


def test_a_listing_for_another_program(run: Ledger, issued: Path) -> None:
    header, first, *_ = run("ledger", "list", "--csv").output.splitlines()
    assert header.split(",")[:3] == ["fakturanummer", "tryckt_nummer", "kommun"]
    assert first.split(",")[:4] == ["1001", "BA-1001", "1380", "2018-11"]


def test_the_last_day_to_object_stands_with_the_invoice(run: Ledger, cases: Path) -> None:
    run("issue", cases, "--month", "2018-11", "--agreement", "vastra-gotaland", "--confirm")
    first, *_ = run("ledger", "list", "--csv").output.splitlines()[1:]
    assert "2018-12-12" in first


def test_two_people_where_the_ledger_asks_for_it(run: Ledger, cases: Path) -> None:
    run("ledger", "settings", "--four-eyes", "--by", "admin")
    month = (cases, "--month", "2018-11", "--by")
    assert "ingen har det" in run("issue", *month, "anna", "--confirm", code=1).output
    run("ledger", "approve", *month, "anna")
    assert "anna har själv godkänt" in run("issue", *month, "anna", "--confirm", code=1).output
    run("ledger", "approve", *month, "bo")
    run("issue", *month, "anna", "--confirm")


def test_two_people_for_a_settlement_too(run: Ledger) -> None:
    law = ("--agreement", "halland", "--tariffs", EXAMPLE / "belopp-exempel.toml")
    december, march = (EXAMPLE / "halland-2018" / f"arenden-{day}.csv" for day in ("2018-12-31", "2019-03-15"))
    run("issue", december, *law, "--month", "2018-11", "--by", "anna", "--confirm")
    run("ledger", "settings", "--four-eyes", "--by", "admin")
    left = (march, *law, "--settlement", "2018", "--without-months")
    assert "ingen har det" in run("issue", *left, "--by", "anna", "--confirm", code=1).output
    assert "Avräkningen av 2018 är godkänd av anna: " in run("ledger", "approve", *left, "--by", "anna").output
    assert "anna har själv godkänt" in run("issue", *left, "--by", "anna", "--confirm", code=1).output
    assert "Fakturanummer: " in run("issue", *left, "--by", "bo", "--confirm").output
    run("ledger", "verify")
    assert "antingen" in run("ledger", "approve", *left, "--month", "2018-11", "--by", "anna", code=2).output


def test_the_senders_series_is_set_by_the_first_issue_and_held_to(run: Ledger, tmp_path: Path) -> None:
    plain = (EXAMPLE / "avsandare.toml").read_text(encoding="utf-8").replace('logotyp = "logo.png"', "")
    for name, series in (("avsandare", 'prefix = "BA"\nforsta = 1001'), ("annan", 'prefix = "B"\nforsta = 1')):
        (tmp_path / f"{name}.toml").write_text(f"{plain}\n[fakturanummer]\n{series}\n", encoding="utf-8")
    month = [EXAMPLE / "halland-2018-11-12.csv", "--agreement", "halland", "--kunder", EXAMPLE / "kunder.toml"]
    first = [*month, "--month", "2018-11", "--avsandare", tmp_path / "avsandare.toml"]
    assert "numreras från BA1001" in run("issue", *first).output
    assert "Fakturanummer: BA1001–BA1007" in run("issue", *first, "--confirm").output
    assert "BA1001" in run("ledger", "list").output and "BA1001" in run("ledger", "settings").output
    other = [*month, "--month", "2018-11", "--avsandare", tmp_path / "annan.toml"]
    stopped = run("issue", *other, "--confirm", code=1).output
    assert "B1, men liggarens på BA1001" in stopped and "[fakturanummer]" in stopped
    assert "Fakturanummer: BA1008–" in run("issue", *month[:3], "--month", "2018-12", "--confirm").output
    assert "utan luckor" in run("ledger", "verify").output
