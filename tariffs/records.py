"""The frozen records of this room: an amount, a rule and an agreement, each with dates and source together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from betalningsansvar.data.files.named import NamedFile

MODELLER = ("individuell", "genomsnitt", "schablon")


@dataclass(frozen=True, slots=True)
class Belopp:
    """One dygnsbelopp of a series: `rate_ore` öre per vårddygn from `fran` through `tom`.

    `vardform` lists the kinds of care it covers. `status` is T (read in the statute), S (secondary
    source) or I (inferred, billed only with --allow-inferred). `origin` names the file it came from. `known_from` is
    the day the amount became known, None where it is not recorded.
    """

    serie: str
    fran: date
    tom: date
    vardform: tuple[str, ...]
    rate_ore: int
    kalla: str
    status: str
    origin: str
    known_from: date | None = None

    def covers(self, vardform: str, day: date) -> bool:
        return vardform in self.vardform and self.fran <= day <= self.tom


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule of an agreement. Fields of another model than `modell` are None.

    `agreement` and `number` name it (`halland`, 2 = the second [[regel]] of the file). A day belongs to
    the rule when `fran` ≤ day ≤ `tom` (`tom` None = until further notice) and the case's vardform is in
    `vardform`. `dygnsbelopp` is the name of a series, or whole öre.
    """

    agreement: str
    number: int
    fran: date
    tom: date | None
    vardform: tuple[str, ...]
    modell: str
    kalla: str
    status: str
    villkor: tuple[str, ...] = ()
    utskrivningsdag: bool = False
    dygnsbelopp: str | int | None = None
    # individuell
    dagar: int | None = None
    dagtyp: str = "kalenderdag"  # or vardag
    raknas_fran: str = "underrattelse"  # or kallelse
    klockslag: time | None = None
    klockslag_grans: str = "efter"  # or fran
    intrader: str = "sista_dagen"  # or dagen_efter
    # genomsnitt
    troskel: Decimal | None = None
    decimaler: int | None = None
    individuell_efter: int | None = None
    trigger_manader: int | None = None
    dagar_fran: date | None = None  # days of a case count from this day, when the mean is older than the rule
    # schablon
    underlag: str | None = None
    andel: int | None = None
    utfall: str | None = None

    @property
    def label(self) -> str:
        """The rule's name in messages, e.g. `halland regel 2`."""
        return f"{self.agreement} regel {self.number}"

    def in_force(self, day: date) -> bool:
        return self.fran <= day and (self.tom is None or day <= self.tom)


@dataclass(frozen=True, slots=True)
class Downtime:
    """A time, both ends included, in which the message system stood still; `kalla` tells who says so."""

    fran: datetime
    tom: datetime
    kalla: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement (or the statute itself): dated rules for the kommuner of one region.

    `region` is the länskod it covers, None = every kommun. `sha256` and `origin` identify the text used;
    `files` are the agreement file as it was read, and after it the schablon tables that came with it.
    `invandning_dag` is the day of the following month through
    which the kommun may object; messages sent during `driftstopp` are flagged for review.
    """

    id: str
    namn: str
    region: str | None
    regler: tuple[Rule, ...]
    origin: str
    sha256: str
    files: tuple[NamedFile, ...]
    invandning_dag: int | None = None
    driftstopp: tuple[Downtime, ...] = ()

    @property
    def start(self) -> date:
        return min(rule.fran for rule in self.regler)
