"""A year of the ledger, as bokslut needs it: invoices, issued months and granted disputes."""

from __future__ import annotations

from datetime import date

import pandas as pd

from betalningsansvar.billing.ledger.chain import head
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import granted
from betalningsansvar.billing.ledger.head import Head
from betalningsansvar.billing.ledger.reading import invoices, runs, standing_lines
from betalningsansvar.billing.year.issued import LedgerYear


def read_ledger_year(ledger: Ledger, year: int) -> tuple[LedgerYear, Head]:
    """What the ledger has issued for the months of `year` and as its settlement, and the end of its chain when it was
    read. Raises LedgerError."""
    with ledger.reading() as connection:
        months: dict[str, date] = {}
        for run in runs(connection):
            if run.period.startswith(f"{year:04d}-"):
                months.setdefault(run.period, run.invoice_date)
        own = tuple(i for i in invoices(connection) if i.period.startswith(f"{year:04d}"))
        seen = head(connection)
        decided = {period: granted(connection, period, standing_lines(connection, period)) for period in months}
    waived = {
        name: pd.concat([found[name].assign(period=period) for period, found in decided.items() if found])
        for name in ("waived_cases", "waived_lines")
        if any(decided.values())
    }
    return LedgerYear(own, months, **waived), seen
