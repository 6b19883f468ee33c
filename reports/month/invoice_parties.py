"""Sender, recipient and terms as they stand on an invoice. What is not known is shown as missing, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from betalningsansvar.data.settings.avsandare import BETALNINGSREFERENSER, Avsandare
from betalningsansvar.data.settings.identifiers import ocr_number
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.data.settings.party import Party
from betalningsansvar.reports.month.invoice_record import NO_VAT, OUTSIDE_VAT, Entry
from betalningsansvar.reports.words.numbers import counted

SENDER, CUSTOMER = "avsändaren", "mottagaren"


def sender_entries(sender: Avsandare) -> Iterator[Entry]:
    """Name, address, numbers and contact of the region."""
    yield required("Avsändare", sender.namn, SENDER)
    yield from _address(sender, SENDER)
    yield required("Organisationsnummer", sender.organisationsnummer, SENDER)
    if sender.momsregistreringsnummer.strip():
        yield Entry("Momsregistreringsnummer", sender.momsregistreringsnummer)
    ways = [text for text in (sender.kontakt, sender.telefon, sender.epost) if text.strip()]
    yield required("Kontakt", ways[0] if ways else "", SENDER)
    yield from (Entry("", way) for way in ways[1:])


def recipient_entries(customer: Kund | None, code: str, name: str) -> Iterator[Entry]:
    """Name, address and number of the kommun."""
    if customer is None:
        yield Entry("Mottagare", f"{name} ({code})")
        yield required("Adress", "", CUSTOMER)
        return
    yield Entry("Mottagare", customer.namn or f"{name} ({code})")
    yield from _address(customer, CUSTOMER)
    yield required("Organisationsnummer", customer.organisationsnummer, CUSTOMER)


def reference_entries(sender: Avsandare, customer: Kund | None) -> Iterator[Entry]:
    """The references of both parties."""
    yield required("Er referens", customer.referens if customer else "", CUSTOMER)
    yield required("Vår referens", sender.kontakt, SENDER)


def payment_entries(sender: Avsandare, invoice_date: date, number: str, due_date: date | None) -> Iterator[Entry]:
    """Due date (as issued, else by the sender's terms), account, what to state at payment, what a late one costs."""
    days = sender.betalningsvillkor_dagar
    due = due_date or (invoice_date + timedelta(days=days) if days is not None else None)
    if due is None:
        yield required("Betalas senast", "", SENDER)
    else:
        yield Entry("Betalas senast", due.isoformat(), day=due)
        yield Entry("Betalningsvillkor", f"{counted((due - invoice_date).days, 'dag', 'dagar')} netto")
    accounts = [("Bankgiro", sender.bankgiro), ("Plusgiro", sender.plusgiro)]
    told = [Entry(label, number) for label, number in accounts if number.strip()]
    yield from told or [required("Bankgiro eller plusgiro", "", SENDER)]
    label = "Betalningsreferens" if sender.betalningsreferens == BETALNINGSREFERENSER[0] else "OCR-nummer"
    yield Entry(label, payment_reference(sender, number))
    yield Entry("Dröjsmålsränta", sender.drojsmalsranta.strip() or "enligt räntelagen")
    if sender.f_skatt.strip():
        yield Entry("F-skatt", sender.f_skatt)


def payment_reference(sender: Avsandare, number: str) -> str:
    """What the payer gives: the invoice number, or the OCR number made of its digits."""
    if sender.betalningsreferens == BETALNINGSREFERENSER[0]:
        return number
    return ocr_number(re.sub(r"\D", "", number), with_length=sender.betalningsreferens == "ocr-langd")


def vat_entry(sender: Avsandare) -> Entry:
    """Why no VAT is charged."""
    return Entry("Mervärdesskatt", OUTSIDE_VAT if sender.momskategori == "O" else NO_VAT)


def objection_text(sender: Avsandare, last_day: date | None, dated: date, *, to_pay: bool = True) -> str:
    """Until when and how the kommun objects to a row of a document `dated` that day; `to_pay` when there is a due date
    to object before. Where the month froze before the document was made, both are told: the frozen data and the
    document."""
    until = "före förfallodagen" if to_pay else "snarast"
    frozen = ""
    if last_day and last_day < dated:
        frozen = f"Månadens uppgifter kunde kommunen invända mot senast {last_day}. "
    elif last_day:
        until = f"senast {last_day}"
    contact = _contact(sender)
    to = f" till {contact}" if contact else ""
    how = sender.invandning.strip()
    if how:
        return f"{frozen}Invändningar lämnas {until}. {how}{'' if how.endswith(('.', '!')) else '.'}"
    return f"{frozen}Invändningar lämnas skriftligt {until}{to}. Ange fakturanummer, ärende, rad och skäl."


def question_text(sender: Avsandare) -> str:
    """Who answers where there is nothing to object to."""
    contact = _contact(sender)
    return f"Frågor om beskedet besvaras av {contact}." if contact else ""


def _contact(sender: Avsandare) -> str:
    return ", ".join(text for text in (sender.kontakt, sender.telefon, sender.epost) if text.strip())


def required(label: str, text: str, party: str) -> Entry:
    """The text, or that it is not known about the party."""
    return Entry(label, text) if text.strip() else Entry(label, f"Uppgift om {party} saknas", missing=True)


def _address(party: Party, who: str) -> Iterator[Entry]:
    town = f"{party.postnummer} {party.postort}".strip()
    lines = [line for line in (*party.adress, town) if line.strip()]
    if not lines:
        yield required("Adress", "", who)
    yield from (Entry("", line) for line in lines)
