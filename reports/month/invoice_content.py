"""The month's invoices as they will be, from the Bill: previews, until they are numbered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text, rows_of
from betalningsansvar.billing.days import to_date
from betalningsansvar.billing.review import review_ends
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.month.invoice_bases import STATUTES, Bases, ground_text
from betalningsansvar.reports.month.invoice_parties import (
    objection_text,
    question_text,
    recipient_entries,
    reference_entries,
    sender_entries,
    vat_entry,
)
from betalningsansvar.reports.month.invoice_record import (
    NOT_AN_INVOICE,
    PREVIEW,
    Entry,
    Invoice,
    Line,
    MeanAccount,
)
from betalningsansvar.reports.words.numbers import counted, decimal_text, mean_figure
from betalningsansvar.reports.words.swedish import MODELS, as_of_text, month_name
from betalningsansvar.tariffs.records import Genomsnitt

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

DETAIL = "Ärendena redovisas var för sig i underlaget, som lämnas skilt från fakturan."
NOTHING_TITLE = "Besked: inget att betala"


def invoices(
    bill: Bill,
    lines: pd.DataFrame,
    references: Mapping[int, str],
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    invoice_date: date,
    mark: str = PREVIEW,
) -> Iterator[Invoice]:
    """One document per kommun of the agreement's region, and per other payer that has a charge or a blocked case.

    `lines` are the Bill's charged lines and `references` what each case is called. `mark` is printed across the head.
    """
    line_rows = _by_kommun(lines.sort_values(["rule", "rate", "fran"]), "kommun")
    codes = bill.cases["kommun"].cat.categories.take(bill.kommun_lines["kommun"].to_numpy())
    mean_rows = _by_kommun(bill.kommun_lines.assign(kod=codes), "kod")
    for row in rows_of(invoiced(bill).sort_values("kommun")):
        bases = Bases()
        own_lines = tuple(sorted(_lines(line_rows.get(row.kommun, []), bill, bases, references), key=line_order))
        accounts = tuple(_means(mean_rows.get(row.kommun, []), bill, bases))
        customer = customers.get(row.kommun)
        yield Invoice(
            kommun=row.kommun,
            kommunnamn=row.kommunnamn,
            period=str(bill.period),
            file_name=f"faktura_{row.kommun}_{bill.period}",
            title="Faktura" if own_lines else NOTHING_TITLE,
            mark=mark,
            heading=f"Betalningsansvar {month_name(bill.period)}",
            intro=intro_text(
                bill, _agreements(bill, row, [*line_rows.get(row.kommun, []), *mean_rows.get(row.kommun, [])])
            ),
            sender=tuple(sender_entries(sender)),
            sender_name=sender.namn,
            logotyp=sender.logotyp,
            recipient=tuple(recipient_entries(customer, row.kommun, row.kommunnamn)),
            facts=(
                *fact_entries(invoice_date, row.kommun, f"{bill.period.start}–{bill.period.last_day}", bool(own_lines)),
                *reference_entries(sender, customer),
            ),
            payment=(vat_entry(sender),) if own_lines else (),
            notices=(NOT_AN_INVOICE,) if mark and own_lines else (),
            objection=objection_text(sender, review_ends(bill.agreement, bill.period), invoice_date, to_pay=not mark)
            if own_lines
            else question_text(sender),
            lines=own_lines,
            bases=tuple(bases.found),
            means=accounts,
            amount_ore=sum(line.amount_ore for line in own_lines),
            invoice_date=invoice_date,
        )


def invoiced(bill: Bill) -> pd.DataFrame:
    """The rows of `bill.kommuner` that get a document: a payer without charge or blocked case outside the region
    gets none."""
    frame = bill.kommuner
    concerned = (frame["grupp"] == "region") | (frame["amount_ore"] != 0) | (frame["blockerad"] > 0)
    return frame[(frame["kommun"] != "") & concerned]


def line_order(line: Line) -> tuple[Any, ...]:
    """Cases by reference, then what is charged for the kommun as a whole."""
    return (line.case < 0, line.reference, line.fran, line.basis or 0)


def fact_entries(invoice_date: date, kommun: str, period: str, is_invoice: bool = True) -> Iterator[Entry]:
    """Date, kommunkod and period; a number goes before them."""
    yield Entry("Fakturadatum" if is_invoice else "Datum", invoice_date.isoformat(), day=invoice_date)
    yield Entry("Kommunkod", kommun)
    yield Entry("Period", period)


def intro_text(bill: Bill, agreements: Sequence[str]) -> str:
    """What the claim is, its legal ground, and how far the data reaches."""
    return (
        "Kommunens betalningsansvar för patienter som vårdats kvar på sjukhus sedan de blivit utskrivningsklara, "
        f"vårddygn under {month_name(bill.period)}. "
        f"{ground_text(agreements, {bill.agreement.id: bill.agreement.namn})} {as_of_text(bill)} "
        f"{DETAIL}"
    )


def _agreements(bill: Bill, payer: Any, rows: Sequence[Any]) -> list[str]:
    """The ids of the rules that the kommun's own lines rest on; without lines, those that hold for its group."""
    own = [bill.rules[row.rule].agreement for row in rows]
    if own:
        return own
    outside = [rule.agreement for rule in bill.rules if rule.agreement in STATUTES]
    return outside[:1] if payer.grupp == "utomlans" and outside else [bill.agreement.id]


def _by_kommun(frame: pd.DataFrame, column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows_of(frame):
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _number(bill: Bill, bases: Bases, row: Any) -> int:
    return bases.number((bill.rules[row.rule],), bill.rates[row.rate] if row.rate >= 0 else None)


def _lines(rows: Sequence[Any], bill: Bill, bases: Bases, references: Mapping[int, str]) -> Iterator[Line]:
    for row in rows:
        yield Line(
            case=int(row.case),
            reference=references[row.case] if row.case >= 0 else MODELS[str(row.modell)],
            basis=_number(bill, bases, row),
            fran=row.fran.date(),
            tom=row.tom.date(),
            dygn_micro=None if row.modell == "schablon" else int(row.dygn_micro),
            rate_ore=None if row.modell == "schablon" else int(row.rate_ore),
            amount_ore=int(row.amount_ore),
        )


def _means(rows: Sequence[Any], bill: Bill, bases: Bases) -> Iterator[MeanAccount]:
    for row in rows:
        rule = bill.rules[row.rule]
        if not isinstance(rule, Genomsnitt):
            continue
        troskel_micro = int(rule.troskel.scaleb(6))
        why_not = ""
        if row.mean_micro <= troskel_micro:
            why_not = "Genomsnittet överstiger inte tröskeln: inget debiteras."
        elif not row.triggered:
            why_not = f"Tröskeln har inte överskridits {rule.trigger_manader} månader i rad: inget debiteras."
        yield MeanAccount(
            basis=_number(bill, bases, row),
            fran=to_date(int(row.start)),
            tom=to_date(int(row.stop) - 1),
            antal=int(row.antal),
            days=int(row.days),
            mean_micro=int(row.mean_micro),
            troskel_micro=troskel_micro,
            dygn_micro=int(row.dygn_micro),
            rate_ore=int(row.rate_ore),
            amount_ore=int(row.amount_ore),
            rounded=rule.decimaler is not None,
            why_not=why_not,
        )


def mean_text(mean: MeanAccount) -> str:
    """How the mean became dygn, in one line of figures."""
    troskel, result = (decimal_text(dygn_text(micro)) for micro in (mean.troskel_micro, mean.dygn_micro))
    average = decimal_text(dygn_text(mean.mean_micro)) if mean.rounded else mean_figure(mean.mean_micro)
    exact = "" if mean.rounded or not mean.antal else f" (exakt {mean.days}/{mean.antal})"
    text = (
        f"Regel {mean.basis}, {mean.fran}–{mean.tom}: {counted(mean.antal, 'ärende', 'ärenden')}, "
        f"{counted(mean.days, 'dag', 'dagar')}, genomsnitt {average} dygn{exact}, tröskel {troskel}. "
    )
    if mean.why_not:
        return text + mean.why_not
    if mean.rounded:
        return f"{text}({average} − {troskel}) × {mean.antal} = {result} dygn."
    return f"{text}{mean.days} − {mean.antal} × {troskel} = {result} dygn."
