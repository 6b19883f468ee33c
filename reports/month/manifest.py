"""What a month's manifest tells beside what every manifest does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.files.manifest import told_of_files
from betalningsansvar.reports.month.checks import Check

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


def month_facts(bill: Bill, checks: Sequence[Check]) -> dict[str, Any]:
    """Counts, totals and checks of one month."""
    return {
        "month": str(bill.period),
        "counts": {
            "cases": len(bill.cases),
            "status": {name: int((bill.cases["status"] == name).sum()) for name in COUNTED},
            "issues": bill.issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict(),
            "lines": len(charged_lines(bill)),
            "kommuner": int((bill.kommuner["kommun"] != "").sum()),
            "nollfakturor": int(bill.kommuner["nollfaktura"].sum()),
        },
        "told_of_files": told_of_files(bill.issues),
        "totals_ore": {
            "amount": int(bill.kommuner["amount_ore"].sum()),
            "individuell": int(bill.lines["amount_ore"].sum()),
            "genomsnitt_schablon": int(bill.kommun_lines["amount_ore"].sum()),
        },
        "checks": [asdict(check) | {"holds": check.holds} for check in checks],
    }
