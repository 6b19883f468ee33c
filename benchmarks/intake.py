"""The intake, checks and all, beside a plain read of the file: CSV as text and Parquet by pyarrow, Excel by calamine.

python -m benchmarks.intake 100000 1000000
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import python_calamine
import xlsxwriter

from benchmarks.table import Row, show
from betalningsansvar.billing.cases import check_cases
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.intake import read_cases
from betalningsansvar.data.kommuner import kommuner

_START = np.datetime64("2018-01-01T00:00", "m")
# Minutes after the notice, at the earliest and at the latest, of each time.
_AFTER_NOTICE = {
    "utskrivningsklar": (0, 1),
    "sip_kallelse": (0, 4_000),
    "oppenvard_hinder_fran": (0, 100),
    "oppenvard_hinder_till": (200, 3_000),
    "kallelse_mottagen": (0, 50),
    "vardplan_justerad": (60, 2_000),
    "utskriven": (0, 20_000),
}


def write_file(path: Path, rows: int) -> None:
    """A case table of `rows` rows in which every id and nearly every time is distinct and every row is sound."""
    random = np.random.default_rng(1)
    number = np.arange(rows).astype("U8")
    admitted = _START + random.integers(0, 500_000, rows)
    notice = admitted + random.integers(2_000, 20_000, rows)
    columns = {
        "arende_id": np.char.add("A", number),
        "vardtillfalle_id": np.char.add("V", number),
        "patient_id": np.char.add("P", number),
        "folkbokforingskommun": np.array(list(kommuner()))[random.integers(0, len(kommuner()), rows)],
        "vardform": np.full(rows, "somatik"),
        "enhet": np.char.add("Avdelning Öst ", (np.arange(rows) % 40).astype("U2")),
        "inskriven": _shown(admitted),
        "inskrivningsmeddelande": _shown(admitted + random.integers(0, 1_440, rows)),
        "sip_kravs": np.full(rows, "ja"),
        "kommun_medverkade": np.full(rows, "ja"),
        "avslut": np.full(rows, "hem"),
        **{name: _shown(notice + random.integers(*after, rows)) for name, after in _AFTER_NOTICE.items()},
    }
    names = [column.name for column in CASE_COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(names)
        writer.writerows(zip(*(columns.get(name, np.full(rows, "")) for name in names), strict=True))


def _shown(times: np.ndarray) -> np.ndarray:
    return np.char.replace(np.datetime_as_string(times), "T", " ")


def plain_read(path: Path) -> int:
    names = [column.name for column in CASE_COLUMNS]
    table = pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(delimiter=";"),
        convert_options=pacsv.ConvertOptions(column_types={name: pa.string() for name in names}),
    )
    return int(table.num_rows)


def intake(path: Path) -> int:
    read = read_cases([path])
    cases, issues = check_cases(read.cases, read.issues)
    assert set(issues["kod"]) <= {"KLOCKSLAG_SAKNAS", "KOLUMN_SAKNAS", "KOLUMN_TOM"}
    return len(cases)


def write_parquet(csv_file: Path, path: Path) -> None:
    """The same cases as Parquet, with times as timestamps."""
    types = {column.name: pa.timestamp("s") if column.kind == "time" else pa.string() for column in CASE_COLUMNS}
    convert = pacsv.ConvertOptions(column_types=types, timestamp_parsers=["%Y-%m-%d %H:%M"], strings_can_be_null=False)
    table = pacsv.read_csv(csv_file, parse_options=pacsv.ParseOptions(delimiter=";"), convert_options=convert)
    pq.write_table(table, path, row_group_size=250_000)


def bare_table(path: Path) -> int:
    return int(pq.read_table(path).num_rows)


def write_workbook(csv_file: Path, path: Path) -> None:
    """The same cases as a workbook, its times as Excel's."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, at = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    with csv_file.open(encoding="utf-8", newline="") as file:
        for row, fields in enumerate(csv.reader(file, delimiter=";")):
            for column, text in enumerate(fields):
                if row and len(text) == len("2018-01-01 00:00") and text[4] == "-":
                    sheet.write_datetime(row, column, datetime.fromisoformat(text), at)
                elif text:
                    sheet.write_string(row, column, text)
    book.close()


def bare_rows(path: Path) -> int:
    return sum(1 for _ in python_calamine.load_workbook(path).get_sheet_by_index(0).iter_rows()) - 1


def measured(job: str, plain: Callable[[Path], int], peer: str, path: Path, count: int, times: int) -> Row:
    ours, theirs = [], []
    for _ in range(times):
        for taken, work in ((ours, intake), (theirs, plain)):
            start = time.perf_counter()
            assert work(path) == count
            taken.append(time.perf_counter() - start)
    ratio = statistics.median(own / other for own, other in zip(ours, theirs, strict=True))
    today = statistics.median(ours)
    return Row(job, today, peer, statistics.median(theirs), ratio, f"{today / count * 1e6:.1f} µs/rad")


def rows(sizes: Sequence[int] = (100_000, 1_000_000), workbook: int = 200_000, times: int = 3) -> list[Row]:
    """CSV files beside pyarrow's read of them as text, a workbook beside calamine's rows."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        for size in sizes:
            write_file(path, size)
            found.append(measured(f"CSV, {size} rader", plain_read, "pyarrow, bara text", path, size, times))
            typed = path.with_suffix(".parquet")
            write_parquet(path, typed)
            found.append(measured(f"Parquet, {size} rader", bare_table, "pyarrow, bara läsning", typed, size, times))
        if workbook:
            write_file(path, workbook)
            book = Path(folder) / "cases.xlsx"
            write_workbook(path, book)
            path.unlink()
            found.append(
                measured(
                    f"Excel, {workbook} rader",
                    bare_rows,
                    "calamine, bara rader",
                    book,
                    workbook,
                    times,
                )
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--workbook", type=int, default=200_000, help="rows of the workbook; 0 for none")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    show(rows(options.rows, options.workbook, options.times))


if __name__ == "__main__":
    main()
