"""Grids of scenarios: `dagar=0..10` varied with `dygnsbelopp=8000..14000:500` is one scenario per point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from betalningsansvar.billing.whatif.comparison import MOST_POINTS
from betalningsansvar.billing.whatif.overlay import ScenarioError
from betalningsansvar.tariffs.scenario import Behaviour, Change, Scenario

_FORM = "NAMN=FRÅN..TILL[:STEG], som dagar=0..10 eller dygnsbelopp=8000..14000:500"


@dataclass(frozen=True, slots=True)
class Kind:
    """A parameter that can be varied: whose it is, its limits and its decimals."""

    of_behaviour: bool
    least: Decimal
    most: Decimal
    places: int


KINDS = {
    "dagar": Kind(False, Decimal(0), Decimal(366), 0),
    "dygnsbelopp": Kind(False, Decimal("0.01"), Decimal("9999999"), 2),
    "troskel": Kind(False, Decimal(0), Decimal(366), 3),
    "decimaler": Kind(False, Decimal(0), Decimal(3), 0),
    "individuell_efter": Kind(False, Decimal(1), Decimal(366), 0),
    "trigger_manader": Kind(False, Decimal(1), Decimal(12), 0),
    "kortare_dygn": Kind(True, Decimal(0), Decimal(366), 0),
    "samma_dag_andel": Kind(True, Decimal(0), Decimal(1), 4),
    "tillvaxt": Kind(True, Decimal(-1), Decimal(10), 4),
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One varied parameter: `first` to `last` (inclusive) by `step`, exact numbers."""

    name: str
    first: Decimal
    last: Decimal
    step: Decimal

    def __len__(self) -> int:
        return int((self.last - self.first) // self.step) + 1

    def values(self) -> list[Decimal]:
        """Every value, from the first."""
        return [self.first + n * self.step for n in range(len(self))]


def parse_axis(text: str) -> Axis:
    """Read `dagar=0..10` or `dygnsbelopp=8000..14000:500`.

    Raises ScenarioError naming the parameter and what is allowed.
    """
    found = re.fullmatch(r"\s*([^=\s]+)\s*=\s*(-?[\d.]+?)\.\.(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?\s*", text)
    if not found or not re.fullmatch(r"-?\d+(\.\d+)?", found[2]):
        raise ScenarioError(f"{text} kan inte läsas som något att variera. Skriv {_FORM}.")
    name = found[1]
    if name not in KINDS:
        raise ScenarioError(f"{text}: {name} kan inte varieras. Det går med {', '.join(KINDS)}.")
    kind = KINDS[name]
    axis = Axis(name, Decimal(found[2]), Decimal(found[3]), Decimal(found[4] or 1))
    if axis.step <= 0:
        raise ScenarioError(f"{text}: steget ska vara större än noll.")
    if not kind.least <= axis.first <= axis.last <= kind.most:
        raise ScenarioError(
            f"{text}: {name} går från ett lägre till ett högre värde, mellan {kind.least} och {kind.most}."
        )
    if any(-_exponent(number) > kind.places for number in (axis.first, axis.last, axis.step)):
        raise ScenarioError(f"{text}: {name} har högst {kind.places} decimaler.")
    return axis


def grid(axes: Sequence[Axis], vardform: tuple[str, ...] | None = None) -> list[Scenario]:
    """One scenario per point of the grid, the last axis fastest; none without axes. `vardform` limits every point to
    some kinds of care.

    Raises ScenarioError for the same parameter twice, or for more than 100 000 points, with the size.
    """
    names = [axis.name for axis in axes]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ScenarioError(f"{twice[0]} är angivet två gånger. Ge varje värde ett spann.")
    size = prod(len(axis) for axis in axes)
    if size > MOST_POINTS:
        sizes = " × ".join(f"{axis.name} {len(axis)}" for axis in axes)
        raise ScenarioError(
            f"Rutnätet har {size} punkter ({sizes}), och högst {MOST_POINTS} räknas. Ta ett längre steg eller ett "
            "kortare spann."
        )
    return [_point(names, values, vardform) for values in product(*(axis.values() for axis in axes))] if axes else []


def _point(names: Sequence[str], values: Sequence[Decimal], vardform: tuple[str, ...] | None) -> Scenario:
    change: dict[str, Any] = {"vardform": vardform}
    behaviour: dict[str, Any] = {"vardform": vardform}
    for name, value in zip(names, values, strict=True):
        whole: int | Decimal = int(value) if KINDS[name].places == 0 else value
        if name == "dygnsbelopp":
            whole = int(value * 100)
        (behaviour if KINDS[name].of_behaviour else change)[name] = whole
    punkt = tuple((name, _text(value)) for name, value in zip(names, values, strict=True))
    label = " ".join(f"{name}={value}" for name, value in punkt)
    return Scenario(
        label, "Punkt i ett rutnät", None, replace(Change(), **change), replace(Behaviour(), **behaviour), punkt
    )


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
