"""What a scenario changes: parameters of an agreement's rules, and how people are sent home. Frozen records."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, time
from decimal import Decimal

HINDER = ("skjuter_upp", "ingen_verkan", "pausar")
STYRS_AV = ("dygnet", "underrattelse")
ANDRA_UNDERRATTELSEN = ("var_for_sig", "borjar_om", "forsta_galler")

INDIVIDUELL_KEYS = ("dagar", "dagtyp", "intrader", "klockslag", "klockslag_grans", "styrs_av")
GENOMSNITT_KEYS = (
    *("troskel", "decimaler", "individuell_efter", "trigger_manader"),
    *("vilka_raknas", "uttrade_fran", "uttrade_hinder"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """New parameters for the rules of an agreement; None leaves a parameter as it is.

    A key reaches the rules whose model has it, of the kinds of care in `vardform` (None = all) and, with
    `galler_dagtyp`, only those that count such days. `decimaler` may be "exakt" (no rounding), `klockslag`
    "inget" and `individuell_efter` "aldrig". `hinder` says what an obstacle in regional open care does:
    postpones entry, nothing, or also pauses the charge after entry. `styrs_av` "underrattelse" lets the rule
    in force on the day of the notice decide every later day of the case. `dygnsbelopp` is a series or öre,
    `dygnsbelopp_ar` the year whose amount holds on every day. The others are those of `tariffs.records`.
    """

    vardform: tuple[str, ...] | None = None
    galler_dagtyp: str | None = None
    modell: str | None = None
    dagar: int | None = None
    dagtyp: str | None = None
    intrader: str | None = None
    klockslag: time | str | None = None
    klockslag_grans: str | None = None
    styrs_av: str | None = None
    troskel: Decimal | None = None
    decimaler: int | str | None = None
    individuell_efter: int | str | None = None
    trigger_manader: int | None = None
    vilka_raknas: str | None = None
    uttrade_fran: str | None = None
    uttrade_hinder: str | None = None
    utskrivningsdag: bool | None = None
    dodsdag: bool | None = None
    inskrivningsmeddelande_sent: str | None = None
    aterkallad: str | None = None
    permission: str | None = None
    hinder: str | None = None
    dygnsbelopp: str | int | None = None
    dygnsbelopp_ar: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters that are changed, in a fixed order."""
        named = (f.name for f in fields(self) if f.name not in ("vardform", "galler_dagtyp"))
        return tuple(name for name in named if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How stays and cases change: every stay `kortare_dygn` days shorter, the share that goes home on the day
    of the notice raised to `samma_dag_andel`, `tillvaxt` more cases (0.05 = five in a hundred, −0.05 = fewer).
    `andra_underrattelsen` says what a notice means that was sent while an earlier one of the same stay stood: a case of
    its own (`var_for_sig`), a new count in place of the first (`borjar_om`), or nothing (`forsta_galler`).
    Only for the payers in `kommun` and the kinds in `vardform`, None = all."""

    kommun: tuple[str, ...] | None = None
    vardform: tuple[str, ...] | None = None
    kortare_dygn: int = 0
    samma_dag_andel: Decimal | None = None
    tillvaxt: Decimal | None = None
    andra_underrattelsen: str | None = None

    @property
    def changes_something(self) -> bool:
        again = self.andra_underrattelsen not in (None, "var_for_sig")
        return bool(again or self.kortare_dygn or self.samma_dag_andel or self.tillvaxt)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named overlay on a base. `fran` is the first day of the month from which it differs (None = always);
    `punkt` maps the axes of a grid to this scenario's values, as text. `where` names the file and the scenario in it,
    for messages."""

    namn: str
    skal: str
    fran: date | None = None
    change: Change = Change()
    behaviour: Behaviour = Behaviour()
    punkt: tuple[tuple[str, str], ...] = ()
    where: str = ""

    @property
    def label(self) -> str:
        """The scenario's name in messages, e.g. `egna.toml scenario 'Fem dagar'`."""
        return self.where or f"scenario {self.namn!r}"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another form of care, such as a korttidsplats: öre a dygn, and where the cost is said."""

    namn: str
    rate_ore: int
    kalla: str


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario file: the agreement it builds on (None = the command's), its scenarios in order, and what the same
    dygn cost elsewhere."""

    avtal: str | None
    scenarier: tuple[Scenario, ...]
    origin: str
    sha256: str
    alternativ: Alternative | None = None
