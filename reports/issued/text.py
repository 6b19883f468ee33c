"""The ledger on the terminal: what would be issued, what has been, and whether it holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.ledger.completeness import KINDS
from betalningsansvar.billing.ledger.credit_reasons import REASON_TEXTS
from betalningsansvar.billing.ledger.dispute_words import STEPS
from betalningsansvar.billing.ledger.disputes import share_permille
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.review import OpenMonth
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.numbers import counted, kronor_text
from betalningsansvar.tariffs.texts import ROLES

if TYPE_CHECKING:
    from betalningsansvar.billing.ledger.plan import IssuePlan
    from betalningsansvar.billing.ledger.reading import Run
    from betalningsansvar.billing.ledger.verify import Proof
    from betalningsansvar.data.settings.avsandare import Nummerserie


KINDS_OF_INVOICE = {"invoice": "faktura", "credit": "kreditfaktura", "settlement": "avräkning"}
"""What a row of the ledger's list is, by the kind of the invoice."""

_OPTION_WORDS = {
    "agreement": "avtal",
    "allow_inferred": "härledda belopp räknas",
    "profile": "profil",
    "profile_sha256": "profilens SHA-256",
}
_SHOWN = 10


def plan_lines(plan: IssuePlan, month: Month, agreement: str) -> Iterator[str]:
    """What issuing adds, per kommun: new, credited, unchanged and what the month then comes to."""
    if plan.head.seq == 0:
        # A mistyped address would otherwise number every invoice a second time, from 1.
        yield (
            "Observera: det finns ingen liggare på adressen ännu. Utfärdandet gör en ny, med fakturanummer från början."
        )
    if plan.frozen:
        yield f"{month} är utfärdad och låst; det som skiljer blir kreditfakturor och nya fakturor."
        if set(plan.agreements) != {agreement}:
            yield f"VARNING: månaden utfärdades enligt {', '.join(plan.agreements)} och räknas nu enligt {agreement}."
    else:
        yield f"{month} är inte utfärdad; att utfärda numrerar fakturorna och låser månaden."
    rows = plan.correction.per_kommun()
    if len(rows):
        yield _row("kommun", "nytt", "krediteras", "oförändrat", "månaden netto", "rader")
    for row in rows.to_dict("records"):
        yield _money_row(_kommun(row["kommun"]), row)
    if len(rows) > 1:
        yield _money_row("summa", rows.drop(columns="kommun").sum())
    reasons = plan.correction.credited["reason"].value_counts()
    if len(reasons):
        yield "Krediteras:"
        yield from (
            f"  {counted(int(n), 'rad', 'rader')}: {REASON_TEXTS[str(kod)]}" for kod, n in sorted(reasons.items())
        )
    yield from _vanished_lines(plan)
    if plan.nothing_to_do:
        yield "Inget att utfärda: det som ska betalas är det som är fakturerat."


def series_lines(series: Nummerserie | None) -> Iterator[str]:
    """That this issue decides how the ledger numbers from now on."""
    if series:
        yield f"Fakturorna numreras från {series.prefix}{series.forsta}, avsändarens serie; den gäller sedan liggaren."


def _vanished_lines(plan: IssuePlan) -> Iterator[str]:
    """What would be credited only because the input does not hold it at all; told apart from what is no longer owed."""
    gone = plan.vanished
    if gone.empty:
        return
    own_case = gone["arende_id"] != ""
    cases = sorted(gone.loc[own_case, "arende_id"].unique())
    means = sorted(gone.loc[~own_case, "kommun"].unique())
    parts = [counted(len(cases), "ärende", "ärenden")] if cases else []
    parts += [counted(len(means), "kommuns medelvärde", "kommuners medelvärden")] if means else []
    amount = kronor_text(int(gone["amount_ore"].sum()))
    yield f"VARNING: {' och '.join(parts)} på {amount} finns inte alls i underlaget. Saknas en fil?"
    shown = [*cases, *(_kommun(code) for code in means)]
    more = [f"och {len(shown) - _SHOWN} till"] if len(shown) > _SHOWN else []
    yield "  " + ", ".join([*shown[:_SHOWN], *more])


def _money_row(name: str, row: Mapping[Hashable, Any] | pd.Series) -> str:
    money = [kronor_text(int(row[field])) for field in ("new_ore", "credited_ore", "unchanged_ore", "net_ore")]
    return _row(name, *money, f"+{row['new']} −{row['credited']} ={row['unchanged']}")


def _row(name: str, *cells: str) -> str:
    *money, lines = cells
    return f"  {name:<22}" + "".join(f" {cell:>18}" for cell in money) + f"  {lines}"


def _kommun(code: str) -> str:
    return f"{code} {kommuner()[code].name}" if code in kommuner() else code


def invoice_list(heads: pd.DataFrame) -> Iterator[str]:
    """One line per invoice, oldest first, with its due date and what is disputed, and the sum."""
    for row in heads.to_dict("records"):
        what = f"krediterar {row['credits']}" if row["credits"] else KINDS_OF_INVOICE[str(row["kind"])]
        due = f"betalas senast {row['due_date']}" if row["due_date"] else ""
        disputed = f"bestritt {kronor_text(row['disputed_ore'])}" if row["disputed_ore"] else ""
        yield (
            f"{row['printed']:>7}  {row['period']:<7}  {_kommun(row['kommun']):<22}{what:<14}"
            f"{kronor_text(row['amount_ore']):>18}  {row['invoice_date']}  {'  '.join(filter(None, (due, disputed)))}"
        ).rstrip()
    credits = sum(1 for kind in heads["kind"] if kind == "credit")
    told = counted(len(heads) - credits, "faktura", "fakturor")
    told += f" och {counted(credits, 'kreditfaktura', 'kreditfakturor')}" if credits else ""
    yield f"{told}, {kronor_text(int(heads['amount_ore'].sum()))} netto."


def invoice_page(invoice: IssuedInvoice, run: Run) -> Iterator[str]:
    """One invoice with its lines, and what it was computed from."""
    what = f"krediterar faktura {invoice.credits}" if invoice.credits else KINDS_OF_INVOICE[invoice.kind]
    days = [f"daterad {invoice.invoice_date}"]
    days += [f"betalas senast {invoice.due_date}"] if invoice.due_date else []
    days += [f"kan bestridas t.o.m. {invoice.objection_until}"] if invoice.objection_until else []
    yield f"Faktura {invoice.printed_number}: {what}, {_kommun(invoice.kommun)}, {invoice.period}, {', '.join(days)}"
    for row, line in enumerate(invoice.lines, start=1):
        dygn = dygn_text(line.dygn_micro) if line.dygn_micro >= 0 else f"−{dygn_text(-line.dygn_micro)}"
        yield (
            f"  {row:>4}  {line.arende_id or '(' + line.modell + ')':<20} {line.fran}–{line.tom}  {dygn:>8} dygn × "
            f"{kronor_text(line.rate_ore)} = {kronor_text(line.amount_ore):>16}  {line.regelverk}  {line.reason}"
        ).rstrip()
    yield f"  summa {kronor_text(invoice.amount_ore)}"
    yield ""
    who = f" av {run.by}" if run.by else ""
    yield f"Utfärdad {run.at}{who} med programversion {run.program} (post {run.entry}, hash {run.hash})"
    yield f"Avtal {run.agreement}, uppgifter per {run.as_of}"
    yield from (f"  {_OPTION_WORDS.get(name, name)} = {value}" for name, value in run.options.items())
    yield from (f"  indata {sha}  {name}" for name, sha in run.inputs)
    yield from (f"  {ROLES.get(role, role):<9} {sha}  {name}" for role, name, sha in run.law)


def receipt_lines(invoices: Sequence[IssuedInvoice]) -> list[str]:
    """What to keep with the invoices that were sent: each with its place in the ledger's chain."""
    own = [invoice for invoice in invoices if invoice.receipt]
    if not own:
        return []
    heading = [
        "Kvitto på det som är utfärdat. Spara det med det som skickats: det visar senare att liggaren är hel.",
        "",
    ]
    return heading + [
        f"{invoice.swedish_kind} {invoice.printed_number}  {_kommun(invoice.kommun)}  {invoice.period}  "
        f"{kronor_text(invoice.amount_ore)}  {invoice.receipt}"
        for invoice in own
    ]


def proof_lines(proof: Proof) -> Iterator[str]:
    """What was proved, and the hash to note."""
    first = proof.next_number - proof.invoices
    numbers = f" numrerade {first}–{proof.next_number - 1} utan luckor" if proof.invoices else ""
    yield (
        f"Liggaren håller: {counted(proof.entries, 'post', 'poster')} i en kedja, "
        f"{counted(proof.runs, 'körning', 'körningar')}, {counted(proof.invoices, 'faktura', 'fakturor')}"
        f"{numbers}, {counted(proof.lines, 'rad', 'rader')}, {kronor_text(proof.amount_ore)} netto."
    )
    yield f"Sista hash: {proof.head.hash}"
    yield "Den står också på kvittot bredvid det som skickats, och visar senare att inget före den har ändrats."


def receipts_line(number: int) -> str:
    """How many receipts the ledger was held against."""
    return f"{counted(number, 'kvitto', 'kvitton')} utanför liggaren finns i dess kedja; inget är borttaget."


def open_lines(months: Sequence[OpenMonth]) -> Iterator[str]:
    """Months awaiting freeze, and from when they may be."""
    for month in months:
        if month.ready:
            yield f"{month.month}  kan utfärdas"
        elif month.review_ends:
            yield f"{month.month}  kommunerna kan invända t.o.m. {month.review_ends}"
        else:
            yield f"{month.month}  månaden är inte slut"
    if not months:
        yield "Ingen månad väntar på att utfärdas."


def review_warning(month: Month, review_ends: date | None, today: date) -> str | None:
    """Why it is early to issue the month, if it is."""
    if today <= month.last_day:
        return f"VARNING: {month} är inte slut; dygn som återstår finns inte i underlaget."
    if review_ends and today <= review_ends:
        return f"VARNING: kommunerna kan invända mot {month} t.o.m. {review_ends}."
    return None


def dispute_lines(disputes: pd.DataFrame) -> Iterator[str]:
    """Each dispute as it stands (`billing.ledger.dispute_table`), with the days it has been open."""
    for row in disputes.to_dict("records"):
        what = row["arende_id"] or f"rad {row['rows']}"
        step = f"steg {row['step']} ({STEPS[row['step']]})"
        open_for = f"öppet {counted(row['days_open'], 'dag', 'dagar')}, {step}"
        lapses = f", preskriberas {row['limitation_date']}" if row["limitation_date"] else ""
        yield (
            f"{row['id']:>5}  {row['period']}  {_kommun(row['kommun']):<22}faktura {row['printed']:<8} {what:<20} "
            f"{row['reason']:<22}{kronor_text(row['amount_ore']):>16}  {row['decision'] or open_for}{lapses}"
        )
    if disputes.empty:
        yield "Inga bestridanden."


def dispute_report_lines(report: pd.DataFrame) -> Iterator[str]:
    """Per kommun and month: invoiced, disputed, credited, net and the credited share."""
    yield _report_row("kommun", "månad", "fakturerat", "bestritt", "krediterat", "netto", "andel krediterat")
    rows = [(_kommun(row["kommun"]), row["period"], pd.Series(row)) for row in report.to_dict("records")]
    sums = report.drop(columns=["kommun", "period"]).sum()
    for name, period, row in [*rows, ("summa", "", sums)]:
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
            f"{row['period']}  {_kommun(row['kommun']):<22}{what:<20} fakturerat {billed:>16}  beräknat {owed:>16}  "
            f"{KINDS[row['kind']]}"
        )
    span = f"{months[0]}–{months[-1]}" if len(months) > 1 else str(months[0])
    if found.empty:
        yield f"{span}: det som är fakturerat är det som ska betalas."
    for kind, own in found.groupby("kind"):
        too_little = kronor_text(int(own["owed_ore"].sum()) - int(own["billed_ore"].sum()))
        yield f"{span}: {len(own)} {KINDS[str(kind)]}, beräknat minus fakturerat {too_little}"
