"""Every benchmark as one table, printed and kept in docs/prestanda.md.

python -m benchmarks
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import engine, intake, ledger_growth, month
from benchmarks.table import Row, lines

# So many repeats, of such sizes, that a calm machine is done in a quarter of an hour.
_BENCHMARKS: tuple[Callable[[], list[Row]], ...] = (
    partial(ledger_growth.rows, months=240),
    partial(month.rows, repeats=3),
    partial(intake.rows, sizes=(1_000_000,), workbook=200_000, times=3),
    partial(engine.rows, sizes=(10_000, 100_000, 1_000_000, 10_000_000), repeats=3),
)
_PAGE = Path(__file__).parents[1] / "docs" / "prestanda.md"
_BEGIN, _END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


def main() -> None:
    found: list[Row] = []
    for rows in _BENCHMARKS:
        own = rows()
        print("\n".join(lines(own)), flush=True)
        found += own
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    table = "\n".join([_BEGIN, "", *lines(found), "", _END])
    _PAGE.write_text(before + table + after, encoding="utf-8")


if __name__ == "__main__":
    main()
