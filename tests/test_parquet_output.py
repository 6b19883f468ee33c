"""Tables as Parquet beside the CSV files: the same cells with their types, read back before anything is published."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from betalningsansvar.data.intake import read_cases
from betalningsansvar.reports.files import tables
from betalningsansvar.reports.files.readback import ReadBackError
from tests.test_cli import EXAMPLES, rows, run

HALLAND = EXAMPLES / "halland-2018-11-12.csv"
MONTH = ("--month", "2018-11", "--agreement", "halland", "--parquet")
SPAN = ("--from", "2018-10", "--to", "2018-12", "--agreement", "halland", "--as-of", "2019-02-01", "--parquet")
NATION = ("--month", "2018-11", "--agreements", "region", "--parquet")


def as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


@pytest.mark.parametrize("asked", [MONTH, SPAN, NATION], ids=["month", "span", "nation"])
def test_every_table_is_the_csv_cell_by_cell(tmp_path: Path, asked: tuple[str, ...]) -> None:
    done = run("bill", HALLAND, *asked, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    names = sorted(path.stem for path in (tmp_path / "ut").glob("*.csv"))
    assert sorted(path.stem for path in (tmp_path / "ut").glob("*.parquet")) == names and "fakturarader" in names
    for name in names:
        table = pq.read_table(tmp_path / "ut" / f"{name}.parquet").to_pylist()
        told = [{key: as_text(value) for key, value in row.items()} for row in table]
        assert told == rows(tmp_path / "ut" / f"{name}.csv"), name
    assert not list((tmp_path / "ut").glob("*.kontroll"))


def test_numbers_and_days_have_types_and_ore_is_whole(tmp_path: Path) -> None:
    done = run("bill", HALLAND, *MONTH, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    types = {field.name: field.type for field in pq.read_schema(tmp_path / "ut" / "fakturarader.parquet")}
    assert types["belopp_ore"] == types["dygnsbelopp_ore"] == pa.int64()
    assert types["fran"] == types["tom"] == pa.date32()
    assert types["dygn"] == pa.decimal128(18, 6) and types["kommun"] == pa.string()
    cases = {field.name: field.type for field in pq.read_schema(tmp_path / "ut" / "arenden.parquet")}
    assert cases["ansvar_fran"] == pa.date32() and cases["dygn"] == pa.int64()


def test_without_the_option_no_file_is_added_and_none_is_changed(tmp_path: Path) -> None:
    for name, more in (("med", ("--parquet",)), ("utan", ())):
        assert run("bill", HALLAND, *MONTH[:-1], *more, "--out", tmp_path / name).exit_code == 0
    with_, without = ({path.name: path for path in (tmp_path / name).iterdir()} for name in ("med", "utan"))
    added = with_.keys() - without.keys()
    assert {Path(name).suffix for name in added} == {".parquet"} and not without.keys() - with_.keys()
    for name, path in without.items():
        if path.suffix == ".csv":
            assert path.read_bytes() == with_[name].read_bytes()


def test_a_table_that_is_not_what_was_meant_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = tables._typed

    def wrong(table: pa.Table, numbers: tables.Numbers) -> pa.Table:
        return right(table.slice(0, max(0, table.num_rows - 1)), numbers)

    monkeypatch.setattr(tables, "_typed", wrong)
    done = run("bill", HALLAND, *MONTH, "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "säger inte detsamma" in done.output
    assert not (tmp_path / "ut").exists()


def test_trailing_zeros_missing_values_and_no_rows_are_held_too(tmp_path: Path) -> None:
    some = pa.table(
        {
            "dygn": pa.array(["10", "0", "13.98", "", "100.5"], pa.large_string()),
            "antal": pa.array([10, None, 0, 3, 100]),
            "text": pa.array(["a,b", "", '"c"', "å", "10.0"], pa.large_string()),
        }
    )
    for name, piece in (("a.csv", some), ("tom.csv", some.slice(0, 0))):
        tables.write_tables(tmp_path, [(name, [piece, piece])], parquet=True)
        assert pq.read_table((tmp_path / name).with_suffix(".parquet")).num_rows == 2 * piece.num_rows
    (tmp_path / "a.csv").write_bytes((tmp_path / "a.csv").read_bytes().replace(b"13.98", b"13.97"))
    with pytest.raises(ReadBackError, match=r"a\.parquet säger inte detsamma som a\.csv"):
        tables._hold(tmp_path / "a.parquet", tmp_path / "a.csv", tables._DYGN)


def test_statistics_by_the_name_of_the_file(tmp_path: Path) -> None:
    asked = ("stats", HALLAND, "--from", "2018-11", "--to", "2018-12", "--agreement", "halland")
    for name in ("s.csv", "s.parquet", "s.parquet"):
        done = run(*asked, "--out", tmp_path / name)
        assert done.exit_code == 0, done.output
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.schema.field("antal").type == pa.int64() and table.schema.field("medel").type == pa.decimal128(18, 2)
    for told, row in zip(table.to_pylist(), rows(tmp_path / "s.csv"), strict=True):
        for name, value in told.items():
            number = isinstance(value, Decimal)
            assert (Decimal(row[name]) == value) if number else (row[name] == as_text(value)), name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.csv", "s.parquet"]


def test_the_demo_as_parquet_has_the_cases_of_its_csv(tmp_path: Path) -> None:
    for name, more in (("csv", ()), ("parquet", ("--parquet",))):
        done = run("demo", tmp_path / name, "--cases", "300", *more)
        assert done.exit_code == 0, done.output
    one, other = (read_cases([tmp_path / name]) for name in ("csv", "parquet"))
    pd.testing.assert_frame_equal(one.cases.drop(columns="fil"), other.cases.drop(columns="fil"))
    assert sorted(path.name for path in (tmp_path / "parquet").iterdir()) == ["README.md", "arenden_13_2018.parquet"]


def test_the_lines_as_parquet_are_read_where_a_received_file_is(tmp_path: Path) -> None:
    assert run("bill", HALLAND, *MONTH, "--out", tmp_path / "ut").exit_code == 0
    asked = ("ledger", "compare", HALLAND, "--agreement", "halland")
    told = [run(*asked, "--received", tmp_path / "ut" / f"fakturarader.{kind}") for kind in ("csv", "parquet")]
    assert [done.exit_code for done in told] == [0, 0], told[1].output
    assert told[0].output == told[1].output.replace("fakturarader.parquet", "fakturarader.csv")


def test_the_same_data_gives_the_same_papers_whatever_it_is_written_in(tmp_path: Path) -> None:
    for name, more in (("csv", ()), ("parquet", ("--parquet",))):
        assert run("demo", tmp_path / name, "--cases", "400", *more).exit_code == 0
        asked = ("--month", "2018-11", "--agreement", "nationell", "--invoice-date", "2018-12-05")
        done = run("bill", tmp_path / name, *asked, "--out", tmp_path / f"ut-{name}")
        assert done.exit_code == 0, done.output
    one, other = (
        {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "ut-csv", tmp_path / "ut-parquet")
    )
    assert one.keys() == other.keys()
    for name, path in one.items():
        if name.suffix == ".csv":
            theirs = other[name].read_bytes().replace(b"arenden_13_2018.parquet", b"arenden_13_2018.csv")
            assert path.read_bytes() == theirs, name
        elif name.parts[0] in ("fakturor", "underlag"):
            assert path.read_bytes() == other[name].read_bytes(), name
