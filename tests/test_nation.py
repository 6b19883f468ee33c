"""bill --agreements region: each region as its own run gives it; what is assumed or not known is told."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from jsonschema import validate

from betalningsansvar.billing.period import Month
from betalningsansvar.data.demo.synthetic import generate
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.nation import compute_nation
from betalningsansvar.operations.span import SpanRequest, compute_span
from betalningsansvar.reports.files import manifest
from betalningsansvar.reports.files.kommunkarta import outlines
from betalningsansvar.tariffs.by_region import regional_law
from tests.test_cli import rows, run

REGIONS = ("01", "04", "09", "13", "14", "21")
OWN = {"01": "stockholm", "04": "sormland", "13": "halland", "14": "vastra-gotaland"}
SPAN = ("--from", "2018-09", "--to", "2018-11", "--as-of", "2019-01-15")
TABLES = ("sammanstallning.csv", "regelverk.csv", "blockerade.csv", "fakturarader.csv")


def data(region: str) -> pd.DataFrame:
    frame = generate(120, region, 2018, 7)
    for name in ("arende_id", "vardtillfalle_id", "patient_id"):
        frame[name] = region + "-" + frame[name]
    return frame


def write(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")
    return path


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of data with the hospitals' regions, and what the run made of it."""
    base = tmp_path_factory.mktemp("land")
    frames = [data(region).assign(region=region_names()[region] if region > "12" else region) for region in REGIONS]
    write(pd.concat(frames, ignore_index=True), base / "alla.csv")
    done = run("bill", base / "alla.csv", *SPAN, "--agreements", "region", "--out", base / "ut")
    assert done.exit_code == 0, done.output
    return base, base / "ut"


def of_region(path: Path, region: str) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if k != "region"} for row in rows(path) if row["region"] == region]


@pytest.mark.parametrize("region", [region for region in REGIONS if region in ("13", "14", "04")])
def test_each_region_is_as_its_own_run(country, tmp_path, region):
    own = write(data(region), tmp_path / "egen.csv")
    done = run("bill", own, *SPAN, "--agreement", OWN[region], "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    for name in (*TABLES, "arenden.csv"):
        assert of_region(country[1] / name, region) == rows(tmp_path / "ut" / name), name
    assert of_region(country[1] / "fakturarader.csv", region)


def test_a_region_without_a_known_agreement_goes_by_the_statute_and_all_its_kommuner_are_listed(country, tmp_path):
    done = run("bill", write(data("01"), tmp_path / "egen.csv"), *SPAN, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    assert of_region(country[1] / "fakturarader.csv", "01") == rows(tmp_path / "ut" / "fakturarader.csv")
    listed = {row["kommun"] for row in of_region(country[1] / "sammanstallning.csv", "01")}
    assert len([code for code in listed if code.startswith("01")]) == 26


def test_gotland_owes_itself_nothing_and_others_by_the_statute(country):
    lines = of_region(country[1] / "fakturarader.csv", "09")
    assert lines and all(row["kommun"] != "0980" and row["regelverk"] == "nationell" for row in lines)
    mine = [row for row in of_region(country[1] / "sammanstallning.csv", "09") if row["kommun"] == "0980"]
    assert {row["belopp_ore"] for row in mine} == {"0"} and sum(int(row["antal_arenden"]) for row in mine)


def test_agreements_that_are_not_known_are_told_with_their_days_and_kronor(country):
    told = [row for row in rows(country[1] / "avvikelser.csv") if row["kod"] == "AVTAL_DELVIS_KANT"]
    assert [row["varde"] for row in told] == [
        "Region Stockholm 2018-09-01–2018-11-30",
        "Region Gävleborg 2018-09-01–2018-11-30",
    ]
    paid = {"01": 0, "21": 0}
    for row in rows(country[1] / "sammanstallning.csv"):
        if row["region"] in paid:
            paid[row["region"]] += int(row["belopp_ore"])
    assert [int(row["pa_spel_ore"]) for row in told] == [*paid.values()]
    assert not [row for row in rows(country[1] / "avvikelser.csv") if row["kod"] == "REGION_ANTAGEN"]


def test_the_workbook_the_map_and_the_manifest_are_of_all_regions(country):
    ore = sum(int(row["belopp_ore"]) for row in rows(country[1] / "sammanstallning.csv"))
    book = openpyxl.load_workbook(country[1] / "sammanstallning_2018-09--2018-11.xlsx", data_only=True)
    for name in ("Regioner", "Kommuner per region", "Kommuner", "Regelverk"):
        cells = [list(row) for row in book[name].iter_rows(values_only=True)]
        heading = next(row for row in cells if "Belopp" in row)
        total = next(row for row in cells if row[0] == "Summa")
        assert round(total[heading.index("Belopp")] * 100) == ore, name
    own = [row[:4] for row in book["Kommuner per region"].iter_rows(values_only=True) if row[0] == "Region Halland"]
    assert [row[2] for row in own[:2]] == ["Hylte", "Halmstad"] and own[-1][3] != "Regionen"
    text = " ".join(str(row[0]) for row in book["Regioner"].iter_rows(values_only=True) if row[0])
    assert "Region Stockholm: avtalet är inte känt" in text and "Inga ärenden i uppgifterna: Region Uppsala" in text
    kept = json.loads((country[1] / "manifest.json").read_bytes())
    validate(kept, json.loads(Path(manifest.__file__).with_name("manifest.schema.json").read_bytes()))
    assert kept["manifest"]["kind"] == "land" and kept["totals_ore"]["amount"] == ore
    assert {file["name"] for file in kept["files"]} | {"manifest.json"} == {one.name for one in country[1].iterdir()}
    assert (country[1] / "karta_2018-09--2018-11.svg").exists() == bool(outlines())


def test_without_the_column_the_region_of_folkbokforing_is_assumed_and_told(country, tmp_path):
    frame = pd.read_csv(country[0] / "alla.csv", dtype=str, keep_default_na=False).drop(columns="region")
    path = write(frame, tmp_path / "alla.csv")
    done = run(
        "bill", path, "--month", "2018-11", "--as-of", "2019-01-15", "--agreements", "region", "--out", tmp_path / "ut"
    )
    assert done.exit_code == 0, done.output
    (told,) = [row for row in rows(tmp_path / "ut" / "avvikelser.csv") if row["kod"] == "REGION_ANTAGEN"]
    ore = sum(int(row["belopp_ore"]) for row in rows(tmp_path / "ut" / "sammanstallning.csv"))
    assert int(told["pa_spel_ore"]) == ore and told["varde"].endswith("dygn")
    assert (tmp_path / "ut" / "sammanstallning_2018-11.xlsx").exists()
    everyone = rows(tmp_path / "ut" / "arenden.csv")
    assert len(everyone) == len(frame)
    assert all(row["region"] == row["kommun"][:2] or row["kommun"] == "" or row["status"] for row in everyone)


def test_a_running_month_is_computed_as_by_the_statute_alone(tmp_path):
    frame, today = data("03"), date(2018, 9, 12)
    times = frame.select_dtypes("datetime").columns
    frame[times] = frame[times].where(frame[times] < pd.Timestamp(today))
    path = write(frame[frame["utskrivningsklar"].notna()], tmp_path / "a.csv")
    found = find_files([path]).files
    asked = SpanRequest(read(ReadRequest(found, today)), find_law(LawRequest()), Month(2018, 9), Month(2018, 9))
    assert compute_nation(asked).amount_ore == compute_span(asked).totals.amount_ore > 0


def test_a_region_that_is_not_known_is_told_and_assumed(tmp_path):
    frame = data("13").assign(region="Norrland")
    path = write(frame, tmp_path / "a.csv")
    done = run("bill", path, *SPAN, "--agreements", "region", "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    codes = {row["kod"] for row in rows(tmp_path / "ut" / "avvikelser.csv")}
    assert {"REGION_OKAND", "REGION_ANTAGEN"} <= codes


def test_the_order_of_the_rows_changes_no_byte(country, tmp_path):
    lines = (country[0] / "alla.csv").read_text("utf-8").splitlines()
    other = tmp_path / "alla.csv"
    other.write_text("\n".join([lines[0], *reversed(lines[1:])]), "utf-8")
    done = run("bill", other, *SPAN, "--agreements", "region", "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    for name in TABLES:
        assert (tmp_path / "ut" / name).read_bytes() == (country[1] / name).read_bytes()


def test_statistics_have_each_region_by_its_own_rules(country, tmp_path):
    asked = ("--from", "2018-09", "--to", "2018-11", "--as-of", "2019-01-15")
    done = run("stats", country[0] / "alla.csv", *asked, "--agreements", "region", "--out", tmp_path / "land.csv")
    assert done.exit_code == 0, done.output
    for region in ("13", "14"):
        own = write(data(region), tmp_path / f"{region}.csv")
        done = run("stats", own, *asked, "--agreement", OWN[region], "--out", tmp_path / "egen.csv")
        assert done.exit_code == 0, done.output
        assert of_region(tmp_path / "land.csv", region) == rows(tmp_path / "egen.csv")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--month", "2018-11", "--agreement", "halland"), "inte båda"),
        (("--month", "2018-11", "--from", "2018-10", "--to", "2018-11"), "inte båda"),
        (("--month", "2018-11", "--pdf"), "--pdf gäller en månads fakturor"),
        ((), "både --from och --to"),
    ],
)
def test_wrong_usage(country, tmp_path, arguments, told):
    done = run("bill", country[0] / "alla.csv", *arguments, "--agreements", "region", "--out", tmp_path / "ut")
    assert done.exit_code == 2 and told in done.output


@pytest.mark.parametrize("region", sorted(region_names()))
def test_every_region_has_one_rule_for_every_day_of_both_laws(region):
    from betalningsansvar.tariffs.agreements import overlaps, uncovered

    law = regional_law(region)
    for vardform in ("somatik", "psykiatri"):
        assert uncovered(law.agreement.regler, vardform, date(2004, 1, 1), date(2099, 12, 31)) == []
    assert not [*overlaps(list(law.agreement.regler))]


def test_unknown_days_are_those_of_agreements_that_exist():
    assert regional_law("01").unknown_days(date(2018, 1, 1), date(2021, 12, 31)) == [
        (date(2018, 1, 1), date(2019, 12, 31))
    ]
    assert regional_law("06").unknown_days(date(2018, 5, 1), date(2018, 5, 31)) == [
        (date(2018, 5, 1), date(2018, 5, 31))
    ]
    assert regional_law("09").unknown_days(date(2018, 1, 1), date(2021, 12, 31)) == []
    assert regional_law("03").unknown_days(date(2018, 1, 1), date(2021, 12, 31)) == []


def test_the_summary_is_read_as_csv(country):
    text = (country[1] / "sammanstallning.csv").read_text("utf-8")
    heading = next(csv.reader(io.StringIO(text)))
    assert heading[:4] == ["region", "manad", "kommun", "kommunnamn"]


def test_the_demo_of_every_region_is_billed_by_region(tmp_path):
    done = run("demo", tmp_path / "land", "--cases", "600", "--region", "alla", "--parquet")
    assert done.exit_code == 0, done.output
    asked = ("--month", "2018-11", "--as-of", "2018-12-31", "--agreements", "region", "--allow-inferred")
    done = run("bill", tmp_path / "land", *asked, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    everyone = rows(tmp_path / "ut" / "arenden.csv")
    assert len(everyone) == 600 and {row["region"] for row in everyone} == {*region_names()}
    assert all(row["arende_id"].startswith(row["region"]) for row in everyone)
    few = run("demo", tmp_path / "litet", "--cases", "100", "--region", "alla")
    assert few.exit_code == 2 and "minst 290" in few.output
