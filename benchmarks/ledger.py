"""Issuing as typed, from file to ledger: seconds to issue a month of many lines, and to find that nothing is left.

python benchmarks/ledger.py --lines 100000 [--ledger postgresql://…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KOMMUNER = ("1315", "1380", "1381", "1382", "1383", "1384")
HEADER = (
    "arende_id,patient_id,folkbokforingskommun,vardform,inskriven,inskrivningsmeddelande,utskrivningsklar,utskriven"
)


def write_cases(path: Path, lines: int) -> None:
    """One case per line, each charged some days in November 2018."""
    rows = (
        f"A{n:07d},P{n:07d},{KOMMUNER[n % 6]},somatik,2018-10-20 10:00,2018-10-20 12:00,"
        f"2018-11-{1 + n % 15:02d} 09:00,2018-11-{5 + n % 15 + n % 11:02d} 12:00"
        for n in range(lines)
    )
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")


def seconds(cases: Path, ledger: str) -> float:
    """Run `issue --confirm` in a process of its own."""
    issue = ["issue", str(cases), "--month", "2018-11", "--ledger", ledger, "--confirm"]
    command = [sys.executable, "-m", "betalningsansvar.cli", *issue]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print both times."""
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=100_000)
    options.add_argument("--ledger", help="an empty database; a new SQLite file if left out")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.csv"
        write_cases(cases, chosen.lines)
        ledger = chosen.ledger or f"sqlite:///{(Path(folder) / 'ledger.db').as_posix()}"
        print(f"{chosen.lines} lines issued: {seconds(cases, ledger):.1f} s")
        print(f"{chosen.lines} lines issued again, nothing to do: {seconds(cases, ledger):.1f} s")


if __name__ == "__main__":
    main()
