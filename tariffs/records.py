"""The frozen records of this room: an amount, a rule and an agreement, each with dates and source together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar

from betalningsansvar.data.files.named import NamedFile


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every dated rule of an agreement says, whatever its model.

    `agreement` and `number` name it (`halland`, 2 = the second [[regel]] of the file). A day belongs to the rule when
    `fran` ≤ day ≤ `tom` (`tom` None = until further notice) and the case's vardform is in `vardform`. `permission` is
    what a whole day of leave does: `debiteras` or `avdrag`. `upplysning` is printed with what is billed by the rule.
    """

    modell: ClassVar[str]

    agreement: str
    number: int
    fran: date
    tom: date | None
    vardform: tuple[str, ...]
    kalla: str
    status: str
    upplysning: str = ""
    permission: str = "debiteras"  # or avdrag

    @property
    def label(self) -> str:
        """The rule's name in messages, e.g. `halland regel 2`."""
        return f"{self.agreement} regel {self.number}"

    def in_force(self, day: date) -> bool:
        return self.fran <= day and (self.tom is None or day <= self.tom)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTerms(Head):
    """What the models that look at cases have in common: under what terms a day is owed.

    `dygnsbelopp` is the name of a series, or whole öre. `inskrivningsmeddelande_sent` says whether a message sent more
    than 24 hours after admission, or after the need was seen, only warns (`varnar`) or keeps liability from entering
    (`blockerar`; 5 kap. 3 § and 2 kap. 3 §). `aterkallad` tells whether a withdrawn notice owes the days before it
    (`avbrott`) or none (`makulering`). `dodsdag` is whether the day of death is charged; None = as `utskrivningsdag`.
    """

    villkor: tuple[str, ...] = ()
    utskrivningsdag: bool = False
    dygnsbelopp: str | int
    inskrivningsmeddelande_sent: str = "varnar"  # or blockerar
    aterkallad: str = "avbrott"  # or makulering
    dodsdag: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Individuell(CaseTerms):
    """Each case is charged day by day, from a number of days after its notice or kallelse."""

    modell = "individuell"

    dagar: int
    dagtyp: str = "kalenderdag"  # or vardag
    raknas_fran: str = "underrattelse"  # or kallelse
    klockslag: time | None = None
    klockslag_grans: str = "efter"  # or fran
    intrader: str = "sista_dagen"  # or dagen_efter


@dataclass(frozen=True, slots=True, kw_only=True)
class Genomsnitt(CaseTerms):
    """A kommun pays when the mean days of its cases discharged in a month exceed `troskel`.

    `dagar_fran` is the day from which days count when the mean is older than the rule. `vilka_raknas` says who is in
    it: those whose conditions are met (`villkoren`), those with an inskrivningsmeddelande (`meddelade`), or `alla`
    discharged. A case over `individuell_efter` days leaves it and is charged day by day from that day, counted from
    `uttrade_fran`: `underrattelse`, or `regelns_borjan` where the notice is older; an obstacle matters on that day
    (`uttrade_hinder` = `intradet`) or whenever it falls (`alltid`).
    """

    modell = "genomsnitt"

    troskel: Decimal
    decimaler: int | None = None
    individuell_efter: int | None = None
    trigger_manader: int | None = None
    dagar_fran: date | None = None
    vilka_raknas: str = "villkoren"  # or meddelade, alla
    uttrade_fran: str = "underrattelse"  # or regelns_borjan
    uttrade_hinder: str = "intradet"  # or alltid

    @property
    def counts_from(self) -> date:
        """The first day that can count in the mean."""
        return self.dagar_fran or self.fran


@dataclass(frozen=True, slots=True, kw_only=True)
class Schablon(Head):
    """The kommuner of a table pay a fixed share of an earlier year, settled at bokslut by the rules of `utfall`."""

    modell = "schablon"

    underlag: str
    andel: int
    utfall: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Utanfor(Head):
    """The parties left these cases outside: nothing is charged by the rule."""

    modell = "utanfor"


Rule = Individuell | Genomsnitt | Schablon | Utanfor
"""One dated rule. Every place that decides by its kind matches on it and ends in `assert_never`."""

CaseRule = Individuell | Genomsnitt
"""The rules that charge cases one by one, or by their mean."""

MODELLER = tuple(kind.modell for kind in (Individuell, Genomsnitt, Schablon, Utanfor))


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
        """The first day that a rule covers."""
        return min(rule.fran for rule in self.regler)

    @property
    def end(self) -> date | None:
        """The last day that a rule covers; None = until further notice."""
        last_days = [rule.tom for rule in self.regler]
        return None if None in last_days else max(day for day in last_days if day)
