"""What a run passes over or assumes is told, and the findings as sentences and files."""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from betalningsansvar.cli import main
from betalningsansvar.data.intake import read_cases
from betalningsansvar.reports.month.findings import finding_lines, findings_summary, write_findings
from tests.intake_files import COLUMNS, row, write
from tests.month_of import FAULTS, fault, told


def told_of(path: Path) -> dict[str, str]:
    issues = read_cases([path]).issues
    return dict(issues.loc[issues["rad"] == 0, ["kod", "varde"]].itertuples(index=False, name=None))


def test_columns_absent_or_blank_that_can_change_money_are_told_once_a_file() -> None:
    about = told_of(FAULTS / "61-permission.csv")
    assert about["KOLUMN_SAKNAS"].split(", ")[:2] == ["placeringskommun", "aterkallad"]
    assert "permission" not in about["KOLUMN_SAKNAS"] and "KOLUMN_TOM" not in about


def test_columns_blank_on_every_row(tmp_path: Path) -> None:
    about = told_of(write(tmp_path, row(utskriven="NULL"), row(arende_id="A2", utskriven=" ")))
    assert "utskriven" in about["KOLUMN_TOM"].split(", ") and "inskrivningsmeddelande" not in about["KOLUMN_TOM"]


def test_headers_that_are_not_ours_are_told(tmp_path: Path) -> None:
    about = told_of(write(tmp_path, [*row(), "x", "y"], header=[*COLUMNS, "Kostnadsställe", "Anteckning"]))
    assert about["KOLUMN_EJ_LAST"] == "Kostnadsställe, Anteckning"


def test_a_header_that_holds_an_identity_is_not_shown(tmp_path: Path) -> None:
    about = told_of(write(tmp_path, [*row(), "x"], header=[*COLUMNS, "Anna 19121212-1212"]))
    assert "1212" not in about["KOLUMN_EJ_LAST"]


def test_files_passed_over_are_told(tmp_path: Path) -> None:
    write(tmp_path, row())
    (tmp_path / "liesmich.docx").write_text("nothing")
    issues = read_cases([tmp_path]).issues
    assert issues.loc[issues["kod"] == "FIL_EJ_LAST", "fil"].to_list() == ["liesmich.docx"]


def test_the_other_sheets_of_a_workbook_are_told_hidden_ones_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for values in (COLUMNS, row()):
        book.active.append(list(values))
    book.create_sheet("Tomt")
    book.create_sheet("Förklaring").append(["Rapport"])
    hidden = book.create_sheet("Uttag 19121212-1212")
    hidden.append(list(COLUMNS))
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert told_of(tmp_path / "a.xlsx")["BLAD_EJ_LAST"] == "Förklaring, Uttag (dold)"


def test_a_log_tells_the_kinds_of_event_it_lacks_and_rows_that_are_no_case() -> None:
    about = told_of(FAULTS / "handelser-inga-fall-en-trasig-rad.csv")
    assert about["HANDELSE_SAKNAS"] == "utskriven, inskrivningsmeddelande, aterkallad"
    assert about["RADER_UTAN_ARENDE"] == "1 av 2 rader"
    assert told_of(FAULTS / "handelser-hel.csv")["HANDELSE_SAKNAS"] == "aterkallad"


def test_what_is_told_of_files_follows_the_month() -> None:
    assert told(fault("61-permission.csv"), "KOLUMN_SAKNAS") == [("61-permission.csv", 0, "")]


def test_the_sentence_at_the_end_counts_by_severity_and_names_the_list() -> None:
    found = [("RAD_TRASIG", 100), ("KOMMUN_SAKNAS", 7_100_000), ("KOMMUN_OKAND", 7_100_000), ("KOLUMN_SAKNAS", None)]
    issues = pd.DataFrame([("a.csv", 2, "", kod, "", "", ore) for kod, ore in found])
    issues.columns = ["fil", "rad", "arende_id", "kod", "kolumn", "varde", "stake_ore"]
    issues["stake_ore"] = issues["stake_ore"].astype("Int64")
    told = findings_summary(issues, "ut/avvikelser.xlsx").replace("\N{NO-BREAK SPACE}", " ")
    assert told == (
        "4 avvikelser: 1 avvisad rad (1,00 kr på spel), 2 fel som parkerar (71 000,00 kr på spel), 1 upplysning. "
        "Alla står i ut/avvikelser.xlsx."
    )
    assert findings_summary(issues.iloc[:0]) == "Inga avvikelser." == next(finding_lines(issues.iloc[:0], 5))


def test_the_csv_opens_in_a_swedish_excel_and_holds_no_formula_of_the_input(tmp_path: Path) -> None:
    issues = read_cases([write(tmp_path, row(arende_id="=1+1", vardform="@x"))]).issues
    out = tmp_path / "fynd.csv"
    write_findings(issues, out, date(2018, 12, 1))
    content = out.read_bytes().decode("utf-8")
    assert content.startswith("\ufefffil;rad;") and ";'=1+1;" in content and ";'@x;" in content


def test_the_workbook_stands_by_severity_and_is_tinted(tmp_path: Path) -> None:
    rows = [row(arende_id="A1", folkbokforingskommun="180"), row(arende_id="A2", vardform="x"), row(arende_id="")]
    issues = read_cases([write(tmp_path, *rows)]).issues
    out = tmp_path / "fynd.xlsx"
    write_findings(issues, out, date(2018, 12, 1))
    sheet = openpyxl.load_workbook(out)["Avvikelser"]
    heading = [cell.value for cell in sheet[4]]
    severities = [sheet.cell(n, heading.index("Allvar") + 1).value for n in range(5, 5 + len(issues))]
    order = ["avvisar", "parkerar", "varning", "upplysning"]
    assert list(dict.fromkeys(severities)) == order
    rules = [rule for found in sheet.conditional_formatting for rule in found.rules]
    assert {rule.text for rule in rules} >= set(order) and all(rule.dxf.fill.bgColor.rgb for rule in rules)


def test_rows_that_the_workbook_does_not_show_are_read_and_told(tmp_path: Path) -> None:
    """A filter in Excel hides rows, and the file still holds them."""
    book = openpyxl.Workbook()
    for number in range(1, 5):
        book.active.append(COLUMNS if number == 1 else row(arende_id=f"A{number}"))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["A"].hidden = True
    book.save(tmp_path / "a.xlsx")
    assert len(read_cases([tmp_path / "a.xlsx"]).cases) == 3
    assert told_of(tmp_path / "a.xlsx")["RADER_DOLDA"] == "rad 3"


EXAMPLE = str(FAULTS.parents[1] / "data" / "exempel" / "halland-2018-11-12.csv")
RECEIVED = str(FAULTS.parents[1] / "data" / "exempel" / "mottagen-e-faktura.xml")
PERIOD = ("--from", "2018-11", "--to", "2018-12")


@pytest.mark.parametrize(
    ("words", "stakes", "where"),
    [
        (("check", "--month", "2018-11"), ("63 900,00", "291 100,00"), ""),
        (("bill", "--month", "2018-11", "--out", "ut"), ("63 900,00", "291 100,00"), "ut/avvikelser.xlsx"),
        (
            ("issue", "--month", "2018-11", "--ledger", "sqlite:///f.db"),
            ("63 900,00", "291 100,00"),
            "avvikelser.csv som bill --month 2018-11 skriver",
        ),
        (
            ("ledger", "compare", "--received", RECEIVED),
            ("63 900,00", "291 100,00"),
            "avvikelser.csv som bill --month 2018-11 skriver",
        ),
        (("reconcile", "--year", "2018", "--out", "ut"), ("284 000,00", "326 600,00"), "ut/avvikelser.csv"),
        (
            ("scenario", *PERIOD, "--vary", "dagar=4..4", "--out", "ut"),
            ("284 000,00", "326 600,00"),
            "avvikelser.csv som bill --from 2018-11 --to 2018-12 skriver",
        ),
        (("bill", *PERIOD, "--out", "ut"), ("284 000,00", "326 600,00"), "ut/avvikelser.xlsx"),
    ],
)
def test_every_command_ends_with_what_hangs_on_the_worst_and_where_the_list_is(
    words: tuple[str, ...], stakes: tuple[str, ...], where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    at = 2 if words[0] == "ledger" else 1
    typed = [*words[:at], EXAMPLE, *words[at:], "--agreement", "halland"]
    done = CliRunner().invoke(main, typed, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    (told,) = [line for line in done.output.splitlines() if re.match(r"\d+ avvikelser: ", line)]
    parked, blocked = stakes
    assert f"2 fel som parkerar ({parked} kr på spel)" in told
    assert re.search(rf"\d blockerade ärenden \({blocked} kr på spel\)", told)
    assert told.endswith(f"Alla står i {where}." if where else ".")


def test_the_list_of_a_year_has_the_kronor(tmp_path: Path) -> None:
    words = ["reconcile", EXAMPLE, "--year", "2018", "--agreement", "halland", "--out", str(tmp_path / "ut")]
    assert CliRunner().invoke(main, words).exit_code == 0
    listed = pd.read_csv(tmp_path / "ut" / "avvikelser.csv")
    assert listed[listed["allvar"] == "parkerar"].groupby("rad")["pa_spel_ore"].max().sum() == 28_400_000
