"""What another system's words for vardform, event and ja/nej most likely mean: a draft, for a person to judge."""

from __future__ import annotations

from betalningsansvar.data.folding import fold

# How words for our codes begin; the first that fits counts.
_MEANINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "vardform": (("som", "somatik"), ("psy", "psykiatri"), ("ger", "geriatrik"), ("akut", "akut")),
    "handelse": (
        ("aterta", "aterkallad"),
        ("aterkall", "aterkallad"),
        ("utskrivningsklar", "utskrivningsklar"),
        ("underrattelse", "utskrivningsklar"),
        ("inskrivningsmedd", "inskrivningsmeddelande"),
        ("inskriv", "inskriven"),
        ("inlagd", "inskriven"),
        ("utskriv", "utskriven"),
        ("hemskriv", "utskriven"),
        ("hemgangsklar", "hemgangsklar"),
        ("avliden", "avliden"),
        ("avled", "avliden"),
        ("avbr", "avbruten"),
        ("kallelsetillsip", "sip_kallelse"),
        ("kallelsesip", "sip_kallelse"),
        ("sipkall", "sip_kallelse"),
    ),
    "yesno": (
        ("behovsej", "nej"),
        ("behovsinte", "nej"),
        ("behovs", "ja"),
        ("kravsej", "nej"),
        ("kravsinte", "nej"),
        ("kravs", "ja"),
        ("ejaktuell", "nej"),
        ("ejbehov", "nej"),
    ),
}
_MEANINGS["answer"] = _MEANINGS["yesno"]


def meaning(code: str, kind: str) -> str:
    """Which of ours a code of a column of this kind most likely is, by how it begins; empty when it is not known."""
    word = fold(code)
    return next((ours for start, ours in _MEANINGS.get(kind, ()) if word.startswith(start)), "")
