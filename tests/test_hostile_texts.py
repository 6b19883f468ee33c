"""Texts that once did more than stand there: found by the class `injektion` of the fuzz."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar.cli import main
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.intake import read_files
from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.safename import safe_name
from betalningsansvar.reports.month.findings import write_findings
from tests.fuzz.opened import rows_for_people, terminal
from tests.intake_files import row, text_of
from tests.ledger.stand import INVOICE_DATE

TABLE = text_of(row(), row(arende_id="A2", utskriven="i går"))


@pytest.mark.parametrize("value", ["=1+1", " =1+1", "\u00a0@SUM(1)", "\uff1d1+1", "\uff0b1", "\t-1+1"])
def test_a_list_for_people_holds_no_formula_in_any_dress(value: str, tmp_path: Path) -> None:
    issues = read_files([InputFile.from_bytes("a.csv", TABLE.encode())]).issues
    write_findings(issues.assign(varde=value), tmp_path / "a.csv", INVOICE_DATE)
    rows_for_people((tmp_path / "a.csv").read_bytes())


@pytest.mark.parametrize("name", ["\x1b[31ma", "\x9b31ma", "\u202ea", "\u2066a", "a\x07", "a\rb"])
def test_a_terminal_obeys_no_file_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"{name}.csv").write_text(TABLE, encoding="utf-8")
    Path(f"{name}.toml").write_text("id = 3", encoding="utf-8")
    for words in (("check", f"{name}.csv"), ("profile", "suggest", f"{name}.csv"), ("check", f"{name}.csv.csv"),
                  ("agreements", "check", f"{name}.toml")):  # fmt: skip
        terminal(CliRunner().invoke(main, [*words]).output)


def test_what_stops_a_run_quotes_nothing_that_a_terminal_would_obey() -> None:
    assert str(StopError("a\x1b[2Jb\u202ec\nd")) == "a[2Jbc\nd"


def test_the_name_of_who_did_it_can_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(text_of(row()), encoding="utf-8")
    issue = ["issue", "a.csv", "--month", "2018-11", "--ledger", "sqlite:///f.db", "--confirm", "--by", "\u2066Anna"]
    done = CliRunner().invoke(main, issue)
    assert done.exit_code == 1 and "ett tecken som inte syns" in done.output


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("nationell.toml", "nationell.toml"),
        ("Avtal 2018, Öst.toml", "Avtal 2018, Öst.toml"),
        ("CON.toml", "_CON.toml"),
        ("aux", "_aux"),
        ("a:b|c?.toml", "a_b_c_.toml"),
        ("../../a.toml", "_.._a.toml"),
        ("a.toml. ", "a.toml"),
        ("", "_"),
        ("\u202ea.toml", "a.toml"),
    ],
)
def test_a_file_of_rules_gets_a_name_that_every_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe
