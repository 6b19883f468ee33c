"""Months of Parquet in parts give the tables of the same data in memory, by whatever computes the parts, and a part
that cannot be computed is named and leaves nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import InputError, find_files
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.part import Done, Job
from betalningsansvar.operations.part_engines import Compute, Engine, PartError, one_process, pool_of
from betalningsansvar.operations.span_batches import BatchRequest, BatchWork, compute_batches
from betalningsansvar.reports.files.destination import OutputError
from tests import nation_files
from tests.test_cli import rows, run

TABLES = ("sammanstallning.csv", "regelverk.csv", "blockerade.csv")
SPAN = ("--from", "2018-01", "--to", "2018-12", "--as-of", "2019-02-01")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "uttag"
    rng = Random(4)
    nation_files.write(nation_files.with_twins(nation_files.faulty_cases(rng, 900), rng), folder, 60)
    return folder


@pytest.fixture(scope="module")
def wanted(data: Path) -> Path:
    """What the span is with all cases in memory."""
    done = run("bill", data, *SPAN, "--out", data.parent / "minne")
    assert done.exit_code == 0, done.output
    return data.parent / "minne"


def work(data: Path, engine: Engine, compute: Compute | None = None, rows: int = 150) -> BatchWork:
    law = find_law(LawRequest())
    months = (Month(2018, 1), Month(2018, 12))
    request = BatchRequest(find_files([data]).files, law, *months, date.today(), date(2019, 2, 1), rows=rows)
    return compute_batches(request, engine, compute=compute) if compute else compute_batches(request, engine)


@pytest.fixture(scope="module")
def total(data: Path) -> str:
    """What every engine must come to."""
    return work(data, one_process).report.totals.kommuner.to_csv()


@pytest.mark.parametrize("processes", [1, 2])
def test_parts_are_the_whole_to_the_byte(data: Path, wanted: Path, processes: int) -> None:
    out = data.parent / f"delar-{processes}"
    done = run("bill", data, *SPAN, "--processes", processes, "--out", out)
    assert done.exit_code == 0, done.output
    for name in TABLES:
        assert (out / name).read_bytes() == (wanted / name).read_bytes(), name
    assert not (out / "arenden.csv").exists() and "fakturarader.csv och arenden.csv är inte skrivna" in done.output


def test_files_with_the_longest_names_are_read_in_parts(data: Path, wanted: Path, tmp_path: Path) -> None:
    """Also where the names differ only at their ends."""
    longest = tmp_path / "uttag"
    longest.mkdir()
    for number in range(3):
        shutil.copy(data / f"uttag-{number}.parquet", longest / f"{'å' * 96}{number}.parquet")
    done = run("bill", longest, *SPAN, "--processes", 1, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    for name in TABLES[:2]:
        assert (tmp_path / "ut" / name).read_bytes() == (wanted / name).read_bytes(), name


def test_findings_are_counted_by_file_and_code(data: Path, wanted: Path) -> None:
    out = data.parent / "avvikelser"
    done = run("bill", data, *SPAN, "--processes", 1, "--out", out)
    counts: dict[tuple[str, str, str], int] = {}
    for row in rows(wanted / "avvikelser.csv"):
        if row["rad"]:
            key = row["fil"], row["kod"], row["kolumn"]
            counts[key] = counts.get(key, 0) + 1
    not_looked_for = {"PATIENT_PA_TVA_PLATSER", "HINDER_EFTER_INTRADE"}
    told = {(row["fil"], row["kod"], row["kolumn"]): row["varde"] for row in rows(out / "avvikelser.csv") if row["fil"]}
    blocked = {row["orsak"] for row in rows(out / "blockerade.csv")}
    for (fil, kod, kolumn), number in counts.items():
        if kod in not_looked_for | blocked:
            continue
        said = told[fil, kod, kolumn]
        known = int(said.split()[0]) if "rader" in said else len(said.removeprefix("rad ").split(", "))
        # Which rules ask for the hour is not looked at in parts.
        assert known >= number if kod == "KLOCKSLAG_SAKNAS" else known == number, (fil, kod, kolumn)
    assert {"DUBBLETT", "DUBBLETT_IDENTISK", "ORIMLIG_TIDSFOLJD"} < {kod for _, kod, _ in counts}
    assert any(row["kod"] == "LAST_I_DELAR" for row in rows(out / "avvikelser.csv"))
    assert done.exit_code == 0 and "fel som parkerar" in done.output


@pytest.mark.parametrize("size", [1, 60, 61, 10_000])
def test_how_the_files_are_cut_changes_nothing(data: Path, total: str, size: int) -> None:
    assert work(data, one_process, rows=size).report.totals.kommuner.to_csv() == total


@pytest.mark.parametrize("compute", [nation_files.dies_once, nation_files.falls_once])
def test_a_process_that_dies_or_fails_once_changes_nothing(
    data: Path, total: str, compute: Compute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(nation_files.MARK, str(tmp_path / "dog"))
    assert work(data, pool_of(2), compute).report.totals.kommuner.to_csv() == total
    assert (tmp_path / "dog").exists()


def test_a_part_that_kills_its_process_twice_is_named(data: Path) -> None:
    with pytest.raises(PartError) as stop:
        work(data, pool_of(2), nation_files.dies_always)
    assert "uttag-1.parquet, radgrupp" in str(stop.value) and "rad " in str(stop.value)
    assert stop.value.part.first > 0


@pytest.mark.parametrize("engine", [one_process, pool_of(2)])
def test_a_part_that_fails_twice_is_named_and_no_value_is(data: Path, engine: Engine) -> None:
    with pytest.raises(PartError) as stop:
        work(data, engine, nation_files.falls_always)
    assert "uttag-0.parquet, radgrupp" in str(stop.value) and "1990" not in str(stop.value)


def test_what_is_no_table_of_cases_stops_the_run_with_every_file_named(tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    rng = Random(1)
    nation_files.write([nation_files.faulty_cases(rng, 40) for _ in range(2)], folder, 20)
    table = pq.read_table(folder / "uttag-0.parquet")
    pq.write_table(table.drop_columns(["utskrivningsklar"]), folder / "uttag-0.parquet")
    half = (folder / "uttag-1.parquet").read_bytes()
    (folder / "uttag-1.parquet").write_bytes(half[: len(half) // 2])
    done = run("bill", folder, *SPAN, "--processes", 2, "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "uttag-0.parquet" in done.output and "uttag-1.parquet" in done.output
    assert not (tmp_path / "ut").exists()


def test_a_column_of_a_wrong_type_stops_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    nation_files.write([nation_files.faulty_cases(Random(1), 40).assign(utskriven=True)], folder, 20)
    done = run("bill", folder, *SPAN, "--processes", 2, "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "utskriven" in done.output and "bool" in done.output
    assert not (tmp_path / "ut").exists()


def test_a_file_that_changes_while_it_is_read_stops_the_run(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    nation_files.write([nation_files.faulty_cases(Random(1), 40)], folder, 20)

    def changing(compute: Compute, parts: object, job: object) -> Iterator[object]:
        path = folder / "uttag-0.parquet"
        path.write_bytes(path.read_bytes() + b"PAR1")
        return one_process(compute, parts, job)  # type: ignore[arg-type]

    with pytest.raises(InputError, match="ändrades medan den lästes"):
        work(folder, changing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--month", "2018-11", "--processes", "2"),
        (*SPAN, "--processes", "2", "--profile", "mall"),
        (*SPAN, "--processes", "0"),
    ],
)
def test_parts_belong_to_a_span_of_our_own_columns(data: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run("bill", data, *arguments, "--out", tmp_path / "ut")
    assert done.exit_code == 2, done.output


def test_csv_is_not_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("arende_id\nA1\n", encoding="utf-8")
    done = run("bill", path, *SPAN, "--processes", "2", "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "bara Parquet läses i delar" in done.output


def test_a_part_that_is_damaged_is_named_and_every_file_of_a_wrong_type_is(tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    frame = nation_files.faulty_cases(Random(1), 4000)
    nation_files.write([frame.assign(utskriven=True), frame.assign(inskriven=True), frame], folder, 1000)
    done = run("bill", folder, *SPAN, "--processes", 2, "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "uttag-0.parquet: kolumnen utskriven" in done.output
    assert "uttag-1.parquet: kolumnen inskriven" in done.output
    (folder / "uttag-0.parquet").unlink()
    (folder / "uttag-1.parquet").unlink()
    path = folder / "uttag-2.parquet"
    pq.write_table(pq.read_table(path), path, row_group_size=1000, write_page_checksum=True)
    whole = bytearray(path.read_bytes())
    place = pq.read_metadata(path).row_group(2).column(frame.columns.get_loc("inskriven")).data_page_offset
    for at in range(place + 500, place + 600):
        whole[at] ^= 255
    path.write_bytes(whole)
    with pytest.raises(InputError, match=r"uttag-2.parquet, radgrupp 2 \(rad 2 002–3 001\): Parquet-filen är skadad"):
        work(folder, one_process, rows=1000)


def test_a_file_that_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    nation_files.write([nation_files.faulty_cases(Random(1), 40)], tmp_path / "uttag", 20)

    def moving(compute: Compute, parts: object, job: object) -> Iterator[object]:
        (tmp_path / "uttag" / "uttag-0.parquet").unlink()
        return one_process(compute, parts, job)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=r"uttag-0.parquet: filen finns inte där delen räknas"):
        work(tmp_path / "uttag", moving)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "minnet tog slut"),
        (ModuleNotFoundError(), "programmet saknas där delen räknades"),
        (ValueError("199001019802"), "ett fel i programmet (ValueError)"),
    ],
)
def test_why_a_part_fell_is_told_without_its_values(data: Path, error: Exception, told: str) -> None:
    def falls(part: Part, job: Job) -> Done:
        raise error

    with pytest.raises(PartError) as stop:
        work(data, one_process, falls)
    assert told in str(stop.value) and "1990" not in str(stop.value) and "Inget är skrivet" in str(stop.value)


def test_a_disk_without_room_for_what_the_parts_came_to_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, _: object) -> None:
        raise OSError("1000000 requested and 393200 written")

    monkeypatch.setattr("numpy.save", full)
    with pytest.raises(OutputError, match=r"gick inte att skriva \(disken är full\)"):
        work(data, one_process)
