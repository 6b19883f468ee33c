"""A plan in figures and words: what a person reads before anything is numbered."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from betalningsansvar.billing.ledger.credit_reasons import REASON_TEXTS
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.operations.issuing import ShownPlan
from betalningsansvar.operations.settlement import ShownSettlement


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One kommun: öre and number of lines that are new, credited and unchanged, and what the period then comes to."""

    code: str
    name: str
    new: int
    credited: int
    unchanged: int
    new_ore: int
    credited_ore: int
    unchanged_ore: int
    net_ore: int


@dataclass(frozen=True)
class PlanSummary:
    """The whole plan. `change_ore` is what issuing adds (new less credited), `total` sums the rows, `invoices` and
    `credits` count the documents, `first_number` is the first of their numbers. `reasons` are (sentence, lines) of
    what is credited, `vanished` the cases and kommuner that the input does not hold at all."""

    rows: tuple[PlanRow, ...]
    total: PlanRow
    change_ore: int
    invoices: int
    credits: int
    first_number: int
    reasons: tuple[tuple[str, int], ...]
    vanished: tuple[str, ...]
    vanished_ore: int
    new_ledger: bool
    other_agreements: tuple[str, ...]


def summarize(shown: ShownPlan | ShownSettlement) -> PlanSummary:
    """The figures of a plan of a month, or of a year's settlement."""
    plan, found = shown.plan, shown.plan.correction
    per_kommun = found.per_kommun()
    rows = tuple(_row(row) for row in per_kommun.to_dict("records"))
    total = _row({"kommun": "", **per_kommun.drop(columns="kommun").sum().to_dict()})
    reasons = found.credited["reason"].value_counts().sort_index()
    gone = plan.vanished
    own_case = gone["arende_id"] != ""
    known = kommuner()
    names = [
        *sorted(gone.loc[own_case, "arende_id"].unique()),
        *(f"medelvärdet för {known[code].name}" for code in sorted(gone.loc[~own_case, "kommun"].unique())),
    ]
    return PlanSummary(
        rows=rows,
        total=total,
        change_ore=int(found.new["amount_ore"].sum()) - int(found.credited["amount_ore"].sum()),
        invoices=int(found.new["kommun"].nunique()),
        credits=int(found.credited["number"].nunique()),
        first_number=plan.series.forsta if plan.series else plan.proof.next_number,
        reasons=tuple((REASON_TEXTS[str(kod)], int(count)) for kod, count in reasons.items()),
        vanished=tuple(map(str, names)),
        vanished_ore=int(gone["amount_ore"].sum()),
        new_ledger=plan.head.seq == 0,
        other_agreements=tuple(a for a in plan.agreements if a != shown.facts.agreement),
    )


def _row(row: dict[Hashable, Any]) -> PlanRow:
    code = str(row["kommun"])
    counts = (int(row[name]) for name in ("new", "credited", "unchanged"))
    amounts = (int(row[name]) for name in ("new_ore", "credited_ore", "unchanged_ore", "net_ore"))
    return PlanRow(code, kommuner()[code].name if code in kommuner() else "", *counts, *amounts)
