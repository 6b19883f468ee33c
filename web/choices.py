"""What a person chooses on the page: an agreement from a list, a month, the day of the extract. Nothing is a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import abort, request

from betalningsansvar.billing.period import FIRST_DAY, LAST_DAY, Month
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session
from betalningsansvar.web.place import place
from betalningsansvar.web.words import kommun_name

if TYPE_CHECKING:
    from betalningsansvar.data.files.named import NamedFile
    from betalningsansvar.operations.law import Law
    from betalningsansvar.operations.settings import Settings

DEFAULT_AGREEMENT = "nationell"
_LONGEST = 60


class ChoiceError(StopError):
    """What was typed is no month or no day. `field` is the form's own name of it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class FieldsError(ChoiceError):
    """What was typed in one or several fields is wrong: `faults` has a sentence for each, in the form's order."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(next(iter(self.faults)), "\n".join(dict.fromkeys(self.faults.values())))


def settings() -> Settings:
    """What the settings folder holds now."""
    from betalningsansvar.operations.settings import load_settings

    return load_settings(place().settings)


def agreement_choices() -> list[tuple[str, str]]:
    """Every agreement that can be chosen, the statute first, as (id, name)."""
    from betalningsansvar.tariffs.agreements import load_agreement, shipped, shipped_ids

    own = [(name, f"{load_agreement(file).namn} (eget)") for name, file in settings().agreements.items()]
    others = sorted((name, shipped(name).namn) for name in shipped_ids() if name != DEFAULT_AGREEMENT)
    return [(DEFAULT_AGREEMENT, shipped(DEFAULT_AGREEMENT).namn), *others, *own]


def listed_agreement(chosen: str) -> str | NamedFile:
    """The agreement of a listed id; any other text is not there (404)."""
    from betalningsansvar.tariffs.agreements import shipped_ids

    own = settings().agreements
    if chosen in own:
        return own[chosen]
    if chosen not in shipped_ids():
        abort(404)
    return chosen


def profile_choices() -> list[tuple[str, str]]:
    """Every profile that can be chosen, as (id, name)."""
    from betalningsansvar.data.profiles.profile import find_profile, load_profile, shipped_profiles

    shipped = [(name, find_profile(name).namn) for name in shipped_profiles()]
    return [*shipped, *((name, f"{load_profile(file).namn} (egen)") for name, file in settings().profiles.items())]


def listed_profile(chosen: str) -> str | NamedFile | None:
    """A listed profile; blank is none; any other text is not there (404)."""
    from betalningsansvar.data.profiles.profile import shipped_profiles

    if not chosen:
        return None
    own = settings().profiles
    if chosen in own:
        return own[chosen]
    if chosen not in shipped_profiles():
        abort(404)
    return chosen


@dataclass(frozen=True, slots=True)
class Choice:
    """By which agreement something is computed, with which extract day, and whether inferred amounts count.

    `stamp` is that of the settings, so that an answer kept for a choice is not used when they have changed.
    """

    agreement: str
    as_of: date | None
    inferred: bool
    stamp: str

    @classmethod
    def of_request(cls) -> Choice:
        """As the address asks, else as this session chose last. Raises ChoiceError for a day that is none."""
        return cls.of(request.args)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Choice:
        """As the fields `avtal`, `uttag` and `harledda` say. Raises ChoiceError."""
        own = session()
        agreement = given.get("avtal") or own.agreement or DEFAULT_AGREEMENT
        listed_agreement(agreement)
        own.agreement = agreement
        return cls(agreement, day_of(given.get("uttag", ""), "uttag"), given.get("harledda") == "ja", settings().stamp)

    def law(self) -> Law:
        """Agreement and amounts, own amounts on top. Raises SettingsError."""
        from betalningsansvar.operations.law import LawRequest, find_law

        return find_law(LawRequest(listed_agreement(self.agreement), settings().amounts))

    @property
    def args(self) -> dict[str, Any]:
        """The choice as an address carries it."""
        told: dict[str, Any] = {"avtal": self.agreement}
        if self.as_of:
            told["uttag"] = str(self.as_of)
        if self.inferred:
            told["harledda"] = "ja"
        return told


def kommun_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """The kommuner of some codes as (code, name), by name; blank codes are left out."""
    return sorted(((code, kommun_name(code)) for code in codes if code), key=lambda pair: pair[1])


def day_of(text: str, field: str) -> date | None:
    """A day as 2018-11-30; blank is none. Raises ChoiceError."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ChoiceError(field, f"{text[:_LONGEST]} är inget datum. Skriv det som 2018-11-30.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ChoiceError(field, f"{day} är utanför {FIRST_DAY}–{LAST_DAY}.")
    return day


def chosen_month(text: str, field: str = "manad") -> Month | None:
    """A month as 2018-11; blank is none. Raises ChoiceError."""
    if not text.strip():
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise ChoiceError(field, f"{text[:_LONGEST]} är ingen månad. Skriv den som 2018-11.") from None


def month_in_address(text: str) -> Month:
    """The month of an address; one that is none is not there (404)."""
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)
