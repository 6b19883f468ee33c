"""What stands on a numbered invoice, credit or settlement: the ledger's own lines, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from betalningsansvar.billing.ledger.credit_reasons import REASON_TEXTS
from betalningsansvar.billing.ledger.invoices import IssuedInvoice, IssuedLine
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.review import review_ends
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.issued.law import IssuedLaw
from betalningsansvar.reports.month.invoice_bases import Bases, ground_text
from betalningsansvar.reports.month.invoice_content import DETAIL, fact_entries
from betalningsansvar.reports.month.invoice_parties import (
    objection_text,
    payment_entries,
    recipient_entries,
    reference_entries,
    sender_entries,
    vat_entry,
)
from betalningsansvar.reports.month.invoice_record import NUMBER, Basis, Entry, Invoice, Line, MeanAccount
from betalningsansvar.reports.words.swedish import MODELS, month_name

SETTLEMENT = "avrakning"
_WITHOUT_RATE = ("schablon", SETTLEMENT)


def issued_document(
    issued: IssuedInvoice,
    *,
    sender: Avsandare,
    customer: Kund | None,
    law: IssuedLaw,
    preview: Invoice | None = None,
    settles: Sequence[int] = (),
    account: str = "",
) -> Invoice:
    """The numbered document.

    `preview` is the same month's document before it was numbered, where it is at hand: what its lines rest on and the
    accounts of its means go over to the invoice. `settles` are the year's invoices that a settlement settles,
    and `account` how its amount came about, where that is at hand.
    """
    name = kommuner()[issued.kommun].name
    bases = Bases()
    # In the ledger's order, by which e-invoice, listing and disputes number the rows too.
    lines = tuple(_lines(issued, law, preview, bases))
    means = _means(issued, preview, bases)
    terms: tuple[Entry, ...] = ()
    if issued.amount_ore > 0:
        terms = _known(payment_entries(sender, issued.invoice_date, issued.printed_number, issued.due_date))
    return Invoice(
        kommun=issued.kommun,
        kommunnamn=name,
        period=issued.period,
        file_name=issued_name(issued),
        title=f"{issued.swedish_kind.capitalize()} {issued.printed_number}",
        mark="",
        heading=_heading(issued),
        intro=_intro(issued, law, account),
        sender=_known(sender_entries(sender)),
        sender_name=sender.namn,
        logotyp=sender.logotyp,
        recipient=_known(recipient_entries(customer, issued.kommun, name)),
        facts=_known(_facts(issued, sender, customer)),
        payment=(*terms, vat_entry(sender)),
        notices=tuple(_notices(issued, settles)),
        objection=objection_text(
            sender, _last_day(issued, law), issued.invoice_date, to_pay=any(entry.day for entry in terms)
        ),
        lines=lines,
        bases=tuple(bases.found),
        means=means,
        amount_ore=issued.amount_ore,
        invoice_date=issued.invoice_date,
    )


def issued_name(issued: IssuedInvoice) -> str:
    """The file's name without its ending."""
    return f"{issued.swedish_kind}_{issued.printed_number}_{issued.kommun}_{issued.period}"


def _known(entries: Iterator[Entry]) -> tuple[Entry, ...]:
    """What a numbered document says: what is not known is left out."""
    return tuple(entry for entry in entries if not entry.missing)


def _heading(issued: IssuedInvoice) -> str:
    if issued.kind == "settlement":
        return f"Slutavräkning av betalningsansvar {issued.period}"
    return f"Betalningsansvar {month_name(Month.parse(issued.period))}"


def _facts(issued: IssuedInvoice, sender: Avsandare, customer: Kund | None) -> Iterator[Entry]:
    yield Entry(NUMBER, issued.printed_number)
    if issued.kind == "settlement":
        period = f"{issued.period}-01-01–{issued.period}-12-31"
    else:
        month = Month.parse(issued.period)
        period = f"{month.start}–{month.last_day}"
    yield from fact_entries(issued.invoice_date, issued.kommun, period)
    if issued.credits is not None:
        yield Entry("Krediterar", f"faktura {issued.prefix}{issued.credits}")
    yield from reference_entries(sender, customer)


def _intro(issued: IssuedInvoice, law: IssuedLaw, account: str) -> str:
    names = {law.agreement.id: law.agreement.namn}
    if issued.kind == "settlement":
        what = f"Skillnaden mellan vad kommunen har fakturerats för {issued.period} och årets utfall"
        what += f": {account}." if account else "."
    else:
        what = (
            "Kommunens betalningsansvar för patienter som vårdats kvar på sjukhus sedan de blivit utskrivningsklara, "
            f"vårddygn under {month_name(Month.parse(issued.period))}."
        )
    own = [line.regelverk for line in issued.lines]
    detail = "" if issued.kind == "settlement" else f" {DETAIL}"
    return f"{what} {ground_text(own, names)}{detail}"


def _notices(issued: IssuedInvoice, settles: Sequence[int]) -> Iterator[str]:
    if settles:
        told = ", ".join(f"{issued.prefix}{number}" for number in settles)
        yield f"Avräknar {'faktura' if len(settles) == 1 else 'fakturorna'} {told} för {issued.period}."
    if issued.credits is not None:
        yield f"Krediterar faktura {issued.prefix}{issued.credits}. Varje rad säger varför."


def _last_day(issued: IssuedInvoice, law: IssuedLaw) -> date | None:
    if issued.objection_until:
        return issued.objection_until
    return None if issued.kind == "settlement" else review_ends(law.agreement, Month.parse(issued.period))


def _lines(issued: IssuedInvoice, law: IssuedLaw, preview: Invoice | None, bases: Bases) -> Iterator[Line]:
    known = _bases_of(preview)
    for line in issued.lines:
        reference = line.arende_id or MODELS[line.modell]
        basis = known.get((reference, line.fran, line.tom, abs(line.amount_ore)))
        rules, belopp = law.basis(line)
        priced = line.modell not in _WITHOUT_RATE
        yield Line(
            case=0 if line.arende_id else -1,
            reference=reference,
            basis=bases.adopt(basis) if basis else bases.number(rules, belopp) if rules else None,
            fran=line.fran,
            tom=line.tom,
            dygn_micro=line.dygn_micro if priced else None,
            rate_ore=line.rate_ore if priced else None,
            amount_ore=line.amount_ore,
            reason=_reason(issued, line),
        )


def _bases_of(preview: Invoice | None) -> dict[tuple[str, date, date, int], Basis]:
    """What the month's own lines rest on, which is more than the ledger keeps of a line."""
    if preview is None:
        return {}
    return {
        (line.reference, line.fran, line.tom, line.amount_ore): preview.bases[line.basis - 1]
        for line in preview.lines
        if line.basis is not None
    }


def _reason(issued: IssuedInvoice, line: IssuedLine) -> str:
    return REASON_TEXTS.get(line.reason, line.reason) if issued.kind == "credit" else ""


def _means(issued: IssuedInvoice, preview: Invoice | None, bases: Bases) -> tuple[MeanAccount, ...]:
    """The accounts of the means that the invoice charges, under the numbers its rules have here."""
    if preview is None or issued.kind != "invoice":
        return ()
    charged = {(line.fran, line.tom, line.amount_ore) for line in issued.lines if line.modell == "genomsnitt"}
    return tuple(
        replace(mean, basis=bases.adopt(preview.bases[mean.basis - 1]))
        for mean in preview.means
        if (mean.fran, mean.tom, mean.amount_ore) in charged
    )


def documents(
    invoices: Sequence[IssuedInvoice],
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    laws: Mapping[int, IssuedLaw],
    previews: Mapping[str, Invoice],
    settles: Mapping[int, Sequence[int]],
    accounts: Mapping[str, str],
) -> Iterator[Invoice]:
    """Every issued invoice as its document. `laws` and `settles` are by invoice number, `previews` and the `accounts`
    of settlements by kommun."""
    for issued in invoices:
        yield issued_document(
            issued,
            sender=sender,
            customer=customers.get(issued.kommun),
            law=laws[issued.number],
            preview=previews.get(issued.kommun),
            settles=settles.get(issued.number, ()),
            account=accounts.get(issued.kommun, ""),
        )
