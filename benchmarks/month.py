"""A month as typed in the shell beside the imports it cannot do without; explain beside its own; a month's PDFs.

python -m benchmarks.month
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Row, show

_IMPORTS = "import pandas, openpyxl, xlsxwriter"
_EXPLAIN = (
    "import betalningsansvar.cli, betalningsansvar.operations.explain, betalningsansvar.operations.inputs, "
    "betalningsansvar.operations.law, betalningsansvar.reports.month.explanation"
)
CLI = "from betalningsansvar.cli import main; main()"


def shell(code: str, *arguments: str) -> float:
    """Seconds of a Python process of its own, which finds the bytecode that an installation leaves."""
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL, env=kept)
    return time.perf_counter() - start


def rows(repeats: int = 5) -> list[Row]:
    """The month of a region of 49 kommuner, in files; medians of runs that take turns."""
    with TemporaryDirectory() as home:
        folder = Path(home)
        shell(CLI, "demo", str(folder / "demo"), "--cases", "5000", "--region", "14", "--year", "2019")
        data = str(next((folder / "demo").glob("*.csv")))
        bill = ["bill", data, "--month", "2019-03", "--agreement", "vastra-gotaland", "--as-of", "2020-02-01"]
        case = Path(data).read_text(encoding="utf-8").splitlines()[1].replace(";", ",").split(",")[0]
        taken: dict[str, list[float]] = {name: [] for name in ("bill", "imports", "explain", "own", "pdf")}
        for number in range(repeats + 1):
            once = {
                "bill": shell(CLI, *bill, "--out", str(folder / f"{number}")),
                "imports": shell(_IMPORTS),
                "pdf": shell(CLI, *bill, "--pdf", "--out", str(folder / f"pdf{number}")),
                "explain": shell(CLI, "explain", data, "--case", case),
                "own": shell(_EXPLAIN),
            }
            if number:  # the first leaves the bytecode
                for name, seconds in once.items():
                    taken[name].append(seconds)
    return [
        _row(
            "bill i skalet, 49 kommuner",
            "import av pandas, openpyxl, xlsxwriter",
            taken,
            "bill",
            "imports",
        ),
        _row("bill --pdf, samma månad", "bill utan PDF", taken, "pdf", "bill"),
        _row("explain i skalet", "dess egna importer", taken, "explain", "own"),
    ]


def _row(job: str, peer: str, taken: dict[str, list[float]], own: str, other: str) -> Row:
    ratios = [a / b for a, b in zip(taken[own], taken[other], strict=True)]
    return Row(job, statistics.median(taken[own]), peer, statistics.median(taken[other]), statistics.median(ratios))


if __name__ == "__main__":
    show(rows())
