"""The ledger on the terminal: what would be issued, what has been, and whether it holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.ledger.completeness import KINDS
from betalningsansvar.billing.ledger.disputes import STEPS, share_permille
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.review import OpenMonth
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.numbers import kronor_text

if TYPE_CHECKING:
    from betalningsansvar.billing.ledger.issuing import IssuePlan
    from betalningsansvar.billing.ledger.reading import Run
    from betalningsansvar.billing.ledger.verify import Proof


def plan_lines(plan: IssuePlan, month: Month, agreement: str) -> Iterator[str]:
    """What issuing adds, per kommun: new, credited, unchanged and what the month then comes to."""
    if plan.head.seq == 0:
        # A mistyped address would otherwise number every invoice a second time, from 1.
        yield "NOTE: there is no ledger at this address yet. Issuing makes one, with invoice numbers from 1."
    if plan.frozen:
        yield f"{month} is issued and frozen; what differs becomes credits and new invoices."
        if set(plan.agreements) != {agreement}:
            yield f"WARNING: it was issued by {', '.join(plan.agreements)} and is now computed by {agreement}."
    else:
        yield f"{month} has not been issued; issuing numbers its invoices and freezes the month."
    rows = plan.correction.per_kommun()
    if len(rows):
        yield _row("kommun", "new", "credited", "unchanged", "net of month", "lines")
    for row in rows.to_dict("records"):
        yield _money_row(_kommun(row["kommun"]), row)
    if len(rows) > 1:
        yield _money_row("total", rows.drop(columns="kommun").sum())
    reasons = plan.correction.credited["reason"].value_counts()
    if len(reasons):
        yield "Credited because: " + ", ".join(f"{kod} {n}" for kod, n in sorted(reasons.items()))
    if plan.nothing_to_do:
        yield "Nothing to issue: what is owed is what has been invoiced."


def _money_row(name: str, row: Mapping[Hashable, Any] | pd.Series) -> str:
    money = [kronor_text(int(row[field])) for field in ("new_ore", "credited_ore", "unchanged_ore", "net_ore")]
    return _row(name, *money, f"+{row['new']} −{row['credited']} ={row['unchanged']}")


def _row(name: str, *cells: str) -> str:
    *money, lines = cells
    return f"  {name:<22}" + "".join(f" {cell:>18}" for cell in money) + f"  {lines}"


def _kommun(code: str) -> str:
    return f"{code} {kommuner()[code].name}" if code in kommuner() else code


def invoice_list(heads: pd.DataFrame) -> Iterator[str]:
    """One line per invoice, oldest first, and the sum."""
    for row in heads.to_dict("records"):
        what = f"credits {row['credits']}" if row["credits"] else str(row["kind"])
        amount = kronor_text(row["amount_ore"])
        yield (
            f"{row['number']:>7}  {row['period']:<7}  {_kommun(row['kommun']):<22}{what:<14}{amount:>18}  "
            f"{row['invoice_date']}"
        )
    yield f"{len(heads)} invoices, {kronor_text(int(heads['amount_ore'].sum()))} net."


def invoice_page(invoice: IssuedInvoice, run: Run) -> Iterator[str]:
    """One invoice with its lines, and what it was computed from."""
    what = f"credit of invoice {invoice.credits}" if invoice.credits else invoice.kind
    yield f"Invoice {invoice.number}: {what}, {_kommun(invoice.kommun)}, {invoice.period}, dated {invoice.invoice_date}"
    for row, line in enumerate(invoice.lines, start=1):
        dygn = dygn_text(line.dygn_micro) if line.dygn_micro >= 0 else f"−{dygn_text(-line.dygn_micro)}"
        yield (
            f"  {row:>4}  {line.arende_id or '(' + line.modell + ')':<20} {line.fran}–{line.tom}  {dygn:>8} dygn × "
            f"{kronor_text(line.rate_ore)} = {kronor_text(line.amount_ore):>16}  {line.regelverk}  {line.reason}"
        ).rstrip()
    yield f"  sum {kronor_text(invoice.amount_ore)}"
    yield ""
    yield f"Issued {run.at} by release {run.program} (entry {run.entry}, hash {run.hash})"
    yield f"Agreement {run.agreement}, data as of {run.as_of}"
    yield from (f"  option {name} = {value}" for name, value in run.options.items())
    yield from (f"  input  {sha}  {name}" for name, sha in run.inputs)
    yield from (f"  {role:<9} {sha}  {name}" for role, name, sha in run.law)


def proof_lines(proof: Proof) -> Iterator[str]:
    """What was proved, and the hash to note."""
    yield (
        f"The ledger holds: {proof.entries} entries in one chain, {proof.runs} runs, {proof.invoices} invoices "
        f"numbered 1–{proof.invoices} without holes, {proof.lines} lines, {kronor_text(proof.amount_ore)} net."
    )
    yield f"Last hash: {proof.head.hash}"
    yield "Note it outside the ledger; later, --hash proves that nothing before it was changed or taken away."


def open_lines(months: Sequence[OpenMonth]) -> Iterator[str]:
    """Months awaiting freeze, and from when they may be."""
    for month in months:
        if month.ready:
            yield f"{month.month}  ready to issue"
        elif month.review_ends:
            yield f"{month.month}  the kommun may object through {month.review_ends}"
        else:
            yield f"{month.month}  the month is not over"
    if not months:
        yield "No month awaits freeze."


def review_warning(month: Month, review_ends: date | None, today: date) -> str | None:
    """Why it is early to issue the month, if it is."""
    if today <= month.last_day:
        return f"WARNING: {month} is not over; days still to come are not in the data."
    if review_ends and today <= review_ends:
        return f"WARNING: the kommuner may object to {month} through {review_ends}."
    return None


def dispute_lines(disputes: pd.DataFrame) -> Iterator[str]:
    """Each dispute as it stands."""
    for row in disputes.to_dict("records"):
        what = row["arende_id"] or f"line {row['line']}"
        state = row["decision"] or f"open at step {row['step']} ({STEPS[row['step']]})"
        amount = kronor_text(row["amount_ore"])
        kommun = _kommun(row["kommun"])
        yield f"{row['id']:>5}  {row['period']}  {kommun:<22}{what:<20} {row['reason']:<22}{amount:>16}  {state}"
    if disputes.empty:
        yield "No disputes."


def dispute_report_lines(report: pd.DataFrame) -> Iterator[str]:
    """Per kommun and month: invoiced, disputed, credited, net and the credited share."""
    yield _report_row("kommun", "month", "invoiced", "disputed", "credited", "net", "credited share")
    rows = [(_kommun(row["kommun"]), row["period"], pd.Series(row)) for row in report.to_dict("records")]
    sums = report.drop(columns=["kommun", "period"]).sum()
    for name, period, row in [*rows, ("total", "", sums)]:
        fields = ("invoiced_ore", "disputed_ore", "credited_ore", "net_ore")
        money = [kronor_text(int(row[field])) for field in fields]
        permille = share_permille(int(row["credited_ore"]), int(row["invoiced_ore"]))
        yield _report_row(name, period, *money, f"{permille // 10},{permille % 10} %")


def _report_row(name: str, period: str, *cells: str) -> str:
    return f"{name:<22}{period:<9}" + "".join(f" {cell:>18}" for cell in cells)


def difference_lines(found: pd.DataFrame, months: Sequence[Month]) -> Iterator[str]:
    """Each case that differs, then how many and how much of each kind."""
    for row in found.to_dict("records"):
        what = row["arende_id"] or f"({row['modell']})"
        billed, owed = kronor_text(row["billed_ore"]), kronor_text(row["owed_ore"])
        yield (
            f"{row['period']}  {_kommun(row['kommun']):<22}{what:<20} billed {billed:>16}  owed {owed:>16}  "
            f"{KINDS[row['kind']]}"
        )
    span = f"{months[0]}–{months[-1]}" if len(months) > 1 else str(months[0])
    if found.empty:
        yield f"{span}: what is billed is what is owed."
    for kind, own in found.groupby("kind"):
        too_little = kronor_text(int(own["owed_ore"].sum()) - int(own["billed_ore"].sum()))
        yield f"{span}: {len(own)} {KINDS[str(kind)]}, owed less billed {too_little}"
