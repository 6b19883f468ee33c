"""issue and ledger as they are typed: nothing without --confirm, one message and exit code 1 where the work stops."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from betalningsansvar import cli
from betalningsansvar.commands import asking, issuing
from betalningsansvar.commands import ledger as ledger_commands
from betalningsansvar.reports.words.numbers import kronor_text

HEADER = (
    "arende_id,patient_id,folkbokforingskommun,vardform,inskriven,inskrivningsmeddelande,utskrivningsklar,utskriven\n"
)
ROW = "{case},{patient},{kommun},somatik,2018-11-01 10:00,2018-11-01 12:00,2018-11-05 09:00,{discharged} 12:00\n"

Ledger = Callable[..., Result]


def write_cases(path: Path, **discharged: str) -> Path:
    """One case per keyword in Halmstad (A…) or Kungsbacka (B…), each with its day of discharge."""
    rows = [
        ROW.format(case=case, patient=f"P-{case}", kommun="1380" if case[0] == "A" else "1384", discharged=day)
        for case, day in discharged.items()
    ]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Ledger:
    """Run a command on the ledger of this test; `code` is the exit code it must end with."""

    def typed(*words: object, code: int = 0) -> Result:
        url = f"sqlite:///{(tmp_path / 'faktura.db').as_posix()}"
        result = CliRunner().invoke(cli.main, [*map(str, words), "--ledger", url])
        assert result.exit_code == code, result.output
        return result

    return typed


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return write_cases(tmp_path / "a.csv", A1="2018-11-10", A2="2018-11-12", B1="2018-11-09")


def test_issue_shows_the_plan_and_writes_nothing_without_confirm(run: Ledger, cases: Path, tmp_path: Path) -> None:
    shown = run("issue", cases, "--month", "2018-11").output
    assert "49 700,00 kr" in shown and "--confirm --plan" in shown
    assert "ingen liggare på adressen ännu" in shown
    assert not (tmp_path / "faktura.db").exists()


def test_a_month_issued_corrected_disputed_and_proved(run: Ledger, cases: Path, tmp_path: Path) -> None:
    issued = run("issue", cases, "--month", "2018-11", "--confirm", "--out", tmp_path / "ut").output
    assert "Fakturanummer: 1–2" in issued
    assert (tmp_path / "ut" / "fakturarader.csv").read_text(encoding="utf-8").count("\n") == 4
    assert "Inget att utfärda" in run("issue", cases, "--month", "2018-11", "--confirm").output

    later = write_cases(tmp_path / "b.csv", A1="2018-11-11", A2="2018-11-12", B1="2018-11-09")
    compared = run("ledger", "compare", later, "--out", tmp_path / "skillnad.csv").output
    assert "ska betalas med ett annat belopp, beräknat minus fakturerat 7 100,00 kr" in compared
    assert "A1,individuell,1420000,2130000,ANNAT_BELOPP" in (tmp_path / "skillnad.csv").read_text(encoding="utf-8")
    told = run("issue", later, "--month", "2018-11", "--confirm").output
    assert "Krediteras:\n  1 rad: Ärendets dygn eller belopp har ändrats" in told

    assert "Bestridande 1" in run("ledger", "dispute", 2, "--case", "B1", "--reason", "FEL_KOMMUN").output
    run("ledger", "decide", 1, "--step", 2)
    run("ledger", "decide", 1, "--decision", "medges")
    assert (
        "1 rad: Kommunen är inte rätt betalningsansvarig."
        in run("issue", later, "--month", "2018-11", "--confirm").output
    )
    assert "100,0 %" in run("ledger", "disputes").output
    assert "krediterar faktura 2" in run("ledger", "show", 5).output
    assert "49 700,00 kr netto" in run("ledger", "list").output
    listed = [line.split(",") for line in run("ledger", "list", "--csv").output.splitlines()]
    credits = listed[0].index("krediterar")
    assert {row[credits] for row in listed[1:]} <= {"", "1", "2"}
    proved = run("ledger", "verify").output
    assert "5 fakturor numrerade 1–5" in proved
    noted = proved.split("Sista hash: ")[1].split()[0]
    run("ledger", "verify", "--hash", noted)
    run("ledger", "verify", "--hash", "ab" * 32, code=1)

    run("ledger", "export", "--out", tmp_path / "export")
    assert len((tmp_path / "export" / "fakturor.csv").read_text(encoding="utf-8").splitlines()) == 6


def test_the_rules_of_an_invoice_compute_it_again(run: Ledger, cases: Path, tmp_path: Path) -> None:
    run("issue", cases, "--month", "2018-11", "--agreement", "halland", "--confirm")
    run("ledger", "show", 1, "--rules", tmp_path / "regler")
    (agreement,) = (tmp_path / "regler").rglob("halland.toml")
    again = run("issue", cases, "--month", "2018-11", "--agreement", agreement, code=0).output
    assert "Inget att utfärda" in again and "VARNING: månaden utfärdades" not in again and "ingen liggare" not in again


def test_a_kommun_compares_what_it_received_with_its_own_data(run: Ledger, cases: Path, tmp_path: Path) -> None:
    run("issue", cases, "--month", "2018-11", "--confirm", "--out", tmp_path / "ut")
    own = write_cases(tmp_path / "own.csv", A1="2018-11-10", A3="2018-11-10", B1="2018-11-09")
    words = ["ledger", "compare", str(own), "--received", str(tmp_path / "ut" / "fakturarader.csv")]
    said = CliRunner().invoke(cli.main, words).output
    assert "1 fakturerat men ska inte betalas" in said and "1 ska betalas men är inte fakturerat" in said


def test_a_kommun_sees_what_the_same_dygn_cost_on_a_korttidsplats(run: Ledger, cases: Path, tmp_path: Path) -> None:
    run("issue", cases, "--month", "2018-11", "--confirm", "--out", tmp_path / "ut")
    received = tmp_path / "ut" / "fakturarader.csv"
    with received.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    days, billed = sum(int(line["dygn"]) for line in lines), sum(int(line["belopp_ore"]) for line in lines)
    assert billed == days * 710_000 > 0

    def typed(*more: object, code: int = 0) -> str:
        words = ["ledger", "compare", cases, "--received", received, "--as-of", "2018-12-03", *more]
        said = CliRunner().invoke(cli.main, [*map(str, words)])
        assert said.exit_code == code, said.output
        return said.output

    told = (
        f"På en korttidsplats: {days} dygn × 4 900,50 kr = {kronor_text(days * 490_050)}, "
        f"{kronor_text(billed - days * 490_050)} mindre än de {kronor_text(billed)} som är fakturerade för dem."
    )
    assert told in typed("--alternativ", "4900,50", "--out", tmp_path / "svar.csv")
    with (tmp_path / "svar.csv").open(encoding="utf-8", newline="") as file:
        answered = list(csv.DictReader(file))
    assert [int(row["alternativ_ore"]) for row in answered] == [int(row["dygn"]) * 490_050 for row in answered]
    assert " mer än de " in typed("--alternativ", "8000", "--out", tmp_path / "svar.xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "svar.xlsx")["Svar"] for cell in row]
    assert any(str(value).startswith(f"På en korttidsplats: {days} dygn × 8") for value in cells)
    assert "korttidsplats" not in typed()
    for wrong in ("0", "-1", "mycket", "4900,505", "1e99"):
        assert f"{wrong} är inget belopp" in typed(f"--alternativ={wrong}", code=2)
    run("ledger", "compare", cases, "--alternativ", "4900", code=2)


def test_no_personal_number_in_the_ledger(run: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "fel.csv"
    row = ROW.format(case="H-19320102-9968", patient="193201029968", kommun="1380", discharged="2018-11-10")
    path.write_text(HEADER + row, encoding="utf-8")
    stopped = run("issue", path, "--month", "2018-11", "--confirm", code=1)
    assert "fel.csv rad 2" in stopped.output and "9968" not in stopped.output
    assert not (tmp_path / "faktura.db").exists()


def test_early_issue_warns(run: Ledger, cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Early(date):
        @classmethod
        def today(cls) -> date:
            return cls(2018, 12, 12)

    for module in (asking, issuing, ledger_commands):
        monkeypatch.setattr(module, "date", Early)
    assert (
        "kan invända mot 2018-11 t.o.m. 2018-12-12"
        in run("issue", cases, "--month", "2018-11", "--agreement", "vastra-gotaland").output
    )
    run("issue", cases, "--month", "2018-11", "--agreement", "vastra-gotaland", "--confirm")
    awaiting = run("ledger", "open", "--agreement", "vastra-gotaland", "--from", "2018-10").output
    assert awaiting.splitlines() == [
        "2018-10  kan utfärdas",
        "2018-12  kommunerna kan invända t.o.m. 2019-01-12",
    ]


def test_without_a_ledger_it_is_said_how(cases: Path) -> None:
    result = CliRunner().invoke(cli.main, ["issue", str(cases), "--month", "2018-11"])
    assert result.exit_code == 2 and "--ledger" in result.output


def test_an_address_that_is_none_and_a_ledger_that_is_not_there(run: Ledger, cases: Path) -> None:
    assert "filen finns inte" in run("ledger", "list", code=1).output
    result = CliRunner().invoke(cli.main, ["ledger", "list", "--ledger", "faktura.db"])
    assert result.exit_code == 1 and "sqlite:///" in result.output


def test_two_people_where_the_ledger_asks_for_it(run: Ledger, cases: Path) -> None:
    assert "krävs: ja" in run("ledger", "settings", "--four-eyes", "--first-number", 501, "--prefix", "R").output
    stopped = run("issue", cases, "--month", "2018-11", "--confirm", "--by", "Bo", code=1)
    assert "2018-11 kan inte utfärdas" in stopped.output and "--by" in stopped.output
    assert "godkänd av Ann" in run("ledger", "approve", cases, "--month", "2018-11", "--by", "Ann").output
    assert "Fakturanummer: R501–R502" in run("issue", cases, "--month", "2018-11", "--confirm", "--by", "Bo").output
    assert "R501" in run("ledger", "settings").output


def test_the_plan_shown_is_the_one_that_is_taken(run: Ledger, cases: Path, tmp_path: Path) -> None:
    shown = run("issue", cases, "--month", "2018-11").output
    (code,) = re.findall(r"--plan (\S+)", shown)
    shorter = tmp_path / "kortare.csv"
    shorter.write_text("".join(cases.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    other = run("issue", shorter, "--month", "2018-11", "--confirm", "--plan", code, code=1)
    assert "underlaget ger andra rader" in other.output and not (tmp_path / "faktura.db").exists()
    run("issue", cases, "--month", "2018-11", "--confirm", "--plan", code)
    missing = run("issue", shorter, "--month", "2018-11", "--confirm", code=1)
    assert "finns inte alls i underlaget" in missing.output and "--allow-missing" in missing.output
    assert "Utfärdat" in run("issue", shorter, "--month", "2018-11", "--confirm", "--allow-missing").output


@pytest.mark.parametrize("form", ["faktura_*1380*.xlsx", "*.xml", "fakturarader.csv"])
def test_a_kommun_answers_on_whatever_it_received(run: Ledger, cases: Path, tmp_path: Path, form: str) -> None:
    settings = ["--avsandare", "data/exempel/avsandare.toml", "--kunder", "data/exempel/kunder.toml"]
    run("issue", cases, "--month", "2018-11", "--confirm", "--out", tmp_path / "ut", *settings)
    run("ledger", "export", "--format", "ubl", "--out", tmp_path / "ubl", *settings)
    folders = (tmp_path / "ubl", tmp_path / "ut" / "fakturor", tmp_path / "ut")
    received = next(path for folder in folders for path in folder.glob(form) if "rader" in form or "1380" in path.name)
    words = ["ledger", "compare", cases, "--received", received, "--out", tmp_path / "svar.xlsx"]
    words += ["--as-of", "2018-12-03"]
    own = CliRunner().invoke(cli.main, [*map(str, words)])
    assert own.exit_code == 0, own.output
    assert "det som är fakturerat är det som ska betalas" in own.output and "Nästa faktura, 2018-12" in own.output
    other = write_cases(tmp_path / "own.csv", A1="2018-11-09")
    words = ["ledger", "compare", other, "--received", received, "--out", tmp_path / "svar.csv"]
    said = CliRunner().invoke(cli.main, [*map(str, words)])
    assert said.exit_code == 0 and "på fakturan" in said.output and "enligt egna uppgifter" in said.output
    rows = (tmp_path / "svar.csv").read_text(encoding="utf-8").splitlines()
    assert any(row.startswith("bestrids,2018-11,1380,A1,individuell,beraknat,") for row in rows)
