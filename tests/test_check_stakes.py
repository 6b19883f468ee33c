"""`check` tells the kronor of a month that hang on its findings, as `bill` does, or why it cannot."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner, Result

from betalningsansvar.cli import main

EXAMPLE = str(Path(__file__).parent.parent / "data" / "exempel" / "halland-2018-11-12.csv")
MONTH = ("--month", "2018-11", "--agreement", "halland")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_kronor_are_those_of_the_bill(tmp_path: Path) -> None:
    checked = run("check", EXAMPLE, *MONTH, "--out", str(tmp_path / "lista.csv"))
    billed = run("bill", EXAMPLE, *MONTH, "--out", str(tmp_path / "ut"))
    assert checked.exit_code == billed.exit_code == 0, checked.output
    (summary,) = (line for line in billed.output.splitlines() if "avvikelser:" in line)
    assert "på spel" in summary
    assert summary.split(" Alla står i ")[0] in checked.output
    with (tmp_path / "lista.csv").open(encoding="utf-8-sig") as listed, (tmp_path / "ut/avvikelser.csv").open() as own:
        rows = [row["pa_spel_ore"] for row in csv.DictReader(listed, delimiter=";")]
        assert rows == [row["pa_spel_ore"] for row in csv.DictReader(own)] and any(rows)


def test_without_a_month_the_ending_says_how_the_kronor_are_told() -> None:
    done = run("check", EXAMPLE)
    assert done.exit_code == 0 and "på spel)" not in done.output
    assert done.output.splitlines()[-2] == "Kronorna på spel visas när månaden anges med --month."
    assert run("check", EXAMPLE, "--agreement", "halland").exit_code == 2


def test_a_month_that_cannot_be_computed_still_lists_the_findings(tmp_path: Path) -> None:
    done = run("check", EXAMPLE, "--month", "2031-05", "--out", str(tmp_path / "lista.xlsx"))
    assert done.exit_code == 0, done.output
    assert "KOMMUN_SAKNAS" in done.output and "Kronorna på spel i 2031-05 går inte att räkna. " in done.output
    assert "--as-of" in done.output and (tmp_path / "lista.xlsx").is_file()


def test_a_gap_in_the_amounts_is_told_with_its_mend(tmp_path: Path) -> None:
    late = tmp_path / "uttag.csv"
    late.write_text(Path(EXAMPLE).read_text(encoding="utf-8-sig").replace("2018-", "2017-"), encoding="utf-8")
    done = run("check", str(late), "--month", "2017-11")
    assert done.exit_code == 0 and "Kronorna på spel i 2017-11 går inte att räkna. " in done.output, done.output
