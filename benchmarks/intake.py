"""The intake beside a plain read of the same CSV file as text: rows, median seconds and ratio.

python -m benchmarks.intake 100000 1000000
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

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


def seconds(work: Callable[[Path], int], path: Path, rows: int, times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        assert work(path) == rows
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    print(f"{'rows':>10} {'MB':>6} {'plain s':>8} {'intake s':>9} {'ratio':>6}")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cases.csv"
            write_file(path, rows)
            plain = seconds(plain_read, path, rows, options.times)
            whole = seconds(intake, path, rows, options.times)
            size = path.stat().st_size / 1e6
        print(f"{rows:>10} {size:>6.0f} {plain:>8.2f} {whole:>9.2f} {whole / plain:>6.1f}")


if __name__ == "__main__":
    main()
