"""How people and programs write a kommun, and what stands in the way of understanding one that is not understood.

Read is what can mean one kommun only: its code (`0180`, `180` when the zero was lost, `1380.0` or `1 380` when a
program took it for a number), its name (`Göteborgs stad`, `Falu kommun`, `Region Gotland`, `Goeteborg`), both when
they agree, or its name and the län it lies in.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from betalningsansvar.data.folding import compact, fold
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner

_FORMER = {"Malung": "2023"}  # names a kommun had, which no other has
_WORDS = ("kommun", "stad", "kn")
_WORDS_BEFORE = ("kommunen", "kommun", "staden")
_CODE_AND_NAME = re.compile(
    r"(?P<code>\d{3,4})[\s\-–:,_/()]+(?P<name>.*[^\W\d].*)|(?P<name2>.*[^\W\d].*?)[\s\-–:,_/(]+(?P<code2>\d{3,4})\)?"
)
_NUMBER = re.compile(r"(\d{3,4})[.,]0+")
_THOUSANDS = re.compile(r"(\d) (\d{3})(?=$|[.,]0+$)")  # as a spreadsheet writes a number
_WITH_LAN = re.compile(r"(?P<name>[^,(]+)[,(\s]+(?P<lan>\w[\w ]* län)\)?")
_SHORTENED = re.compile(r"\d[.,]?\d*[Ee]\+?\d+")
_QUOTED = re.compile(r"""=?"([^"]*)"|'([^']*)'?""")
_LETTERS = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe"})
_LIKE_ENOUGH = 0.8


def kommun_position(text: str) -> int | None:
    """The position among the kommuner in code order of the one the text means; None where it means none, or two."""
    plain = _plain(text)
    if found := _NUMBER.fullmatch(plain):
        plain = found[1]
    if plain.isdecimal():
        return _by_code().get(plain.zfill(4)) if len(plain) <= 4 else None
    if found := _CODE_AND_NAME.fullmatch(plain):
        code, name = (
            _by_code().get((found["code"] or found["code2"]).zfill(4)),
            _by_name(found["name"] or found["name2"]),
        )
        return code if code == name else None
    found_name = _by_name(plain)
    return found_name if found_name is not None else _in_its_lan(plain)


def _in_its_lan(plain: str) -> int | None:
    """The kommun of a name with a län after it, where it lies in that län."""
    found = _WITH_LAN.fullmatch(plain)
    position = _by_name(found["name"].strip()) if found else None
    if found is None or position is None:
        return None
    return position if fold([*kommuner().values()][position].lan) == fold(found["lan"]) else None


def why_no_kommun(text: str) -> str:
    """Why the text is no kommun, and which one may be meant; empty when there is nothing to say. Shows no patient."""
    if hide(text) != text:
        return ""
    plain = _plain(text)
    if found := _CODE_AND_NAME.fullmatch(plain):
        code, name = (found["code"] or found["code2"]).zfill(4), found["name"] or found["name2"]
        if code not in kommuner():
            return f"{code} är ingen kommunkod{_perhaps(name)}"
        if (meant := _by_name(name)) is not None:
            return f"{code} är {kommuner()[code].name}, men namnet är {_name(meant)}"
        return f"{code} är {kommuner()[code].name}, och resten känns inte igen{_perhaps(name)}"
    if _SHORTENED.fullmatch(plain):
        return "ett kalkylprogram har förkortat koden, så att flera kommuner är möjliga; ta ut kolumnen som text"
    if re.fullmatch(r"\d{6}", plain) and plain[:4] in kommuner():
        return f"ser ut som en församlingskod i {kommuner()[plain[:4]].name}; skriv de fyra första siffrorna"
    if re.fullmatch(r"\d{3,4}", plain):
        return f"ingen kommun har koden {plain.zfill(4)}"
    if re.fullmatch(r"[\d.,]+", plain):
        return "en kommunkod har fyra siffror"
    if "\ufffd" in plain or re.search(r"\w\?\w", plain):
        return "bokstäver har gått förlorade i en felaktig teckenkodning" + _perhaps(plain)
    if (mended := _decoded_twice(plain)) is not None:
        return "texten har fått fel teckenkodning två gånger (UTF-8 läst som Windows-1252)" + _perhaps(mended)
    if (found := _WITH_LAN.fullmatch(plain)) and (position := _by_name(found["name"].strip())) is not None:
        return f"{_name(position)} ligger i {[*kommuner().values()][position].lan}"
    if re.match(r"region\b", plain.casefold()) or re.search(r"\blän$", plain.casefold()):
        return "en region eller ett län är ingen kommun"
    if len({*_candidates(plain)} & _ambiguous()):
        return "namnet utan å, ä och ö är flera kommuners"
    return _perhaps(plain).removeprefix("; ")


def _perhaps(text: str) -> str:
    """`; menade du Halmstad?` where the text is near the name of a kommun."""
    for candidate in _candidates(fold(text)):
        if near := difflib.get_close_matches(candidate, _folded_names(), n=1, cutoff=_LIKE_ENOUGH):
            return f"; menade du {_name(_folded_names()[near[0]])}?"
    return ""


def _name(position: int) -> str:
    return [*kommuner().values()][position].name


def _plain(text: str) -> str:
    """The text without what programs put around it: quotes, an equals sign, HTML, digits of another width."""
    text = unicodedata.normalize("NFKC", html.unescape(text)).strip()
    if found := _QUOTED.fullmatch(text):
        text = (found[1] or found[2] or "").strip()
    text = _THOUSANDS.sub(r"\1\2", text) if _THOUSANDS.match(text) else text
    return re.sub(r",?\s*(sverige|sweden)$", "", text, flags=re.IGNORECASE)


def _by_name(text: str) -> int | None:
    exact, folded = _names()
    for names, key in ((exact, compact(text).rstrip(".")), (folded, fold(text))):
        for candidate in _candidates(key):
            if candidate in names:
                return names[candidate]
    return None


def _candidates(name: str) -> Iterator[str]:
    """The name itself, and what is left of `göteborgsstad`, `kungsbackakommun` and `stadengöteborg`, also without s."""
    yield name
    for word in _WORDS:
        bare = name.removesuffix(word)
        if bare != name:
            yield bare
            yield bare.removesuffix("s")
    for word in _WORDS_BEFORE:
        if name.startswith(word):
            yield name.removeprefix(word)


def _decoded_twice(text: str) -> str | None:
    try:
        mended = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != text else None


@cache
def _by_code() -> dict[str, int]:
    return {code: position for position, code in enumerate(kommuner())}


@cache
def _all_names() -> list[tuple[str, int]]:
    """Every name that a kommun has, had, or has beside kommun: Falu kommun, Region Gotland."""
    names = [(kommun.name, position) for position, kommun in enumerate(kommuner().values())]
    names += [(name, _by_code()[code]) for name, code in _FORMER.items()]
    return [*names, ("Falu", _by_code()["2080"]), ("Region Gotland", _by_code()["0980"])]


@cache
def _names() -> tuple[dict[str, int], dict[str, int]]:
    """Positions by name, and by name without å, ä and ö where that leaves only one kommun (not Habo and Håbo)."""
    exact = {compact(name): position for name, position in _all_names()}
    folded = {name: min(found) for name, found in _positions_by_fold().items() if len(found) == 1}
    spelled = {fold(name.casefold().translate(_LETTERS)): position for name, position in _all_names()}
    return exact, {**spelled, **folded}


@cache
def _positions_by_fold() -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name, position in _all_names():
        found[fold(name)].add(position)
    return found


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset(name for name, found in _positions_by_fold().items() if len(found) > 1)


@cache
def _folded_names() -> dict[str, int]:
    return {fold(name): position for name, position in _all_names()}
