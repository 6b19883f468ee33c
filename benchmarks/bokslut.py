"""A year of 200 000 cases settled: from the CSV file to the published folder, step by step.

Run with `python benchmarks/bokslut.py [CASES]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))

from betalningsansvar.billing.cases import check_cases  # noqa: E402
from betalningsansvar.billing.year.bokslut import reconcile  # noqa: E402
from betalningsansvar.billing.year.control_totals import control_totals  # noqa: E402
from betalningsansvar.data.demo.folder import write_csv  # noqa: E402
from betalningsansvar.data.demo.synthetic import generate  # noqa: E402
from betalningsansvar.data.intake import read_cases  # noqa: E402
from betalningsansvar.reports.bokslut.publish import write_bokslut  # noqa: E402
from betalningsansvar.tariffs.agreements import shipped  # noqa: E402
from betalningsansvar.tariffs.belopp import load  # noqa: E402


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what:<30}{time.perf_counter() - start:7.2f} s")


def main(cases: int) -> None:
    """Time each step once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "arenden.csv"
        write_csv(generate(cases, "13", 2018, 1), path)
        amounts = load(HOUSE / "data" / "exempel" / "belopp-exempel.toml")
        print(f"{cases} cases, Halland 2018")
        with timed("whole"):
            with timed("  read and check"):
                intake = read_cases([path])
                checked, issues = check_cases(intake.cases, intake.issues)
            with timed("  settle the year"):
                bokslut = reconcile(checked, issues, shipped("halland"), amounts, 2018)
            with timed("  control totals"):
                control_totals(bokslut, cases)
            with timed("  write, read back, publish"):
                write_bokslut(bokslut, Path(folder) / "ut", sources=intake.sources, tariffs=[], options={})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
