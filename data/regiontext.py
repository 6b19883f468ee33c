"""How people and programs write a region: its länskod, its name or its län's, with or without the word for it."""

from __future__ import annotations

import re
from functools import cache

from betalningsansvar.data.folding import fold
from betalningsansvar.data.kommuner import kommuner, region_names

_WORDS = ("regionen", "region", "landstinget", "landsting", "lans", "lan")
_DECIMALS = re.compile(r"(?<=\d)[.,]0+$")  # a program took the länskod for a number


def region_position(text: str) -> int | None:
    """The position, in the order of länskoder, of the region the text means; None where it means none."""
    code = _DECIMALS.sub("", text.strip())
    if code.isdecimal() and code.isascii():
        return _positions().get(code.zfill(2))
    return _positions().get(_bare(text))


@cache
def _positions() -> dict[str, int]:
    """Every region by its länskod and by its bare names, each of which is one region's only."""
    places = {code: place for place, code in enumerate(region_names())}
    found = dict(places)
    for kommun in kommuner().values():
        for name in (kommun.region, kommun.lan):
            found[_bare(name)] = places[kommun.lanskod]
    return found


def _bare(name: str) -> str:
    """`Region Jönköpings län`, `Jönköpings län` and `Landstinget i Jönköping` have the same bare name."""
    bare = fold(re.sub(r"\bi\b", " ", name))
    for word in _WORDS:
        bare = bare.removeprefix(word).removesuffix(word)
    return bare.removesuffix("s")
