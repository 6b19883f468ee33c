"""Files as they come from hospitals, Excel and databases: each is read, or told as what it is."""

import pytest

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.identity import identifies
from betalningsansvar.data.intake import read_cases
from tests.intake_files import COLUMNS, read, row, text_of
from tests.month_of import FAULTS, amounts, fault, told

SIX_DAYS = 42_600  # 2018-11-08–13 at 7 100 kr


def problem(name):
    with pytest.raises(InputError) as error:
        read_cases([FAULTS / name])
    (only,) = error.value.problems
    assert only.startswith(f"{name}")
    return only


@pytest.mark.parametrize("name", ["01-titelrader.csv", "01b-titelrader.xlsx"])
def test_the_header_is_found_below_title_lines(name):
    result = fault(name)
    assert amounts(result) == {"1380": SIX_DAYS, "1382": SIX_DAYS}
    assert read_cases([FAULTS / name]).sources[0].header_row == 4
    assert [place[0] for place in told(result, "RUBRIK_UNDER_TITEL")] == [name]


def test_a_totals_row_is_told_once():
    result = fault("02-summarad.csv")
    assert amounts(result) == {"1380": SIX_DAYS, "1382": SIX_DAYS}
    about_the_row = result.issues[result.issues["rad"] == 4]
    assert about_the_row["kod"].to_list() == ["RAD_EJ_ARENDE"] and about_the_row["varde"].to_list() == [
        "summarad: Totalt"
    ]
    assert result.cases["status"].to_list()[-1] == "avvisad"


def test_pipes_divide_fields():
    assert amounts(fault("03-pipe.csv")) == {"1380": SIX_DAYS, "1382": SIX_DAYS}


def test_codes_that_became_numbers_and_codes_with_names():
    assert amounts(fault("04-kommunkod-flyttal.csv")) == {"0180": SIX_DAYS, "1380": 2 * SIX_DAYS}
    assert amounts(fault("05-kod-och-namn.csv")) == {"1380": 4 * SIX_DAYS}


def test_every_name_of_a_kommun_but_that_of_a_region():
    result = fault("07-kommunnamn.csv")
    assert told(result, "KOMMUN_OKAND") == [("07-kommunnamn.csv", 36, "folkbokforingskommun")]
    assert sum(amounts(result).values()) == 34 * SIX_DAYS


def test_times_of_one_meaning_are_read_and_the_others_told():
    result = fault("12-tidsformer.csv")
    assert [row for _, row, _ in told(result, "NODVANDIG_TID_OLASLIG")] == [6, 8, 9, 10, 21]


def test_every_ja_and_nej_is_read():
    cases = read_cases([FAULTS / "14-ja-nej.csv"]).cases
    assert "".join("ja " if yes else "nej " for yes in cases["sip_kravs"]).split() == (
        ["ja", "nej", "ja", "ja", "ja", "ja", "ja", "ja", "nej", "nej", "ja", "nej", "ja"]
    )


def test_another_encoding_is_named():
    assert "cp850 (DOS)" in problem("17-cp850.csv")
    assert "fel teckenkodning två gånger" in problem("18-dubbelkodad.csv")


def test_a_near_header_stops_and_the_right_one_gives_the_right_sum(tmp_path):
    text = problem("60-utskriven-annan-rubrik.csv")
    assert "kolumnen utskrivningsdatum liknar utskriven" in text
    content = (FAULTS / "60-utskriven-annan-rubrik.csv").read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text(content.replace("utskrivningsdatum", "utskriven"), encoding="utf-8")
    assert read(tmp_path / "a.csv").cases["utskriven"].notna().all()


def test_a_personnummer_as_case_id_is_shown_by_no_finding():
    issues = read_cases([FAULTS / "89-personnummer-som-id.csv"]).issues
    assert "9968" not in issues.to_csv()


def test_control_characters_are_gone():
    assert read_cases([FAULTS / "styrtecken-i-arende-id.csv"]).cases["arende_id"].to_list() == ["XY"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("xlsx-bara-tom-textcell.xlsx", "inget synligt blad med värden"),
        ("xlsx-cell-AZ1048576.xlsx", "cell AZ1048576"),
        ("xlsx-cell-ZZ1048576.xlsx", "cell ZZ1048576"),
        ("xlsx-radnummer-enormt-process-dor.xlsx", "plats som inte finns"),
        ("xlsx-tidsformat-enormt.xlsx", "orimligt"),
    ],
)
def test_workbooks_that_are_told(name, says):
    assert says in problem(name)


@pytest.mark.parametrize(
    ("name", "parked"), [("xlsx-datum-9999-12-31-halvsekund", 1), ("xlsx-del-med-annan-skiftlage", 0)]
)
def test_workbooks_that_are_read(name, parked):
    cases = read_cases([FAULTS / f"{name}.xlsx"]).cases
    assert len(cases) == 7 and (cases["status"] != "").sum() == parked


FOOTERS = [
    ["Totalt", "2"], ["Summa:", "", "", "5"], ["Antal rader: 2"], ["(2 rows affected)"], ["(2 rows)"], ["2 rader"],
    ["-----", "-----", "-----", "-----", "-----"], ["Sida 1 av 3"], ["Uppgifterna är hämtade ur journalen"],
    ["Utskrivet 2018-12-01"], ["", "Medelvärde", "4,5"], COLUMNS, ["--------+--------"], ["Källa: VIS"],
    ["Uttag för 19320706-9889"],
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS, ids=lambda cells: cells[0] or cells[1])
@pytest.mark.parametrize("ragged", [False, True])
def test_a_row_that_is_no_case_is_one_finding(tmp_path, footer, ragged):
    cells = footer if ragged else [*footer, *[""] * (len(COLUMNS) - len(footer))]
    (tmp_path / "a.csv").write_text(text_of(row(), cells, row(arende_id="A2")), encoding="utf-8", newline="")
    intake = read(tmp_path / "a.csv")
    about = intake.issues[intake.issues["rad"] == 3]
    assert about["kod"].to_list() == ["RAD_EJ_ARENDE"] and not identifies(about["varde"].iloc[0])
    assert intake.cases["status"].to_list() == ["", "avvisad", ""] and intake.sources[0].rows == 3


@pytest.mark.parametrize("cells", [{"arende_id": "Totalt"}, {"arende_id": "Summa", "utskrivningsklar": ""}])
def test_a_row_with_a_time_or_much_else_is_a_case(tmp_path, cells):
    (tmp_path / "a.csv").write_text(text_of(row(**cells)), encoding="utf-8", newline="")
    intake = read(tmp_path / "a.csv")
    assert "RAD_EJ_ARENDE" not in intake.issues["kod"].to_list()
