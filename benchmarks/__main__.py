"""Every benchmark as one table, printed and kept in docs/prestanda.md.

python -m benchmarks
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import engine, intake, ledger_growth, month
from benchmarks.table import Row, lines

_PAGE = Path(__file__).parents[1] / "docs" / "prestanda.md"
_BEGIN, _END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


def main() -> None:
    found: list[Row] = []
    for benchmark in (engine, intake, month, ledger_growth):
        own = benchmark.rows()
        print("\n".join(lines(own)), flush=True)
        found += own
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    table = "\n".join([_BEGIN, "", *lines(found), "", _END])
    _PAGE.write_text(before + table + after, encoding="utf-8")


if __name__ == "__main__":
    main()
