"""What stops work on the ledger, in words for the person who asked for it. Nothing was changed when one is raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from betalningsansvar.data.stop import StopError

UNCHANGED = "Inget är ändrat."


def kronor(ore: int) -> str:
    """`123450` öre → `1 234,50 kr`."""
    return f"{ore // 100:,}".replace(",", " ") + f",{ore % 100:02d} kr"


class LedgerError(StopError):
    """The ledger cannot be used as asked."""


class UnknownInvoiceError(LedgerError):
    """The ledger has no invoice of that number; those it has are `first` to `last`."""

    def __init__(self, number: int, first: int, last: int) -> None:
        self.number, self.first, self.last = number, first, last
        super().__init__(f"Liggaren har ingen faktura {number}; dess nummer är {first}–{last}. {UNCHANGED}")


class DatabaseError(LedgerError):
    """The database cannot do what is asked, or cannot be reached. `code` is what it calls that."""

    def __init__(self, sentence: str, code: str) -> None:
        self.code = code
        super().__init__(sentence)


class LedgerAddressError(LedgerError):
    """An address that is neither SQLite nor PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(
            "Liggarens adress kan inte läsas. Den skrivs som sqlite:///mapp/faktura.db eller "
            "postgresql://anvandare@server/databas."
        )


class NoLedgerError(LedgerError):
    """There is no ledger at the address."""

    def __init__(self, address: str = "") -> None:
        self.address = address
        super().__init__(
            f"Det finns ingen liggare på {address}." if address else "Det finns ingen liggare på den adressen ännu."
        )


class OldSchemaError(LedgerError):
    """An earlier release wrote the ledger; only a writer brings it up."""

    def __init__(self, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"Liggaren har schemaversion {found} och programmet läser version {known}. Säkerhetskopiera den och "
            f"uppgradera den sedan. {UNCHANGED}"
        )


class NewerSchemaError(LedgerError):
    """A later release wrote the ledger."""

    def __init__(self, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"Liggaren har schemaversion {found}, skriven av en senare version av programmet; den här kan version "
            f"{known}. Uppdatera programmet. {UNCHANGED}"
        )


class BrokenLedgerError(LedgerError):
    """The ledger contradicts itself: something was edited, removed or written past the program."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"Liggaren håller inte: {problem} {UNCHANGED}")


@dataclass(frozen=True, slots=True)
class LaterEntry:
    """Something that was written after a plan was shown: what (`kind` of entry), for which month, when and by whom."""

    seq: int
    kind: str
    period: str
    at: str
    by: str


class PlanChangedError(LedgerError):
    """What would be written is no longer what was shown. `later` are the entries written since, `lines_changed` tells
    that the lines computed from the input are others."""

    def __init__(self, later: Sequence[LaterEntry], *, lines_changed: bool, other_ledger: bool = False) -> None:
        self.later, self.lines_changed, self.other_ledger = tuple(later), lines_changed, other_ledger
        parts = []
        if other_ledger:
            parts.append("liggaren eller dess nummerserie är inte den som planen gjordes mot.")
        elif later:
            first = later[0]
            who = f" av {first.by}" if first.by else ""
            month = f" för {first.period}" if first.period else ""
            more = f" (och {len(later) - 1} till)" if len(later) > 1 else ""
            parts.append(f"liggaren har fått post {first.seq}, {_KINDS[first.kind]}{month}{who} {first.at}{more}.")
        if lines_changed:
            parts.append("underlaget ger andra rader än de som visades.")
        super().__init__(
            f"Planen gäller inte längre: {' Dessutom: '.join(parts)} Gör planen på nytt och granska den. {UNCHANGED}"
        )


_KINDS = {
    "run": "en körning",
    "invoice": "en faktura",
    "dispute": "ett bestridande",
    "dispute_step": "ett beslut om ett bestridande",
    "approval": "ett godkännande",
    "setting": "en inställning",
    "schema": "en uppgradering",
}
"""What an entry of the chain records, by its kind."""


class MissingCasesError(LedgerError):
    """Cases of an earlier run that the input does not hold at all: crediting them may be a forgotten file."""

    def __init__(self, period: str, cases: Sequence[str], kommuner: Sequence[str], amount_ore: int) -> None:
        self.period, self.cases, self.kommuner, self.amount_ore = period, tuple(cases), tuple(kommuner), amount_ore
        named = ", ".join([*cases[:3], *(f"kommun {code}" for code in kommuner[:3])][:3])
        count = len(cases) + len(kommuner)
        more = f" och {count - 3} till" if count > 3 else ""
        super().__init__(
            f"{period}: {named}{more} är utfärdade men finns inte alls i underlaget, och skulle krediteras med "
            f"{kronor(amount_ore)}. "
            f"Saknas en fil? Lägg till den, eller godkänn uttryckligen att de krediteras. {UNCHANGED}"
        )


class NotApprovedError(LedgerError):
    """The ledger takes nothing that another person has not approved."""

    def __init__(self, period: str, why: str) -> None:
        self.period = period
        super().__init__(f"{period} kan inte utfärdas: {why} {UNCHANGED}")
