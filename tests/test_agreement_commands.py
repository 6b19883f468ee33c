"""The commands that show, check and begin agreements: what is known in part, what cannot be billed, what is too low."""

import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from betalningsansvar import cli
from betalningsansvar.tariffs.new_agreement import beginnings

LOW = """
id = "lagt"
namn = "Lågt"
[[regel]]
fran = 2016-01-01
tom = 2016-12-31
modell = "individuell"
dagar = 5
dagtyp = "vardag"
raknas_fran = "kallelse"
dygnsbelopp = {kronor}
kalla = "Protokoll"
status = "S"
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def test_those_known_in_part_are_listed_with_what_is_missing_and_never_billed(tmp_path: Path) -> None:
    told = run("agreements").output
    for name, missing in (("jonkoping", "tröskeln"), ("gavleborg", "modellen"), ("stockholm-fore-2020", "beloppen")):
        assert name in told.split("Kända till en del")[1] and missing in told
    assert (
        "aktiverad tidigast 2024" in told and "aktiverad tidigast 2024" in run("agreements", "show", "stockholm").output
    )
    data = Path(__file__).parents[1] / "data" / "exempel" / "halland-2018-11-12.csv"
    stopped = run("bill", data, "--month", "2018-11", "--agreement", "jonkoping", "--out", tmp_path / "ut")
    assert stopped.exit_code == 1 and "bara känt till en del: tröskeln för medelvärdet saknas" in stopped.output


def test_a_new_file_passes_its_own_check(tmp_path: Path) -> None:
    assert run("agreements", "new", tmp_path / "mitt-avtal.toml").exit_code == 0
    checked = run("agreements", "check", tmp_path / "mitt-avtal.toml")
    assert checked.exit_code == 0 and "mitt-avtal: 2 regler, lästa utan fel." in checked.output


@pytest.mark.parametrize("name", beginnings())
def test_a_new_file_can_begin_from_every_agreement(name: str, tmp_path: Path) -> None:
    path = tmp_path / "eget.toml"
    assert run("agreements", "new", path, "--from", name).exit_code == 0
    assert 'id = "eget"' in path.read_text(encoding="utf-8")
    assert ("FYLL I" in path.read_text(encoding="utf-8")) == (name == "jonkoping")


def test_the_holes_of_a_file_known_in_part_are_told(tmp_path: Path) -> None:
    path = tmp_path / "jonkoping.toml"
    run("agreements", "new", path, "--from", "jonkoping")
    told = run("agreements", "check", path)
    assert told.exit_code == 1 and told.output.count("FYLL I: tröskeln i dagar") == 2
    text = path.read_text(encoding="utf-8").replace('"FYLL I: tröskeln i dagar, t.ex. 3.00"', '"3.00"')
    path.write_text(text, encoding="utf-8")
    told = run("agreements", "check", path)
    assert told.exit_code == 1 and "serien FYLL I: belopp 2018 enligt lag (1990:1404) finns inte" in told.output


def test_a_month_that_cannot_be_billed_ends_the_check_with_1() -> None:
    gap = run("agreements", "check", "lag-1990-1404")
    assert gap.exit_code == 1 and "Någon månad kan inte faktureras." in gap.output
    whole = run("agreements", "check", "halland", "--through", "2019-12")
    assert whole.exit_code == 0 and "Alla månader kan faktureras." in whole.output


@pytest.mark.parametrize(("kronor", "low"), [(3474, True), (3475, False), (5000, False)])
def test_an_agreed_amount_below_geriatric_care_is_told(kronor: int, low: bool, tmp_path: Path) -> None:
    (tmp_path / "lagt.toml").write_text(LOW.format(kronor=kronor), encoding="utf-8")
    told = run("agreements", "check", tmp_path / "lagt.toml")
    assert told.exit_code == 0 and ("12 § lag 1990:1404" in told.output) == low
    assert "Avtalet slutar 2016-12-31." in told.output


def test_an_id_that_is_no_name_and_centuries_are_refused(tmp_path: Path) -> None:
    assert "kan inte vara ett avtals id" in run("agreements", "new", tmp_path / 'a"b.toml').output
    assert "Det finns inget att börja från" in run("agreements", "new", tmp_path / "a.toml", "--from", "mars").output
    assert run("agreements", "check", "nationell", "--through", "9999-12").exit_code == 2
    assert run("agreements", "new", tmp_path / "gammalt.toml").exit_code == 0
    text = (tmp_path / "gammalt.toml").read_text(encoding="utf-8")
    (tmp_path / "gammalt.toml").write_text(
        re.sub(r"(?m)^fran = \S+", "fran = 1900-01-01", text, count=1), encoding="utf-8"
    )
    assert "mer än 100 år" in run("agreements", "check", tmp_path / "gammalt.toml", "--through", "2018-12").output


def test_what_must_be_said_is_printed_with_whatever_is_billed(tmp_path: Path) -> None:
    header = (
        "arende_id;patient_id;folkbokforingskommun;vardform;inskriven;inskrivningsmeddelande;utskrivningsklar;utskriven"
    )
    row = "A1;P1;0180;somatik;2020-02-01 08:00;2020-02-01 09:00;2020-02-03 09:00;2020-02-10 09:00"
    (tmp_path / "s.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    law = (tmp_path / "s.csv", "--month", "2020-02", "--agreement", "stockholm")
    billed = run("bill", *law, "--out", tmp_path / "ut")
    assert billed.exit_code == 0 and billed.output.count("aktiverad tidigast 2024") == 1, billed.output
    planned = run("issue", *law, "--ledger", f"sqlite:///{tmp_path / 'l.db'}")
    assert "aktiverad tidigast 2024" in planned.output
    assert "aktiverad tidigast 2024" in run("bill", *law, "--as-of", "2020-02-07", "--preview").output
    book = openpyxl.load_workbook(tmp_path / "ut" / "sammanstallning_2020-02.xlsx")
    assert any("aktiverad tidigast 2024" in str(cell.value) for sheet in book for row in sheet.rows for cell in row)
