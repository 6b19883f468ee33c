"""The letter that answers a kommun's objection: what was objected, what was decided, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
from betalningsansvar.billing.ledger.dispute_words import COURT, STEPS
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.period import Month
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.files.cells import cell_text
from betalningsansvar.reports.files.typeset import typeset
from betalningsansvar.reports.month.invoice_parties import recipient_entries, sender_entries
from betalningsansvar.reports.month.invoice_record import Entry
from betalningsansvar.reports.words.numbers import kronor_text
from betalningsansvar.reports.words.swedish import MODELS, month_name

DECIDED, OPEN = "Beslut om invändning", "Besked om invändning"
_DECISIONS = {
    "medges": "Regionen medger invändningen.",
    "rattas": "Regionen rättar uppgifterna som fakturan bygger på.",
    "avslas": "Regionen avslår invändningen.",
}


@dataclass(frozen=True, slots=True)
class Disputed:
    """What a letter is about: a row of `billing.ledger.dispute_table`, the invoice objected to, and the printed numbers
    of the credits that have taken back its disputed rows; `whole` when none of the rows is left."""

    row: Mapping[str, Any]
    invoice: IssuedInvoice
    credits: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, before any file format. `decision` and `follows` are whole sentences; `facts` tell the objection."""

    title: str
    sender_name: str
    sender: tuple[Entry, ...]
    recipient: tuple[Entry, ...]
    dated: date
    facts: tuple[Entry, ...]
    decision: str
    follows: tuple[str, ...]
    contact: str
    logotyp: bytes | None


def dispute_letter(found: Disputed, sender: Avsandare, customer: Kund | None, dated: date) -> Letter:
    """The letter to the kommun about where its objection stands on the day `dated`."""
    row, invoice = found.row, found.invoice
    name = kommuner()[invoice.kommun].name
    contact = ", ".join(text for text in (sender.kontakt, sender.telefon, sender.epost) if text.strip())
    return Letter(
        title=f"{DECIDED if row['decision'] else OPEN} {row['id']}",
        sender_name=sender.namn,
        sender=_known(sender_entries(sender)),
        recipient=_known(recipient_entries(customer, invoice.kommun, name)),
        dated=dated,
        facts=tuple(_facts(found, customer)),
        decision=_decision(row),
        follows=tuple(_follows(found)),
        contact=f"Frågor besvaras av {contact}." if contact else "",
        logotyp=sender.logotyp,
    )


def write_letter(letter: Letter, path: Path) -> None:
    """Write the PDF. The same letter gives the same bytes on every computer. Raises OSError."""
    content = {
        "title": f"{letter.title}, {letter.recipient[0].text}",
        "author": letter.sender_name,
        "footer": f"{letter.title}  ·  {letter.sender_name}",
        "logotyp": f"Logotyp för {letter.sender_name}" if letter.logotyp else "",
        "called": letter.title,
        "dated": letter.dated.isoformat(),
        "sender": _entries(letter.sender),
        "recipient": _entries(letter.recipient),
        "facts": _entries(letter.facts),
        "decision": letter.decision,
        "follows": list(letter.follows),
        "contact": cell_text(letter.contact),
    }
    path.write_bytes(typeset("issued", "letter.typ", content, letter.logotyp))


def _facts(found: Disputed, customer: Kund | None) -> Iterator[Entry]:
    row, invoice = found.row, found.invoice
    yield Entry("Faktura", f"{invoice.printed_number}, daterad {invoice.invoice_date}")
    yield Entry("Rad på fakturan", row["rows"])
    yield Entry("Ärende", row["arende_id"] or _charged_for_all(found))
    yield Entry("Period", month_name(Month.parse(invoice.period)))
    yield Entry("Invändning", DISPUTES.get(row["reason"], row["reason"]))
    yield Entry("Invände", row["raised_on"])
    yield Entry("Bestritt belopp", kronor_text(row["amount_ore"]))
    if customer and customer.referens.strip():
        yield Entry("Er referens", customer.referens)


def _charged_for_all(found: Disputed) -> str:
    """What a row without a case charges the kommun as a whole for."""
    position = int(found.row["rows"].split(", ")[0])
    return MODELS[found.invoice.lines[position - 1].modell]


def _decision(row: Mapping[str, Any]) -> str:
    if row["decision"]:
        return f"{_DECISIONS[row['decision']]} Beslutet fattades {row['decided_on']}."
    if row["step"] == COURT:
        return "Regionen och kommunen är inte överens, och frågan går till domstol."
    return f"Beslut är inte fattat. Invändningen prövas på steg {row['step']} av {COURT}: {STEPS[row['step']]}."


def _follows(found: Disputed) -> Iterator[str]:
    """What happens to the money, and then to the objection."""
    row, decision = found.row, found.row["decision"]
    month = month_name(Month.parse(found.invoice.period))
    many = ", " in row["rows"]
    if found.whole:
        yield f"{'Raderna är krediterade' if many else 'Raden är krediterad'} med {_named(found.credits)}."
    elif decision == "medges":
        rows = "Raderna" if many else "Raden"
        yield f"{rows} krediteras när {month} utfärdas nästa gång, och debiteras inte igen."
    elif decision == "rattas":
        yield (
            f"När {month} utfärdas nästa gång krediteras det som uppgifterna ändrar, och det som är rätt faktureras "
            "på nytt."
        )
    else:
        due = found.invoice.due_date
        until = "" if decision else " tills beslut är fattat"
        yield f"Beloppet kvarstår{until}.{f' Fakturans förfallodag är {due}.' if due else ''}"
    if decision in ("medges", "rattas") or found.whole:
        return
    if row["step"] == COURT:
        yield f"Kravet preskriberas {row['limitation_date']}, om talan inte väcks dessförinnan."
    else:
        unless = "Håller kommunen fast vid sin invändning" if decision else "Enas vi inte där"
        yield f"{unless} går frågan till nästa steg i trappan: {STEPS[row['step'] + 1].removeprefix('till ')}."


def _named(credits: Sequence[str]) -> str:
    return f"{'kreditfaktura' if len(credits) == 1 else 'kreditfakturorna'} {' och '.join(credits)}"


def _known(entries: Iterator[Entry]) -> tuple[Entry, ...]:
    """What is not known is left out."""
    return tuple(entry for entry in entries if not entry.missing)


def _entries(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [{"label": e.label, "text": cell_text(e.text), "missing": e.missing} for e in entries]
