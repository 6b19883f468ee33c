"""Lines to issue, written as short as they can be read, and what a ledger holds of them."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pandas as pd

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.errors import PlanChangedError
from betalningsansvar.billing.ledger.facts import RunFacts, Terms
from betalningsansvar.billing.ledger.issuing import Issued, issue
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.reading import standing_lines
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from betalningsansvar.tariffs.texts import LawText

PERIOD = "2018-11"
NOW = datetime(2018, 12, 13, 9, 30, tzinfo=UTC)
INVOICE_DATE = date(2018, 12, 13)
RATE_ORE = 710_000


def line(arende_id: str, days: int = 5, kommun: str = "1380", **other: Any) -> dict[str, Any]:
    """One line of `days` days from the first of November, at 7 100 kr."""
    values = {
        "kommun": kommun,
        "arende_id": arende_id,
        "regelverk": "halland",
        "modell": "individuell",
        "fran": "2018-11-01",
        "tom": f"2018-11-{days:02d}",
        "dygn_micro": days * 1_000_000,
        "rate_ore": RATE_ORE,
        "amount_ore": days * RATE_ORE,
    }
    return values | other


def lines(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=LINE_COLUMNS)


def facts(period: str = PERIOD, agreement: str = "halland") -> RunFacts:
    body = f'id = "{agreement}"\n'
    law = LawText("agreement", f"{agreement}.toml", sha256(body.encode()).hexdigest(), body)
    return RunFacts(
        period=period,
        as_of=date(2018, 12, 1),
        agreement=agreement,
        program="0.1.0",
        options={"agreement": agreement},
        inputs=(("arenden.csv", "ab" * 32),),
        law=(law,),
    )


def issue_lines(ledger: Ledger, wanted: pd.DataFrame, period: str = PERIOD, by: str = "") -> Issued:
    """Plan and issue, and when someone else came between, look at the new plan and issue that."""
    while True:
        seen = plan_issue(ledger, wanted, period, None).seen
        with suppress(PlanChangedError):
            return issue(ledger, wanted, facts(period), Terms(INVOICE_DATE), NOW, seen, held=None, by=by)


def standing(ledger: Ledger, period: str = PERIOD) -> Counter[tuple[Any, ...]]:
    """What stands invoiced for a month, as a collection of lines."""
    with ledger.reading() as connection:
        return as_counter(standing_lines(connection, period))


def as_counter(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    return Counter(frame[LINE_COLUMNS].itertuples(index=False, name=None))


def proof(ledger: Ledger) -> Proof:
    with ledger.reading() as connection:
        return require_sound(connection)
