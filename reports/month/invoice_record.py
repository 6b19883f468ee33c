"""What stands on an invoice, before any file format: Excel and PDF print the same record.

One record in three states: the preview of a month (no number, no account, no due date), the numbered invoice, credit
or settlement, and the unnumbered message that there is nothing to pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NO_VAT = "Ingen mervärdesskatt tas ut (sjukvård, undantagen från skatteplikt)."
OUTSIDE_VAT = "Ingen mervärdesskatt tas ut (utanför mervärdesskattens tillämpningsområde)."
PREVIEW = "Förhandsvisning"
NOT_AN_INVOICE = "Detta är inte en faktura. Fakturanummer, förfallodag och konto sätts när månaden utfärdas."
NUMBER = "Fakturanummer"
_SHORT = (NUMBER, "Fakturadatum", "Datum", "Kommunkod")
NOTHING_TO_PAY = "Inget att betala"
NOTHING_CHARGED = "Inga dygn debiteras i perioden."


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a block of particulars; `missing` when the text tells where it must be filled in.

    `day` is set when what it tells is a date: a workbook then holds the date itself, and `text` is how it reads.
    """

    label: str
    text: str
    missing: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One charged line: a case's unbroken run of days, a mean, a schablon or a settlement.

    `case` is its row of the case frame, −1 for what is charged for the kommun as a whole or is not known. `basis` is
    the number of its rule and amount in `Invoice.bases`, None where neither is known any more. A schablon or a
    settlement has no dygn and no rate (None). `reason` says on a credit why the line is credited, or is blank.
    """

    case: int
    reference: str
    basis: int | None
    fran: date
    tom: date
    dygn_micro: int | None
    rate_ore: int | None
    amount_ore: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """A rule together with an amount per dygn, and where both stand."""

    number: int
    heading: str
    sentences: tuple[str, ...]


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
    """One document to one kommun. `amount_ore` is the sum of the lines; a message of nothing to pay has none.

    `title` is what it is called (`Faktura`, `Kreditfaktura 17`, …), `mark` what is printed across the head of a
    preview, or blank. `notices` are sentences the reader must not miss: what is credited, what the rules' own text
    demands. `objection` says until when and how the kommun objects.
    """

    kommun: str
    kommunnamn: str
    period: str
    file_name: str
    title: str
    mark: str
    heading: str
    intro: str
    sender: tuple[Entry, ...]
    sender_name: str
    logotyp: bytes | None
    recipient: tuple[Entry, ...]
    facts: tuple[Entry, ...]
    payment: tuple[Entry, ...]
    notices: tuple[str, ...]
    objection: str
    lines: tuple[Line, ...]
    bases: tuple[Basis, ...]
    means: tuple[MeanAccount, ...]
    amount_ore: int
    invoice_date: date

    @property
    def short_facts(self) -> tuple[Entry, ...]:
        """The facts that are short and stand to the left; the others stand to the right."""
        return tuple(entry for entry in self.facts if entry.label in _SHORT)

    @property
    def long_facts(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.facts if entry.label not in _SHORT)

    @property
    def nothing_to_pay(self) -> bool:
        return not self.lines

    @property
    def is_numbered(self) -> bool:
        return any(entry.label == NUMBER for entry in self.facts)

    @property
    def due_label(self) -> str:
        """What the sum is: to pay, to be credited, or nothing."""
        if self.nothing_to_pay:
            return NOTHING_TO_PAY
        return "Att kreditera" if self.amount_ore < 0 else "Att betala"

    @property
    def has_reasons(self) -> bool:
        return any(line.reason for line in self.lines)

    @property
    def missing(self) -> bool:
        return any(entry.missing for entry in (*self.sender, *self.recipient, *self.facts, *self.payment))
