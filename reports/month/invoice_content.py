"""What stands on each kommun's invoice, before any file format: Excel and PDF print the same record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text, rows_of
from betalningsansvar.billing.days import to_date
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.words.numbers import decimal_text
from betalningsansvar.reports.words.swedish import (
    MODELS,
    month_name,
    rate_text,
    rule_heading,
    rule_text,
    source_text,
)

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

PRELIMINARY = "Preliminär – numreras vid utfärdande"
NO_VAT = "Ingen mervärdesskatt tas ut (sjukvård, undantagen från skatteplikt)."
NOTHING_TO_PAY = "Noll-faktura – inget att betala"
# The first facts are short and stand to the left, the others to the right.
SHORT_FACTS = 2
SENDER_FILE, CUSTOMER_FILE = "avsandare.toml", "kunder.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a block of particulars; `missing` when the text tells where it must be filled in."""

    label: str
    text: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One charged line: a case's unbroken run of days, a mean, or a schablon.

    `case` is its row of the case frame, −1 for a mean or a schablon. `basis` is the number of its rule and amount in
    `Invoice.bases`. A schablon has no dygn and no rate (None).
    """

    case: int
    reference: str
    basis: int
    fran: date
    tom: date
    dygn_micro: int | None
    rate_ore: int | None
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A rule together with an amount per dygn, and where both stand. `inferred` when either is marked I."""

    number: int
    heading: str
    sentences: tuple[str, ...]
    inferred: bool


@dataclass(frozen=True, slots=True)
class MeanAccount:
    """How a mean became an amount; dygn and means in millionths.

    `rounded` when the agreement rounds the mean before it is used. `why_not` says why nothing is charged, or is blank.
    """

    basis: int
    fran: date
    tom: date
    antal: int
    days: int
    mean_micro: int
    troskel_micro: int
    dygn_micro: int
    rate_ore: int
    amount_ore: int
    rounded: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """One kommun's invoice of one month. `amount_ore` is the sum of the lines; a noll-faktura has none."""

    kommun: str
    kommunnamn: str
    period: str
    heading: str
    intro: str
    sender: tuple[Entry, ...]
    sender_name: str
    logotyp: bytes | None
    recipient: tuple[Entry, ...]
    facts: tuple[Entry, ...]
    payment: tuple[Entry, ...]
    lines: tuple[Line, ...]
    bases: tuple[Basis, ...]
    means: tuple[MeanAccount, ...]
    amount_ore: int
    invoice_date: date

    @property
    def inferred(self) -> bool:
        return any(basis.inferred for basis in self.bases)

    @property
    def nothing_to_pay(self) -> bool:
        return self.amount_ore == 0

    @property
    def missing(self) -> bool:
        return any(entry.missing for entry in (*self.sender, *self.recipient, *self.facts, *self.payment))


def invoices(
    bill: Bill,
    lines: pd.DataFrame,
    references: Mapping[int, str],
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    invoice_date: date,
) -> Iterator[Invoice]:
    """One invoice per payer of the summary, also for those who owe nothing, by kommunkod.

    `lines` are the Bill's charged lines and `references` what each case is called.
    """
    line_rows = _by_kommun(lines.sort_values(["rule", "rate", "fran"]), "kommun")
    codes = bill.cases["kommun"].cat.categories.take(bill.kommun_lines["kommun"].to_numpy())
    mean_rows = _by_kommun(bill.kommun_lines.assign(kod=codes), "kod")
    payers = bill.kommuner[bill.kommuner["kommun"] != ""].sort_values("kommun")
    for code, name in zip(payers["kommun"], payers["kommunnamn"], strict=True):
        bases = _Bases(bill)
        own_lines = tuple(sorted(_lines(line_rows.get(code, []), bases, references), key=_line_order))
        accounts = tuple(_means(mean_rows.get(code, []), bill, bases))
        yield Invoice(
            kommun=code,
            kommunnamn=name,
            period=str(bill.period),
            heading=f"Betalningsansvar {month_name(bill.period)}",
            intro=_intro(bill),
            sender=tuple(_sender(sender)),
            sender_name=sender.namn,
            logotyp=sender.logotyp,
            recipient=tuple(_recipient(customers.get(code), code, name)),
            facts=tuple(_facts(bill, sender, customers.get(code), code, invoice_date)),
            payment=tuple(_payment(sender, invoice_date)),
            lines=own_lines,
            bases=tuple(bases.found),
            means=accounts,
            amount_ore=sum(line.amount_ore for line in own_lines),
            invoice_date=invoice_date,
        )


def _by_kommun(frame: pd.DataFrame, column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows_of(frame):
        found.setdefault(getattr(row, column), []).append(row)
    return found


class _Bases:
    """Numbers each pair of rule and rate in the order the invoice meets it."""

    def __init__(self, bill: Bill) -> None:
        self._bill = bill
        self._numbers: dict[tuple[int, int], int] = {}
        self.found: list[Basis] = []

    def number(self, rule: int, rate: int) -> int:
        key = (rule, rate)
        if key not in self._numbers:
            self._numbers[key] = len(self.found) + 1
            self.found.append(self._basis(self._numbers[key], rule, rate))
        return self._numbers[key]

    def _basis(self, number: int, rule_position: int, rate_position: int) -> Basis:
        rule = self._bill.rules[rule_position]
        belopp = self._bill.rates[rate_position] if rate_position >= 0 else None
        heading = rule_heading(rule)
        sentences = [rule_text(rule), source_text(rule.kalla, rule.status)]
        if belopp:
            sentences.append(rate_text(belopp))
        return Basis(number, heading, tuple(sentences), "I" in rule.status + (belopp.status if belopp else ""))


def _lines(rows: Sequence[Any], bases: _Bases, references: Mapping[int, str]) -> Iterator[Line]:
    for row in rows:
        yield Line(
            case=int(row.case),
            reference=references[row.case] if row.case >= 0 else MODELS[str(row.modell)],
            basis=bases.number(int(row.rule), int(row.rate)),
            fran=row.fran.date(),
            tom=row.tom.date(),
            dygn_micro=None if row.modell == "schablon" else int(row.dygn_micro),
            rate_ore=None if row.modell == "schablon" else int(row.rate_ore),
            amount_ore=int(row.amount_ore),
        )


def _line_order(line: Line) -> tuple[Any, ...]:
    """Cases by reference, then what is charged for the kommun as a whole."""
    return (line.case < 0, line.reference, line.fran, line.basis)


def _means(rows: Sequence[Any], bill: Bill, bases: _Bases) -> Iterator[MeanAccount]:
    for row in rows:
        rule = bill.rules[row.rule]
        if rule.modell != "genomsnitt":
            continue
        assert rule.troskel is not None
        troskel_micro = int(rule.troskel.scaleb(6))
        why_not = ""
        if row.mean_micro <= troskel_micro:
            why_not = "Genomsnittet överstiger inte tröskeln: inget debiteras."
        elif not row.triggered:
            why_not = f"Tröskeln har inte överskridits {rule.trigger_manader} månader i rad: inget debiteras."
        yield MeanAccount(
            basis=bases.number(int(row.rule), int(row.rate)),
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
    average, troskel, result = (
        decimal_text(dygn_text(micro)) for micro in (mean.mean_micro, mean.troskel_micro, mean.dygn_micro)
    )
    text = (
        f"Regel {mean.basis}, {mean.fran}–{mean.tom}: {mean.antal} ärenden, {mean.days} dagar, "
        f"genomsnitt {average} dygn, tröskel {troskel}. "
    )
    if mean.why_not:
        return text + mean.why_not
    if mean.rounded:
        return f"{text}({average} − {troskel}) × {mean.antal} = {result} dygn."
    return f"{text}{mean.days} − {mean.antal} × {troskel} = {result} dygn."


def _intro(bill: Bill) -> str:
    return (
        "Kommunens betalningsansvar för patienter som vårdats kvar på sjukhus sedan de blivit utskrivningsklara, "
        f"vårddygn under {month_name(bill.period)}. Avtal: {bill.agreement.namn}. Uppgifterna är uttagna {bill.as_of}. "
        "Ärendena redovisas var för sig i underlaget, som lämnas skilt från fakturan."
    )


def _entry(label: str, text: str, file: str) -> Entry:
    return Entry(label, text) if text.strip() else Entry(label, f"Uppgift saknas – fyll i {file}", missing=True)


def _address(party: Avsandare | Kund, file: str) -> Iterator[Entry]:
    town = f"{party.postnummer} {party.postort}".strip()
    lines = [line for line in (*party.adress, town) if line.strip()]
    if not lines:
        yield _entry("Adress", "", file)
    yield from (Entry("", line) for line in lines)


def _sender(sender: Avsandare) -> Iterator[Entry]:
    yield _entry("Avsändare", sender.namn, SENDER_FILE)
    yield from _address(sender, SENDER_FILE)
    yield _entry("Organisationsnummer", sender.organisationsnummer, SENDER_FILE)
    contact = [text for text in (sender.kontakt, sender.telefon, sender.epost) if text.strip()]
    yield _entry("Kontakt", ", ".join(contact), SENDER_FILE)


def _recipient(customer: Kund | None, code: str, name: str) -> Iterator[Entry]:
    if customer is None:
        yield Entry("Mottagare", f"{name} ({code})")
        yield _entry("Adress", "", CUSTOMER_FILE)
        return
    yield Entry("Mottagare", customer.namn or f"{name} ({code})")
    yield from _address(customer, CUSTOMER_FILE)
    yield _entry("Organisationsnummer", customer.organisationsnummer, CUSTOMER_FILE)


def _facts(bill: Bill, sender: Avsandare, customer: Kund | None, code: str, invoice_date: date) -> Iterator[Entry]:
    yield Entry("Fakturadatum", invoice_date.isoformat())
    yield Entry("Kommunkod", code)
    yield Entry("Fakturanummer", PRELIMINARY)
    yield Entry("Period", f"{bill.period.start}–{bill.period.last_day}")
    yield _entry("Er referens", customer.referens if customer else "", CUSTOMER_FILE)
    yield _entry("Vår referens", sender.kontakt, SENDER_FILE)


def _payment(sender: Avsandare, invoice_date: date) -> Iterator[Entry]:
    days = sender.betalningsvillkor_dagar
    due = "" if days is None else f"{invoice_date + timedelta(days=days)} ({days} dagar)"
    yield _entry("Betalas senast", due, SENDER_FILE)
    yield _entry("Bankgiro", sender.bankgiro, SENDER_FILE)
