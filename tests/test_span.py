"""bill --from --to: one reading, the months' own figures, and a folder that is whole or not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from jsonschema import validate

from betalningsansvar.reports.files import manifest
from betalningsansvar.reports.files.kommunkarta import outlines
from tests.test_cli import EXAMPLES, notices, rows, run

YEAR = EXAMPLES / "halland-2018"
SUMMARY = "sammanstallning.csv"
INSIDE = ("debiteras", "genomsnitt", "blockerad")
MONTHS = [f"2018-{month:02d}" for month in range(9, 13)]
LAW = ("--agreement", "halland", "--as-of", "2019-03-15")


def of_years(folder: Path, years: tuple[int, ...], days: tuple[int, ...]) -> list[Path]:
    """A file per year, its cases named by it."""
    files = [notices(folder / f"{year}.csv", "2034", year, days) for year in years]
    for year, file in zip(years, files, strict=True):
        file.write_text(file.read_text("utf-8").replace("\nA", f"\nA{year}-"), "utf-8")
    return files


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """The folder of the span, and those of its months."""
    base = tmp_path_factory.mktemp("span")
    done = run("bill", YEAR, "--from", MONTHS[0], "--to", MONTHS[-1], *LAW, "--out", base / "span")
    assert done.exit_code == 0, done.output
    months = {}
    for month in MONTHS:
        months[month] = base / month
        done = run("bill", YEAR, "--month", month, *LAW, "--out", base / month)
        assert done.exit_code == 0, done.output
    return base / "span", months


def test_its_tables_are_the_months_under_each_other(written: tuple[Path, dict[str, Path]]) -> None:
    span, months = written
    own = [{name: row[name] for name in list(row)[1:7]} | {"manad": row["manad"]} for row in rows(span / SUMMARY)]
    assert own == [row | {"manad": month} for month, folder in months.items() for row in rows(folder / SUMMARY)]
    lines = (span / "fakturarader.csv").read_bytes()
    heading = lines.partition(b"\r\n")[0] + b"\r\n"
    assert lines == heading + b"".join(
        (folder / "fakturarader.csv").read_bytes().removeprefix(heading) for folder in months.values()
    )


def test_every_case_is_in_it_with_what_its_months_made_of_it(written: tuple[Path, dict[str, Path]]) -> None:
    span, months = written
    found = rows(span / "arenden.csv")
    every = {row["arende_id"] for row in rows(next(iter(months.values())) / "arenden.csv")}
    assert {row["arende_id"] for row in found} == every
    alone = [row for row in found if row["manad"] == ""]
    assert {row["status"] for row in alone} <= {"fri", "parkerad", "avvisad"}
    assert len({row["arende_id"] for row in alone} & {row["arende_id"] for row in found if row["manad"]}) == 0
    for month, folder in months.items():
        told = [
            row for row in rows(folder / "arenden.csv") if row["status"] in ("debiteras", "genomsnitt", "blockerad")
        ]
        assert [{"manad": month} | row for row in told] == [row for row in found if row["manad"] == month]


def test_findings_stand_once_with_the_ore_of_all_months(written: tuple[Path, dict[str, Path]]) -> None:
    span, months = written
    keys = ("fil", "rad", "kod", "kolumn", "arende_id")
    found = rows(span / "avvikelser.csv")
    assert len({tuple(row[key] for key in (*keys, "varde")) for row in found}) == len(found)
    per_month = [row for folder in months.values() for row in rows(folder / "avvikelser.csv")]
    assert {tuple(row[key] for key in keys) for row in per_month} == {tuple(row[key] for key in keys) for row in found}
    assert sum(int(row["pa_spel_ore"] or 0) for row in per_month) == sum(int(row["pa_spel_ore"] or 0) for row in found)


def test_the_workbook_adds_up_and_the_manifest_proves_the_run(written: tuple[Path, dict[str, Path]]) -> None:
    span, _ = written
    ore = sum(int(row["belopp_ore"]) for row in rows(span / SUMMARY))
    book = openpyxl.load_workbook(span / "sammanstallning_2018-09--2018-12.xlsx", data_only=True)
    for name, column in (("Sammanställning", "Belopp"), ("Månader", "Belopp"), ("Regelverk", "Belopp")):
        cells = [list(row) for row in book[name].iter_rows(values_only=True)]
        heading = next(row for row in cells if column in row)
        total = next(row for row in cells if row[0] == "Summa")
        assert total[heading.index(column)] * 100 == ore
    kept = json.loads((span / "manifest.json").read_bytes())
    schema = json.loads(Path(manifest.__file__).with_name("manifest.schema.json").read_bytes())
    validate(kept, schema)
    assert kept["totals_ore"]["amount"] == ore and kept["made"] == {"command": "bill", "period": "2018-09--2018-12"}
    assert {file["name"] for file in kept["files"]} | {"manifest.json"} == {path.name for path in span.iterdir()}
    regions = {row["kommun"][:2] for row in rows(span / SUMMARY) if int(row["belopp_ore"])}
    assert (span / "karta_2018-09--2018-12.svg").exists() == (len(regions) > 1 and bool(outlines()))
    assert not (span / "fakturor").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--month", "2018-11", "--from", "2018-10", "--to", "2018-12"), "inte båda"),
        (("--from", "2018-10"), "både --from och --to"),
        (("--to", "2018-10"), "både --from och --to"),
        (("--from", "2018-12", "--to", "2018-10"), "--to 2018-10 är före --from 2018-12"),
        (("--from", "2018-10", "--to", "2018-12", "--pdf"), "--pdf gäller en månads fakturor"),
        ((), "Det saknas '--month'"),
    ],
)
def test_half_a_span_or_a_month_beside_it_is_wrong_usage(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = run("bill", YEAR, *arguments, "--out", tmp_path / "ut")
    assert done.exit_code == 2 and told in done.output
    assert not (tmp_path / "ut").exists()


def test_a_month_without_an_amount_stops_all_of_them_before_anything_is_written(tmp_path: Path) -> None:
    data = of_years(tmp_path, (2020, 2021), (9, 9))
    done = run("bill", *data, "--from", "2020-05", "--to", "2021-06", "--as-of", "2022-01-01", "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "Dygnsbelopp för 2021 saknas" in done.output and "--tariffs" in done.output
    assert not (tmp_path / "ut").exists()


def test_months_after_the_data_ends_stop_the_run(tmp_path: Path) -> None:
    data = notices(tmp_path / "a.csv", "2034", 2020, (9, 9))
    span = ("bill", data, "--from", "2020-05", "--to", "2020-08", "--out", tmp_path / "ut")
    done = run(*span)
    assert done.exit_code == 1 and "före 2020-06-01" in done.output and "--as-of" in done.output
    before = run(
        *("bill", data, "--from", "2020-05", "--to", "2020-08", "--as-of", "2020-06-30"), "--out", tmp_path / "u"
    )
    assert before.exit_code == 1 and "2020-06-30" in before.output


def test_force_replaces_the_same_span_alone(tmp_path: Path) -> None:
    data = notices(tmp_path / "a.csv", "2034", 2020, (9, 9))
    span = ("bill", data, "--as-of", "2020-12-31", "--out", tmp_path / "ut", "--from", "2020-04")
    assert run(*span, "--to", "2020-06").exit_code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "ut").iterdir()}
    assert run(*span, "--to", "2020-06").exit_code == 1
    assert run(*span, "--to", "2020-06", "--force").exit_code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "ut").iterdir()} == first
    other = run(*span, "--to", "2020-07", "--force")
    assert other.exit_code == 1, other.output


def test_the_mean_of_a_span_is_that_of_each_month(tmp_path: Path) -> None:
    """Orsa: two years, each with its own rate; the means are rounded month by month."""
    data = of_years(tmp_path, (2022, 2023), (5, 5, 5, 5, 6, 6))
    law = ("--agreement", "dalarna", "--as-of", "2023-12-31")
    done = run("bill", *data, "--from", "2023-01", "--to", "2023-12", *law, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    with (tmp_path / "ut" / SUMMARY).open(encoding="utf-8", newline="") as file:
        orsa = [row for row in csv.DictReader(file) if row["kommun"] == "2034" and row["belopp_ore"] != "0"]
    assert [(row["manad"], row["dygn"], row["belopp_ore"]) for row in orsa] == [("2023-05", "13.98", "14679000")]
