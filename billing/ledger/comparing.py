"""What is owed held against what is issued, over many months: the ledger is proved and read once, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from betalningsansvar.billing.ledger.completeness import differences
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, without_waived
from betalningsansvar.billing.ledger.dispute_reading import waived
from betalningsansvar.billing.ledger.reading import standing_of_months
from betalningsansvar.billing.ledger.verify import require_sound


def compare_issued(ledger: Ledger, months: Sequence[str], wanted: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """The differences of the months (`billing.ledger.completeness.differences`).

    `wanted` computes a month's lines (LINE_COLUMNS) when its turn comes; what was waived in a dispute is not owed.
    Raises LedgerError.
    """
    with ledger.reading() as connection:
        require_sound(connection)
        billed = standing_of_months(connection, months)
        cases, lines = waived(connection)
    owed = [wanted(month).assign(period=month) for month in months]
    together = pd.concat(owed, ignore_index=True) if owed else billed.iloc[:0]
    owed_lines = without_waived(together[[*LINE_COLUMNS, "period"]], cases, lines, ["period"])
    return differences(owed_lines, billed)
