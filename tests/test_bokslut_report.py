"""The bokslut as files: the example year, the handbook's commands, every control total's query, the workbook."""

from __future__ import annotations

import csv
import doctest
import os
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from tests.example_year import write_example_year
from tests.test_readme import console, run

HOUSE = Path(__file__).parents[1]
EXAMPLE = HOUSE / "data" / "exempel" / "halland-2018"
AMOUNTS = HOUSE / "data" / "exempel" / "belopp-exempel.toml"
MARCH = EXAMPLE / "arenden-2019-03-15.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reconcile(out: Path, *options: str) -> str:
    arguments = ["reconcile", str(MARCH), "--year", "2018", "--agreement", "halland", "--out", str(out), *options]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


ADDS_UP = ("Fakturerat", "Redan avräknat", "Ej utfärdat", "Att avräkna", "Utfall")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example year with November issued in a ledger, and settled in March."""
    folder = tmp_path_factory.mktemp("bokslut")
    ledger = f"sqlite:///{(folder / 'liggare.db').as_posix()}"
    issue = [
        "issue", str(EXAMPLE / "arenden-2018-12-31.csv"), "--month", "2018-11", "--agreement", "halland",
        "--ledger", ledger, "--invoice-date", "2018-12-13", "--confirm",
    ]  # fmt: skip
    issued = CliRunner().invoke(cli.main, issue)
    assert issued.exit_code == 0, issued.output
    reconcile(folder / "ut", "--tariffs", str(AMOUNTS), "--ledger", ledger)
    return folder / "ut"


def test_a_settlement_is_issued_once(tmp_path: Path) -> None:
    ledger = f"sqlite:///{(tmp_path / 'liggare.db').as_posix()}"
    law = ["--agreement", "halland", "--tariffs", str(AMOUNTS), "--ledger", ledger]
    year_end = str(EXAMPLE / "arenden-2018-12-31.csv")
    issue = ["issue", year_end, "--month", "2018-11", *law, "--invoice-date", "2018-12-13", "--confirm"]
    settle = ["issue", str(MARCH), "--settlement", "2018", *law, "--invoice-date", "2019-03-20", "--confirm"]
    without = [*settle, "--without-months"]
    told = [CliRunner().invoke(cli.main, arguments) for arguments in (issue, settle, without, without)]
    # Eleven months are not issued: the year is settled without them only on an explicit word.
    assert [result.exit_code for result in told] == [0, 1, 0, 0], told[-1].output
    assert "Januari–oktober och december 2018 är inte utfärdade" in told[1].output
    assert "Utfärdat. Fakturanummer:" in told[2].output
    assert "inget kvar att avräkna" in told[3].output
    verified = CliRunner().invoke(cli.main, ["ledger", "verify", "--ledger", ledger])
    assert verified.exit_code == 0 and "Liggaren håller" in verified.output
    reconcile(tmp_path / "ut", "--tariffs", str(AMOUNTS), "--ledger", ledger)
    assert {row["avrakning_ore"] for row in rows(tmp_path / "ut" / "avrakning.csv")} == {"0"}


def test_a_year_with_nothing_to_remark_is_written_too(tmp_path: Path) -> None:
    ledger = f"sqlite:///{(tmp_path / 'liggare.db').as_posix()}"
    law = ["--agreement", "halland", "--tariffs", str(AMOUNTS), "--ledger", ledger]
    for month in range(1, 13):
        issue = ["issue", str(MARCH), "--month", f"2018-{month:02d}", *law, "--invoice-date", "2019-03-16", "--confirm"]
        issued = CliRunner().invoke(cli.main, issue)
        assert issued.exit_code == 0, issued.output
    reconcile(tmp_path / "ut", "--tariffs", str(AMOUNTS), "--ledger", ledger)
    assert rows(tmp_path / "ut" / "forbehall.csv") == []
    settled = {row["kommun"]: int(row["avrakning_ore"]) for row in rows(tmp_path / "ut" / "avrakning.csv")}
    assert settled["1384"] < 0 < settled["1383"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "Dygnsbelopp för 2018 saknas i serien lag-1990-1404"),
        (["--tariffs", str(AMOUNTS), "--as-of", "2018-06-30"], "innan 2018 var slut"),
    ],
)
def test_a_settlement_that_would_rest_on_what_is_not_known_is_refused(
    tmp_path: Path, options: list[str], told: str
) -> None:
    ledger = f"sqlite:///{(tmp_path / 'liggare.db').as_posix()}"
    law = ["--agreement", "halland", "--ledger", ledger]
    runner = CliRunner()
    assert runner.invoke(cli.main, ["issue", str(MARCH), "--month", "2018-11", *law, "--confirm"]).exit_code == 0
    result = runner.invoke(cli.main, ["issue", str(MARCH), "--settlement", "2018", *law, *options, "--confirm"])
    assert result.exit_code == 1 and told in result.output
    assert runner.invoke(cli.main, ["ledger", "list", "--ledger", ledger]).output.count("settlement") == 0


def test_what_is_not_known_of_a_month_not_issued_is_blank(tmp_path: Path) -> None:
    ledger = f"sqlite:///{(tmp_path / 'liggare.db').as_posix()}"
    issue = ["issue", str(MARCH), "--month", "2018-11", "--agreement", "halland", "--ledger", ledger, "--confirm"]
    assert CliRunner().invoke(cli.main, issue).exit_code == 0
    told = reconcile(tmp_path / "ut", "--ledger", ledger)
    assert "ingen faktura för januari–oktober: ett belopp som inte är känt står som ej utfärdat" in told
    notices = {r["manad"][:7]: r["belopp_ore"] for r in rows(tmp_path / "ut" / "forbehall.csv") if r["manad"]}
    assert notices["2018-01"] == "" and int(notices["2018-12"]) > 0
    waiting = {r["kommun"]: r["ej_utfardat_ore"] for r in rows(tmp_path / "ut" / "avrakning.csv")}
    assert waiting["1384"] == "" and int(waiting["1497"]) > 0


def test_the_shipped_extracts_can_be_made_again(tmp_path: Path) -> None:
    for path in write_example_year(tmp_path):
        assert path.read_bytes() == (EXAMPLE / path.name).read_bytes()
    assert sum(path.stat().st_size for path in EXAMPLE.iterdir()) < 400_000


def test_the_commands_of_the_handbook_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HOUSE / "data" / "exempel", tmp_path / "data" / "exempel")
    monkeypatch.chdir(tmp_path)
    checker = doctest.OutputChecker()
    for command, want in console(HOUSE / "docs" / "bokslut.md"):
        got = run(command)
        assert checker.check_output(want, got, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE), got


def test_every_control_total_is_found_again_by_its_query(settled: Path) -> None:
    found = rows(settled / "kontroller.csv")
    assert len(found) >= 20 and {row["stammer"] for row in found} == {"ja"}
    before = Path.cwd()
    os.chdir(settled)
    try:
        for row in found:
            for side in ("vantat", "funnet"):
                answer = duckdb.sql(row[f"{side}_fraga"]).fetchall()[0][0]
                assert int(answer) == int(row[f"{side}_varde"]), row["kontroll"]
    finally:
        os.chdir(before)


def test_the_workbook_says_what_the_files_say(settled: Path) -> None:
    book = openpyxl.load_workbook(settled / "bokslut.xlsx", data_only=True)
    assert book.sheetnames[:4] == ["Översikt", "Diagram", "Per kommun", "Per månad"]
    assert {"Orsaker", "Upplupet", "Avvikelser", "Kontroller", "Avrundning"} <= set(book.sheetnames)
    sheet, every = book["Per kommun"], rows(settled / "avrakning.csv")
    wanted = [line for line in every if any(int(line[name]) for name in line if name.endswith("_ore"))]
    assert 0 < len(wanted) < len(every)
    headings = [cell.value for cell in sheet[1]]
    for row, line in enumerate(wanted, start=2):
        assert sheet.cell(row, 1).value == line["kommun"]
        cells = {heading: sheet.cell(row, at).value for at, heading in enumerate(headings, start=1)}
        ore = {name: int(Decimal(repr(value)).scaleb(2)) for name, value in cells.items() if name in ADDS_UP}
        assert ore["Att avräkna"] == int(line["avrakning_ore"]) and ore["Utfall"] == int(line["utfall_ore"])
        assert sum(ore[term] for term in ADDS_UP[:-1]) == ore["Utfall"]


def test_the_page_of_the_decision_adds_up(settled: Path) -> None:
    sheet = openpyxl.load_workbook(settled / "bokslut.xlsx", data_only=True)["Översikt"]
    ore = {row[0].value: int(Decimal(repr(row[1].value)).scaleb(2)) for row in sheet.iter_rows(min_row=4, max_row=7)}
    assert list(ore) == ["Fakturerat", "Ej utfärdat", "Att avräkna", "Utfall enligt avtalets regel"]
    *terms, outcome = ore.values()
    assert sum(terms) == outcome == sum(int(line["utfall_ore"]) for line in rows(settled / "avrakning.csv"))
    formulas = openpyxl.load_workbook(settled / "bokslut.xlsx")["Översikt"]
    assert formulas["B7"].value == "=SUM(B4:B6)"


def test_the_named_cases_have_their_causes(settled: Path) -> None:
    causes = {(r["kommun"], r["orsak"]): int(r["belopp_ore"]) for r in rows(settled / "orsaker.csv")}
    assert causes["1384", "aterkallad"] == -8 * 710_000
    assert causes["1380", "andrad_betalare"] == -causes["1381", "andrad_betalare"] == -11 * 710_000
    assert causes["1382", "sena_uppgifter"] == 7 * 710_000
    waiting = sum(int(r["ej_utfardat_ore"]) for r in rows(settled / "avrakning.csv"))
    assert waiting == sum(ore for (_, cause), ore in causes.items() if cause == "ej_utfardad") > 0
    # Only November has been issued: no schablon has been charged that an outcome could take the place of.
    assert not any(ore for (_, cause), ore in causes.items() if cause == "schablon")
    codes = [r["kod"] for r in rows(settled / "forbehall.csv")]
    assert codes.count("MÅNAD_EJ_UTFÄRDAD") == 1


def test_the_printed_roundings_are_shown(settled: Path) -> None:
    found = {r["kommunnamn"]: r for r in rows(settled / "avrundning.csv")}
    assert int(found["Radernas summa"]["rest_ore"]) == 1_100
    assert int(found["Tryckt summa"]["manad_ore"]) - int(found["Radernas summa"]["manad_ore"]) == 100


def test_without_amounts_the_report_names_the_gap_and_leaves_the_outcome_blank(tmp_path: Path) -> None:
    told = reconcile(tmp_path / "ut")
    assert "Dygnsbelopp saknas i serien lag-1990-1404 2018" in told
    kungsbacka = next(r for r in rows(tmp_path / "ut" / "avrakning.csv") if r["kommun"] == "1384")
    assert kungsbacka["utfall_ore"] == kungsbacka["avrakning_ore"] == "" and int(kungsbacka["lagens_utfall_ore"]) > 0


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("ett", "tva"):
        reconcile(tmp_path / name, "--tariffs", str(AMOUNTS))
    for path in sorted((tmp_path / "ett").iterdir()):
        assert path.read_bytes() == (tmp_path / "tva" / path.name).read_bytes(), path.name


def test_no_identity_in_any_file(settled: Path) -> None:
    identities = {
        r["patient_id"] for r in csv.DictReader(MARCH.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    }
    for path in settled.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert not any(identity in text for identity in identities if identity), path.name
