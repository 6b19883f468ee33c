"""What must add up before anything is published: rows = statuses, lines = kommuner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.reports.month.invoice_record import Invoice

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to the same figure: `left` and `right` are rows or öre as `unit` says, and must be equal."""

    name: str
    unit: str
    left_name: str
    left: int
    right_name: str
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right

    @property
    def sentence(self) -> str:
        """The outcome with both figures, e.g. for an exception."""
        return f"{self.name}: {self.left_name} {self.left} {self.unit}, {self.right_name} {self.right} {self.unit}"


def checks(bill: Bill) -> tuple[Check, ...]:
    """The ties of one Bill, in the order a reader follows the money."""
    lines, kommuner, cases = charged_lines(bill), bill.kommuner, bill.cases
    own_lines = lines[lines["case"] >= 0]
    found = [
        Check(
            "Lästa rader har fått en status",
            "rader",
            "lästa rader",
            len(cases),
            "summa per status",
            int(cases["status"].isin(COUNTED).sum()),
        ),
        Check(
            "Lästa rader finns hos en kommun",
            "rader",
            "lästa rader",
            len(cases),
            "summa per kommun",
            int(kommuner["antal_arenden"].sum()),
        ),
    ]
    found += [
        Check(
            f"Rader med status {status}",
            "rader",
            "ärenden",
            int((cases["status"] == status).sum()),
            "summa per kommun",
            int(kommuner[status].sum()),
        )
        for status in COUNTED
    ]
    found += [
        Check(
            "Dygn gånger dygnsbelopp",
            "öre",
            "uträknat",
            int((bill.lines["days"] * bill.lines["rate_ore"]).sum()),
            "ärendenas rader",
            int(own_lines["amount_ore"].sum()),
        ),
        Check(
            "Ärendenas belopp",
            "öre",
            "ärenden",
            int(cases["amount_ore"].sum()),
            "ärendenas rader",
            int(own_lines["amount_ore"].sum()),
        ),
        Check(
            "Fakturarader och kommuner",
            "öre",
            "fakturarader",
            int(lines["amount_ore"].sum()),
            "summa per kommun",
            int(kommuner["amount_ore"].sum()),
        ),
    ]
    return tuple(found)


def invoice_check(bill: Bill, invoices: Iterable[Invoice]) -> Check:
    """The sum of all invoices against the sum of the kommuner that are invoiced."""
    payers = bill.kommuner[bill.kommuner["kommun"] != ""]
    return Check(
        "Fakturor och kommuner",
        "öre",
        "summa av fakturorna",
        sum(invoice.amount_ore for invoice in invoices),
        "summa per kommun",
        int(payers["amount_ore"].sum()),
    )
