"""Growth of the ledger: what issuing a month costs when the ledger holds few months and when it holds many.

python -m benchmarks.ledger_growth [--months 240] [--lines 200]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd

from benchmarks.table import Row, show
from betalningsansvar.billing.ledger.comparing import compare_issued
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.facts import RunFacts, Terms
from betalningsansvar.billing.ledger.issuing import issue
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.verify import require_sound
from betalningsansvar.tariffs.texts import LawText

KOMMUNER = [f"{code}" for code in (1315, 1380, 1381, 1382, 1383, 1384)]
RATE_ORE = 710_000
AT = datetime(2020, 1, 1, tzinfo=UTC)
_COMPARED, _TIMES = 12, 5
LAW = LawText("agreement", "prov.toml", sha256(b"prov").hexdigest(), "prov")


def wanted(month: str, count: int) -> pd.DataFrame:
    """`count` lines of one to nine days, spread over six kommuner."""
    days = [1 + n % 9 for n in range(count)]
    columns = {
        "kommun": [KOMMUNER[n % len(KOMMUNER)] for n in range(count)],
        "arende_id": [f"{month}-{n}" for n in range(count)],
        "regelverk": "prov",
        "modell": "individuell",
        "fran": f"{month}-01",
        "tom": [f"{month}-{number:02d}" for number in days],
        "dygn_micro": [number * 1_000_000 for number in days],
        "rate_ore": RATE_ORE,
        "amount_ore": [number * RATE_ORE for number in days],
    }
    return pd.DataFrame(columns)[LINE_COLUMNS]


def issue_one(ledger: Ledger, month: str, count: int) -> float:
    """Plan and issue one month; seconds."""
    lines = wanted(month, count)
    facts = RunFacts(month, date(2020, 1, 1), "prov", "0", {}, (), (LAW,))
    start = time.perf_counter()
    plan = plan_issue(ledger, lines, month, None)
    issue(ledger, lines, facts, Terms(date(2020, 1, 1)), AT, plan.seen, held=None)
    return time.perf_counter() - start


def rows(months: int = 240, lines: int = 200) -> list[Row]:
    """The last year's months issued beside the same months in a ledger that begins with them, the two taking turns; and
    comparing every month beside one proof of the ledger."""
    names = [f"{2000 + n // 12}-{1 + n % 12:02d}" for n in range(months)]
    with tempfile.TemporaryDirectory() as folder:
        young, old = (Ledger.parse(f"sqlite:///{(Path(folder) / name).as_posix()}") for name in ("young.db", "old.db"))
        for month in names[:-_COMPARED]:
            issue_one(old, month, lines)
        issued = [(issue_one(young, month, lines), issue_one(old, month, lines)) for month in names[-_COMPARED:]]
        owed = {month: wanted(month, lines) for month in names}
        compared = [(_proved(old), _compared(old, owed)) for _ in range(_TIMES)]
    return [
        _row(f"utfärda månad {months} i liggaren", "månad 1–12", issued, f"{lines} rader/månad"),
        _row(f"jämför {months} månader", f"ett bevis av {months * lines} rader", compared, ""),
    ]


def _proved(ledger: Ledger) -> float:
    start = time.perf_counter()
    with ledger.reading() as connection:
        require_sound(connection)
    return time.perf_counter() - start


def _compared(ledger: Ledger, owed: Mapping[str, pd.DataFrame]) -> float:
    start = time.perf_counter()
    assert compare_issued(ledger, list(owed), owed.__getitem__).empty
    return time.perf_counter() - start


def _row(job: str, peer: str, pairs: Sequence[tuple[float, float]], growth: str) -> Row:
    """Of pairs (peer, job) that took turns."""
    theirs, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Row(job, ours, peer, theirs, statistics.median(own / other for other, own in pairs), growth)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--months", type=int, default=240)
    options.add_argument("--lines", type=int, default=200)
    chosen = options.parse_args()
    show(rows(chosen.months, chosen.lines))


if __name__ == "__main__":
    main()
