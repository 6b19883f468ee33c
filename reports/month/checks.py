"""What must hold before anything is published or issued: every row is accounted for, and every krona has a payer.

All ties of a month stand here, for the folder and for the ledger alike: rows = cases = statuses = kommuner, and
lines = cases = kommuner = what the ledger takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.duplicates import DROPPED
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.billing.year.two_figures import Figure
from betalningsansvar.data.categories import codes_of
from betalningsansvar.reports.files.manifest import ReadFile
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.month.check_queries import queries
from betalningsansvar.reports.month.invoice_record import Invoice

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill
    from betalningsansvar.billing.year.bokslut import Bokslut


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
    def figures(self) -> tuple[Figure, Figure]:
        """Both figures, each with the query that finds it again in the month's folder."""
        left, right = queries(self.name)
        return Figure(self.left_name, self.left, left), Figure(self.right_name, self.right, right)

    @property
    def sentence(self) -> str:
        """The outcome with both figures, e.g. for an exception."""
        return f"{self.name}: {self.left_name} {self.left} {self.unit}, {self.right_name} {self.right} {self.unit}"


def line_checks(bill: Bill) -> tuple[Check, ...]:
    """What must hold before a line can be said to be anyone's: without its case it has neither name nor payer."""
    own_case = bill.lines["case"]
    known = int(own_case.between(0, len(bill.cases) - 1).sum())
    return (Check("Fakturaradernas ärenden", "rader", "ärendenas rader", len(own_case), "med ett läst ärende", known),)


def checks(bill: Bill, files: Sequence[ReadFile] = ()) -> tuple[Check, ...]:
    """The ties of one Bill, in the order a reader follows the money. `files` are those its rows came from.

    Raises ReadBackError for a line of a case that was not read.
    """
    require_ties(line_checks(bill))
    kommuner, cases = bill.kommuner, bill.cases
    lines = charged_lines(bill)
    own_lines = lines[lines["case"] >= 0]
    payer_of_case = codes_of(cases["kommun"])[own_lines["case"].to_numpy()]
    found = [_rows_check(bill, files)] if files else []
    found += [
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
            "Fakturarader utan betalare",
            "rader",
            "fakturarader utan kommun",
            int((codes_of(lines["kommun"]) < 0).sum()),
            "tillåtna",
            0,
        ),
        Check(
            "Ärendenas betalare",
            "rader",
            "ärendenas rader",
            len(own_lines),
            "med ärendets egen kommun",
            int((codes_of(own_lines["kommun"]) == payer_of_case).sum()),
        ),
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


def _rows_check(bill: Bill, files: Sequence[ReadFile]) -> Check:
    """Every row of the files is a case, a copy that was dropped, a message of a case, or told as read in vain."""
    dropped = int(bill.issues["kod"].isin(DROPPED).sum())
    beside = sum(file.messages + file.unreadable + file.without_notice for file in files)
    return Check(
        "Filernas rader är redovisade",
        "rader",
        "rader i filerna",
        sum(file.rows for file in files),
        "ärenden, borttagna kopior och övriga meddelanden",
        len(bill.cases) + dropped + beside,
    )


def ledger_checks(bill: Bill, wanted: pd.DataFrame) -> tuple[Check, ...]:
    """The lines that the ledger is to take (`arende_id`, `kommun`, `amount_ore`) against the Bill's own."""
    lines = charged_lines(bill)
    return (
        Check("Rader till liggaren", "rader", "liggarens rader", len(wanted), "fakturarader", len(lines)),
        Check(
            "Belopp till liggaren",
            "öre",
            "liggarens rader",
            int(wanted["amount_ore"].sum()),
            "summa per kommun",
            int(bill.kommuner["amount_ore"].sum()),
        ),
    )


def settlement_checks(bokslut: Bokslut, lines: pd.DataFrame) -> tuple[Check, ...]:
    """The lines of a settled year that the ledger is to take against what the year has left to settle."""
    left = bokslut.settlement[bokslut.settlement["settlement_ore"] != 0]
    payers = lines["kommun"].isin(left["kommun"]).sum()
    return (
        Check("Avräkningens rader", "rader", "liggarens rader", len(lines), "kommuner att avräkna", len(left)),
        Check(
            "Avräkningens betalare", "rader", "liggarens rader", len(lines), "med en kommun att avräkna", int(payers)
        ),
        Check(
            "Avräkningens belopp",
            "öre",
            "liggarens rader",
            int(lines["amount_ore"].sum()),
            "kvar att avräkna",
            int(left["settlement_ore"].sum()),
        ),
    )


def require_ties(ties: Iterable[Check]) -> None:
    """Raise ReadBackError naming each pair of figures that differ: nothing may be published or issued then."""
    if broken := [tie.sentence for tie in ties if not tie.holds]:
        raise ReadBackError("; ".join(broken))


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
