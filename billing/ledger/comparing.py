"""What is owed held against what is issued, over many months: the ledger is proved once, a month costs the month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from betalningsansvar.billing.ledger.completeness import NO_DIFFERENCES, differences
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.plan import plan_in
from betalningsansvar.billing.ledger.verify import require_sound


def compare_issued(ledger: Ledger, months: Sequence[str], wanted: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """The differences of each month (`billing.ledger.completeness.differences`) in the order of `months`.

    `wanted` computes a month's lines (LINE_COLUMNS) when its turn comes. Raises LedgerError.
    """
    with ledger.reading() as connection:
        proof = require_sound(connection)
        parts = [
            differences(month, plan_in(connection, wanted(month), month, None, proof).correction) for month in months
        ]
    return pd.concat(parts, ignore_index=True) if parts else NO_DIFFERENCES
