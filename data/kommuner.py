"""The 290 kommuner with their codes, län and regions (SCB's codes; leading zeros are part of them)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from betalningsansvar.data.stop import StopError


@dataclass(frozen=True, slots=True)
class Kommun:
    """One kommun: four-digit `code`, `name`, the two-digit `lanskod` and the region that bills it."""

    code: str
    name: str
    lanskod: str
    lan: str
    region: str


@cache
def kommuner() -> dict[str, Kommun]:
    """Every kommun by its four-digit code, in code order."""
    text = files("betalningsansvar.data").joinpath("kommuner.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = [Kommun(r["kommunkod"], r["kommun"], r["lanskod"], r["lan"], r["region"]) for r in rows]
    return {k.code: k for k in sorted(found, key=lambda k: k.code)}


@cache
def region_names() -> dict[str, str]:
    """The region's name by länskod."""
    return {k.lanskod: k.region for k in kommuner().values()}


class UnknownKommunError(StopError):
    """The text is neither the code nor the name of a kommun."""


def find_kommun(text: str) -> Kommun:
    """A kommun by its four-digit code or its name, without regard to case. Raises UnknownKommunError."""
    wanted = text.strip().casefold()
    for kommun in kommuner().values():
        if wanted in (kommun.code, kommun.name.casefold()):
            return kommun
    # It loads pandas, which whoever only asks for a name need not wait for.
    from betalningsansvar.data.identity import hide

    raise UnknownKommunError(
        f"{hide(text[:60])} är ingen av landets 290 kommuner. Skriv kommunens fyrsiffriga kod eller namn."
    )
