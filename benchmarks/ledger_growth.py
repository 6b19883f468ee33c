"""Growth of the ledger: what issuing a month costs when the ledger holds few months and when it holds many.

python -m benchmarks.ledger_growth [--months 240] [--lines 200]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
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
    """A month issued late in the ledger beside one issued early, the full proof, and comparing every month."""
    names = [f"{2000 + n // 12}-{1 + n % 12:02d}" for n in range(months)]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.parse(f"sqlite:///{(Path(folder) / 'ledger.db').as_posix()}")
        seconds = [issue_one(ledger, month, lines) for month in names]
        early, late = (statistics.median(part) for part in (seconds[2:14], seconds[-12:]))
        start = time.perf_counter()
        with ledger.reading() as connection:
            proof = require_sound(connection)
        proved = time.perf_counter() - start
        start = time.perf_counter()
        compare_issued(ledger, names, lambda month: wanted(month, lines))
        compared = time.perf_counter() - start
    return [
        Row(f"utfärda månad {months} av {months}", late, "månad 3–14", early, late / early, f"{lines} rader/månad"),
        Row(f"jämför {months} månader", compared, f"ett bevis av {proof.lines} rader", proved, compared / proved),
    ]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--months", type=int, default=240)
    options.add_argument("--lines", type=int, default=200)
    chosen = options.parse_args()
    show(rows(chosen.months, chosen.lines))


if __name__ == "__main__":
    main()
