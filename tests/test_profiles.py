"""Profiles: another system's headers, codes, times and versions, read as the case table would be."""

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from betalningsansvar import cli
from betalningsansvar.billing.cases import check_cases
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.intake import read_cases
from betalningsansvar.data.profiles.draft import suggest_profile
from betalningsansvar.data.profiles.profile import find_profile, load_profile, shipped_profiles, template
from betalningsansvar.data.times import parse_formats
from betalningsansvar.data.toml_file import SettingsError
from tests.intake_files import found, of_rows, text_of
from tests.test_readme import console, run

HOUSE = Path(__file__).parents[1]
EXAMPLES = HOUSE / "data" / "exempel" / "profiler"
PROFILES = HOUSE / "data" / "profiles"

TABLE = """
id = "prov"
namn = "Prov"
form = "arendetabell"
[kolumner]
Nr = "arende_id"
Vem = "patient_id"
Kommun = "folkbokforingskommun"
Typ = "vardform"
In = "inskriven"
Klar = "utskrivningsklar"
"""
HEADER = ["Nr", "Vem", "Kommun", "Typ", "In", "Klar", "Annat"]


def profile_file(folder: Path, text: str) -> Path:
    path = folder / "prov.toml"
    path.write_text(text, encoding="utf-8")
    return path


def checked(
    folder: Path, profile: str, *rows: list[str], header: list[str] = HEADER
) -> tuple[pd.DataFrame, pd.DataFrame]:
    data = folder / "data.csv"
    data.write_text(text_of(*rows, header=header), encoding="utf-8")
    intake = read_cases([data], profile=load_profile(profile_file(folder, profile)))
    return check_cases(intake.cases, of_rows(intake.issues))


def faults(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        load_profile(profile_file(folder, text))
    assert all("prov.toml" in problem for problem in error.value.problems)
    return str(error.value)


@pytest.mark.parametrize("name", shipped_profiles())
def test_every_shipped_profile_reads_its_example(name: str) -> None:
    profile = find_profile(name)
    assert profile.id == name
    intake = read_cases([EXAMPLES / f"{profile.form.name}.csv"], profile=profile)
    cases, issues = check_cases(intake.cases, intake.issues)
    assert len(cases) == 3 and (cases["status"] == "").all() and of_rows(issues).empty
    assert cases["utskrivningsklar"].iloc[0] == pd.Timestamp("2018-11-05 10:30")
    assert intake.sources[0].form == profile.form.name


def test_the_template_is_a_profile(tmp_path: Path) -> None:
    assert load_profile(profile_file(tmp_path, template("prov"))).form.name == "arendetabell"


def test_only_what_the_profile_names_is_read(tmp_path: Path) -> None:
    row = ["A1", "P", "0180", "somatik", "2018-11-01", "2018-11-05", "2018-11-06"]
    cases, _ = checked(tmp_path, TABLE, row, header=[*HEADER[:-1], "aterkallad"])
    assert cases["aterkallad"].isna().all() and cases["status"].to_list() == [""]


def test_codes_are_translated_and_unknown_ones_judged(tmp_path: Path) -> None:
    codes = '[koder.vardform]\n"S" = "somatik"\n[koder.folkbokforingskommun]\n"STHLM" = "0180"\n'
    rows = [
        [f"A{n}", "P", kommun, typ, "2018-11-01", "2018-11-05", ""]
        for n, (kommun, typ) in enumerate([("Sthlm", "s "), ("1380", "X")])
    ]
    cases, issues = checked(tmp_path, TABLE + codes, *rows)
    assert cases["kommun"].to_list() == ["0180", "1380"] and cases["status"].to_list() == ["", "parkerad"]
    assert [one for one in found(issues) if one[0]] == [(3, "VARDFORM_OKAND", "vardform", "X")]


def test_times_have_the_formats_of_the_profile_and_no_other(tmp_path: Path) -> None:
    formats = '[tider]\nformat = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]\n'
    rows = [
        [f"A{n}", "P", "0180", "somatik", "1/11/2018", time, ""]
        for n, time in enumerate(["03/12/2018 9:05", "2018-12-03", "13/13/2018", "19811218-9876"])
    ]
    cases, issues = checked(tmp_path, TABLE + formats, *rows)
    assert cases["utskrivningsklar"].iloc[0] == pd.Timestamp("2018-12-03 09:05")
    assert cases["status"].to_list() == ["", "avvisad", "avvisad", "avvisad"]
    assert [varde for *_, varde in found(issues)] == [
        "passar inget format: 2018-12-03",
        "passar inget format: 13/13/2018",
        "passar inget format: (dold)",
    ]


def test_a_time_may_stand_in_two_columns(tmp_path: Path) -> None:
    split = TABLE.replace('Klar = "utskrivningsklar"\n', "")
    split += '[[tid]]\nkolumn = "utskrivningsklar"\ndatum = "Dag"\ntid = "Kl"\n'
    start = ["P", "0180", "somatik", "2018-11-01"]
    rows = [["A1", *start, "2018-11-05", "12:01"], ["A2", *start, "2018-11-05", ""], ["A3", *start, "", "12:01"]]
    cases, _ = checked(tmp_path, split, *rows, header=[*HEADER[:5], "Dag", "Kl"])
    assert [str(time) for time in cases["utskrivningsklar"]] == ["2018-11-05 12:01:00", "2018-11-05 00:00:00", "NaT"]
    assert cases["status"].to_list() == ["", "", "avvisad"]


def test_a_missing_header_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"kolumnen Klar saknas.*Klart liknar Klar"):
        checked(tmp_path, TABLE, ["A1", "P", "0180", "somatik", "", "", ""], header=[*HEADER[:5], "Klart", "Annat"])


def test_a_real_date_in_a_workbook_needs_no_format(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["A1", "P", "0180", "somatik", datetime(2018, 11, 1), datetime(2018, 11, 5, 10, 30), ""])
    book.save(tmp_path / "data.xlsx")
    profile = load_profile(profile_file(tmp_path, TABLE + '[tider]\nformat = ["%d/%m/%Y"]\n'))
    intake = read_cases([tmp_path / "data.xlsx"], profile=profile)
    assert intake.cases["utskrivningsklar"].to_list() == [pd.Timestamp("2018-11-05 10:30")]


def test_what_is_the_same_on_every_row_stands_in_the_profile(tmp_path: Path) -> None:
    fixed = TABLE.replace('Typ = "vardform"\n', "") + '[fast]\nvardform = "psykiatri"\nenhet = "Avd 5"\n'
    cases, _ = checked(tmp_path, fixed, ["A1", "P", "0180", "?", "2018-11-01", "2018-11-05 10:00", ""])
    assert cases[["vardform", "enhet", "status"]].to_numpy().tolist() == [["psykiatri", "Avd 5", ""]]


def test_their_words_for_no_value(tmp_path: Path) -> None:
    words = TABLE.replace("form =", 'tomt = ["-", "saknas"]\nform =').replace(
        "[kolumner]", '[kolumner]\nUt = "utskriven"'
    )
    header = [*HEADER[:-1], "Ut"]
    rows = [["A1", "P", "0180", "somatik", "2018-11-01", "2018-11-05 10:00", "Saknas "],
            ["A2", "P2", " - ", "somatik", "2018-11-01", "2018-11-05 10:00", "okänt"]]  # fmt: skip
    cases, _ = checked(tmp_path, words, *rows, header=header)
    assert cases["orsak"].to_list() == ["", "KOMMUN_SAKNAS"] or cases["orsak"].to_list() == ["", "TID_OLASLIG"]
    assert cases["utskriven"].isna().all() and cases["status"].to_list() == ["", "parkerad"]


def test_a_word_for_no_value_may_stand_in_a_split_time(tmp_path: Path) -> None:
    split = TABLE.replace('Klar = "utskrivningsklar"\n', "").replace("form =", 'tomt = ["-"]\nform =')
    split += '[[tid]]\nkolumn = "utskrivningsklar"\ndatum = "Dag"\ntid = "Kl"\n'
    row = ["A1", "P", "0180", "somatik", "2018-11-01", "2018-11-05", "-"]
    cases, _ = checked(tmp_path, split, row, header=[*HEADER[:5], "Dag", "Kl"])
    assert cases["utskrivningsklar"].to_list() == [pd.Timestamp("2018-11-05")]


def test_a_suggestion_finds_the_header_below_titles_and_pairs_clocks_by_name(tmp_path: Path) -> None:
    header = ["Nr", "Inlagd", "Klar datum", "Hemgång datum", "Klar tid", "Hemgång tid", "Typ"]
    rows = [[str(n), "2018-11-01", "2018-11-05", "2018-11-09", "12:01", "9:00", "Psyk-avd"] for n in range(1, 4)]
    text = "Vårt uttag;;;;;;\r\nPeriod:;2018-11-01;;;;;\r\n\r\n" + text_of(*rows, header=header)
    (tmp_path / "data.csv").write_text(text, encoding="utf-8")
    lines = suggest_profile(tmp_path / "data.csv")
    assert "# Rubrikraden är rad 4; raderna ovanför hoppas över." in lines
    joined = "\n".join(lines)
    assert 'datum = "Klar datum"\ntid = "Klar tid"' in joined
    assert '"Psyk-avd" = "psykiatri"' in lines or '"Typ"' not in joined


def test_a_line_that_is_not_divided_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("Nr#Inlagd#Klar\n1#2018-11-01#2018-11-05\n", encoding="utf-8")
    with pytest.raises(InputError, match="en enda kolumn"):
        suggest_profile(tmp_path / "data.csv")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('id = "prov"', 'id = "annan"'), 'id = "annan", men filen heter prov.toml'),
        (("[kolumner]", '[fast]\npatient_id = "P"\n[kolumner]'), "kan vara lika på alla rader"),
        (("[kolumner]", '[fast]\ninskriven = "2018-11-01"\n[kolumner]'), "kan vara lika på alla rader"),
        (("[kolumner]", '[fast]\nplaceringskommun = "Ankeborg"\n[kolumner]'), "okänt. Skriv en kommunkod"),
        (("[kolumner]", '[fast]\nsip_kravs = "kanske"\n[kolumner]'), "Välj bland: ja, nej"),
        (("[kolumner]", '[fast]\nvardform = "somatik"\n[kolumner]'), "vardform står 2 gånger"),
        (("form =", "tomt = [1]\nform ="), "tomt"),
        (("form = ", "from = "), 'okänd nyckel "from"; menade du form?'),
        (('"arendetabell"', '"tabell"'), "Välj bland: arendetabell, handelselogg, statusrader"),
        (('Klar = "utskrivningsklar"', ""), "ingen rubrik är angiven för utskrivningsklar"),
        (('Typ = "vardform"', 'Typ = "vardtyp"'), '"vardtyp" är ingen kolumn i en arendetabell'),
        (('In = "inskriven"', 'In = "inskriven"\nInn = "inskriven"'), "inskriven står 2 gånger"),
        (('In = "inskriven"', 'In = "inskriven"\nin = "enhet"'), '"In" står mer än en gång'),
        (("[kolumner]", '[koder.vardform]\nS = "soma"\n[kolumner]'), '"S" = "soma" är okänt. Välj bland: somatik'),
        (("[kolumner]", '[koder.inskriven]\nS = "x"\n[kolumner]'), "ingen kolumn i en arendetabell som har koder"),
        (("[kolumner]", '[tider]\nformat = ["%d/%m/%y"]\n[kolumner]'), "%y läses inte"),
        (("[kolumner]", '[tider]\nformat = ["%d/%m/%Y", "%m/%d/%Y"]\n[kolumner]'), "ser likadana ut"),
        (("[kolumner]", '[tider]\nformat = ["%Y-%d-%m"]\n[kolumner]'), "ordning som ingen skriver"),
        (("[kolumner]", '[status]\nkolumn = "S"\n[kolumner]'), '[status] hör bara till form = "statusrader"'),
        (("[kolumner]", '[[tid]]\nkolumn = "enhet"\ndatum = "D"\ntid = "T"\n[kolumner]'), '"enhet" är ingen tid'),
        (('"arendetabell"', '"statusrader"'), "status saknas"),
    ],
)
def test_a_bad_profile_names_file_key_and_what_would_be_right(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    assert told in faults(tmp_path, TABLE.replace(*change))


# --- rows of versions ----------------------------------------------------------------------------------------------

STATUS = """
id = "prov"
namn = "Prov"
form = "statusrader"
[kolumner]
Vem = "patient_id"
Kommun = "folkbokforingskommun"
Typ = "vardform"
In = "inskriven"
[status]
kolumn = "Status"
varden = { Klar = "utskrivningsklar", "Återtagen" = "aterkallad" }
meddelande = "Id"
version = "Ver"
tidpunkt = "Tid"
"""
STATUS_HEADER = ["Vem", "Kommun", "Typ", "In", "Id", "Ver", "Status", "Tid"]


def versions(folder: Path, *rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows as `message version status time`."""
    own = ["0180", "somatik", "2018-11-01"]
    parts = [row.split() for row in rows]
    return checked(folder, STATUS, *([f"P-{part[0]}", *own, *part] for part in parts), header=STATUS_HEADER)


def test_the_newest_version_of_a_message_holds(tmp_path: Path) -> None:
    cases, issues = versions(
        tmp_path,
        "M1 10 Återtagen 2018-11-08T09:00",
        "M1 9 Klar 2018-11-06T09:00",
        "M1 2 Klar 2018-11-05T09:00",
        "M2 1 Återtagen 2018-11-06T09:00",
        "M2 2 Klar 2018-11-07T09:00",
    )
    assert cases[["arende_id", "rad"]].to_numpy().tolist() == [["M1", 2], ["M2", 6]]
    assert [str(time) for time in cases["utskrivningsklar"]] == ["2018-11-06 09:00:00", "2018-11-07 09:00:00"]
    assert [str(time) for time in cases["aterkallad"]] == ["2018-11-08 09:00:00", "NaT"]
    assert issues.empty and (cases["status"] == "").all()


def test_a_version_may_stand_in_another_file(tmp_path: Path) -> None:
    profile = load_profile(profile_file(tmp_path, STATUS))
    for name, last in (("b.csv", ["M1", "1", "Klar", "2018-11-05"]), ("a.csv", ["M1", "2", "Återtagen", "2018-11-06"])):
        row = ["P", "0180", "somatik", "2018-11-01", *last]
        (tmp_path / name).write_text(text_of(row, header=STATUS_HEADER), encoding="utf-8")
    intake = read_cases([tmp_path / "a.csv", tmp_path / "b.csv"], profile=profile)
    assert intake.cases["aterkallad"].to_list() == [pd.Timestamp("2018-11-06")]
    assert [source.cases for source in intake.sources] == [1, 0]


@pytest.mark.parametrize(
    ("rows", "orsak"),
    [
        (["M1 1 Klar 2018-11-05", "M1 2 Utkast 2018-11-06"], "HANDELSE_OLASLIG"),
        (["M1 1 Klar 2018-11-05", "M1 nyast Återtagen 2018-11-06"], "HANDELSE_OLASLIG"),
        (["M1 1 Klar 2018-11-05", "M1 2 Återtagen ??"], "HANDELSE_OLASLIG"),
        (["M1 1 Klar 2018-11-05", "M1 2 Klar 2018-11-06", "M1 2 Klar 2018-11-07"], "DUBBLETT"),
        (["M1 1 Klar 2018-11-05", "M1 2018-11-06T10:00 Återtagen 2018-11-06"], "DUBBLETT"),
        (["M1 1 Återtagen 2018-11-05"], "TID_SAKNAS"),
        (["M1 1 Klar 2018-11-05", "M1 1 Klar 2018-11-05"], ""),
    ],
)
def test_a_message_that_cannot_be_told_is_not_charged(tmp_path: Path, rows: list[str], orsak: str) -> None:
    cases, _ = versions(tmp_path, *rows)
    assert cases["orsak"].to_list() == [orsak]


# --- suggestions ---------------------------------------------------------------------------------------------------


def suggestion(folder: Path, data: Path) -> Path:
    """The suggested profile, saved under the name it asks for."""
    path = folder / "min-profil.toml"
    path.write_text("\n".join(suggest_profile(data)), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_suggestion_finds_the_columns_of_each_example(name: str, tmp_path: Path) -> None:
    wanted = find_profile(name)
    suggested = load_profile(suggestion(tmp_path, EXAMPLES / f"{wanted.form.name}.csv"))
    assert suggested.form == wanted.form and suggested.columns == dict(wanted.columns)
    assert suggested.split_times == wanted.split_times and set(suggested.formats) <= set(wanted.formats)


def test_a_suggestion_shows_no_patient_and_says_what_it_could_not_place(tmp_path: Path) -> None:
    header = ["Personnr", "Hemkommun", "Vårdtyp", "Inlagd", "Konstigt", "19811218-9876"]
    rows = [["19811218-9876", "0180", "Avd för 19811218-9876", "2018-11-01", f"hemligt {n}", "x"] for n in range(4)]
    (tmp_path / "data.csv").write_text(text_of(*rows, header=header), encoding="utf-8")
    text = "\n".join(suggest_profile(tmp_path / "data.csv"))
    assert "9876" not in text and "hemligt" not in text
    assert "hittades inte: arende_id, utskrivningsklar" in text and "Konstigt" in text and "(dold)" in text


def test_day_and_month_that_cannot_be_told_apart_are_left_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(text_of(["A", "03/04/2018"], header=["Nr", "Inskriven"]), encoding="utf-8")
    text = "\n".join(suggest_profile(tmp_path / "data.csv"))
    assert 'välj ett av "%d/%m/%Y", "%m/%d/%Y"' in text and "format = []" in text


def test_the_commands_of_the_page_run_and_print_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "data" / "exempel" / "profiler")
    monkeypatch.chdir(tmp_path)
    for command, shown in console(HOUSE / "docs" / "profiler.md"):
        printed = run(command)
        assert all(line in printed for line in shown.splitlines() if line != "...")


def test_the_page_knows_every_event() -> None:
    page = (HOUSE / "docs" / "profiler.md").read_text(encoding="utf-8")
    assert [name for name in HANDELSER if f"`{name}`" not in page] == []


def test_the_commands(tmp_path: Path) -> None:
    runner = CliRunner()
    new = tmp_path / "ny.toml"
    assert runner.invoke(cli.main, ["profile", "new", str(new)]).exit_code == 0
    assert runner.invoke(cli.main, ["profile", "new", str(new)]).exit_code == 1
    assert "exempel-statusrader" in runner.invoke(cli.main, ["profile"]).stdout
    log = str(EXAMPLES / "handelselogg.csv")
    out = runner.invoke(cli.main, ["check", log, "--profile", "exempel-handelselogg"])
    assert "14 rader, 3 ärenden, 3 i vårdtillfällen utan underrättelse" in out.stdout
    unknown = runner.invoke(cli.main, ["check", log, "--profile", "lifeline"])
    assert unknown.exit_code == 1 and "exempel-handelselogg" in unknown.stderr


def test_a_profile_is_suggested_of_one_file_at_a_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("Nr;Inskriven\n1;2018-11-01\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"2 tabeller \(a\.csv, b\.csv"):
        suggest_profile(tmp_path)


def test_a_minute_of_one_digit_is_not_guessed() -> None:
    times, unreadable = parse_formats(pa.array(["5/1/2018 9:30", "5/1/2018 10:3"]), ["%d/%m/%Y %H:%M"])
    assert str(times[0]) == "2018-01-05T09:30:00" and unreadable.tolist() == [False, True]
