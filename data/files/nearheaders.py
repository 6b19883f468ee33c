"""Headers that nearly name a column of ours: `utskrivningsdatum`, `aterkallad_kl`, `Återtagen (tid)`.

Such a header, where the file lacks the column, is more likely the column under another name than something else; read
as absent it would mean that what it tells never happened. Headers of plainly other things are left alone: what a word
such as *av*, *orsak* or *enhet* makes of a name is another fact.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from betalningsansvar.data.columns import Column
from betalningsansvar.data.folding import fold

# Other words for the same thing, as people write them in headers.
WORDS: dict[str, tuple[str, ...]] = {
    "arende_id": ("ärendenr", "ärende", "ärendenummer", "meddelandeid", "meddelandenr"),
    "vardtillfalle_id": ("vårdtillfälle", "vårdkontakt", "vårdtillfällesid", "vtf"),
    "patient_id": ("personnummer", "personnr", "patient", "pseudonym", "patientid", "pnr"),
    "folkbokforingskommun": ("hemkommun", "kommun", "kommunkod", "folkbokförd"),
    "placeringskommun": ("placerad av", "placerande kommun", "placerad av kommun"),
    "vardform": ("vårdtyp", "vårdform", "typ av vård", "verksamhet"),
    "enhet": ("avdelning", "klinik", "sjukhus", "vårdenhet"),
    "inskriven": ("inskrivning", "inläggning", "inlagd", "inskrivningsdatum"),
    "inskrivningsmeddelande": ("inskrivningsmedd", "inskr meddelande", "inskrivningsmeddelande skickat"),
    "utskrivningsklar": ("klar", "klardatum", "utskrivningsklar datum", "underrättelse", "medicinskt klar"),
    "aterkallad": ("återtagen", "återkallad", "återkallelse", "återtagande", "återtagen datum"),
    "sip_kravs": ("sip", "sip behövs", "sip krävs", "kräver sip", "behov av sip"),
    "sip_kallelse": ("sipkallelse", "kallelse sip", "kallelse till sip", "kallad till sip", "sip kallad"),
    "oppenvard_hinder_fran": (
        "öppenvård hinder från",
        "öppenvård hinder start",
        "hinder från",
        "hinder start",
        "hinder from",
        "hinder fr o m",
        "hinder",
    ),
    "oppenvard_hinder_till": (
        "öppenvård hinder till",
        "öppenvård hinder slut",
        "hinder till",
        "hinder slut",
        "hinder tom",
    ),
    "kallelse_mottagen": ("kallelse mottagen", "mottagen kallelse"),
    "vardplan_justerad": ("vårdplan justerad", "justerad vårdplan", "justerad"),
    "kommun_medverkade": ("kommunen medverkade", "medverkade", "kommun deltog"),
    "utskriven": ("utskrivning", "utskrivningsdatum", "hemskriven", "hemgång", "utskriven datum", "utskr"),
    "avslut": ("avslutsorsak", "utskriven till"),
    "makulerad": ("makulering", "makulerat", "annullerad", "ogiltig"),
    "behov_upptackt": ("behov upptäckt", "behovet upptäckt", "upptäckt behov"),
    "permission_fran": ("permission från", "permission start", "permission from", "permission"),
    "permission_till": ("permission till", "permission slut", "permission tom"),
    "tidpunkt": ("tid", "skickat", "datum", "statustid", "händelsetid", "tidsstämpel"),
    "handelse": ("händelse", "meddelandetyp", "status", "typ"),
    "version": ("version", "versionsnr", "revision"),
}
# Columns whose other words are too common to stop a run for: their own name must be near.
_ONLY_BY_NAME = frozenset({"vardtillfalle_id", "enhet", "avslut", "handelse", "tidpunkt", "version", "region"})
_OF_TIME = frozenset(
    {"datum", "dat", "dag", "tid", "tidpunkt", "kl", "klockan", "klockslag", "datumtid", "tidsstampel"}
    | {"date", "time", "datetime", "dt", "ts"}
)
_SAYING_NOTHING = _OF_TIME | frozenset(
    {"den", "patient", "patienten", "pat", "ar", "ja", "nej", "skickad", "skickat", "sand", "sant", "galler", "nr"}
)
_OTHER_FACTS = frozenset(
    {"av", "by", "orsak", "anledning", "kommentar", "anteckning", "text", "signatur", "sign", "anvandare", "lakare"}
    | {"ansvarig", "enhet", "avdelning", "klinik", "sjukhus", "mottagare", "mottagen", "mottaget", "avsandare", "satt"}
    | {"typ", "status", "beraknad", "beraknat", "planerad", "planerat", "preliminar", "prel", "antal", "dagar", "dygn"}
    | {"timmar", "uppdaterad", "andrad", "version", "namn", "id", "roll", "yrke", "svar", "kvitterad", "last", "kod"}
)
# How a kommun is written is no other fact about it.
_OF_KOMMUN = ("kod", "namn", "nr")
_OPPOSITES = (("in", "ut"), ("fran", "till"), ("ater", "ut"))
_LIKE_ENOUGH, _LIKE_NAME = 0.84, 0.9
_LEAST_LETTERS = 3


def near_misses(unread: Iterable[str], present: Iterable[str], columns: Sequence[Column]) -> dict[str, str]:
    """The unread headers that nearly name a column the file lacks, and that column.

    `present` names the columns the file has: a header that is nearer one of those is some other fact about it.
    """
    have = set(present)
    found = {}
    for header in unread:
        scores = [(_nearness(header, column), column.name not in have, column.name) for column in columns]
        score, lacking, name = max(scores, key=lambda one: (one[0], not one[1]))
        if score >= (_LIKE_NAME if name in _ONLY_BY_NAME else _LIKE_ENOUGH) and lacking:
            found[header] = name
    return found


def _nearness(header: str, column: Column) -> float:
    """From 0 to 1: how likely the header is the column under another name."""
    words = _words(header)
    if column.kind == "kommun":
        words = [word for part in words if (word := _without_last(part, _OF_KOMMUN))]
    own = _words(column.name)
    if any(word in _OTHER_FACTS and word not in own for word in words):
        return 0.0
    if column.kind != "time" and column.name != "makulerad" and any(word in _OF_TIME for word in words):
        return 0.0
    bare = {"".join(words), "".join(word for word in words if word not in _SAYING_NOTHING)}
    bare |= {_without_ending(word) for word in bare}
    names = {fold(column.name)}
    if column.name not in _ONLY_BY_NAME:
        names |= {_without_ending(fold(word)) for word in WORDS.get(column.name, ())}
    return max((_likeness(one, name) for one in bare if len(one) >= _LEAST_LETTERS for name in names), default=0.0)


def _likeness(one: str, name: str) -> float:
    if one == name:
        return 1.0
    if _are_opposite(one, name) or _is_compound(one, name) or min(len(one), len(name)) < 2 * _LEAST_LETTERS:
        return 0.0
    return difflib.SequenceMatcher(None, one, name, autojunk=False).ratio()


def _is_compound(one: str, name: str) -> bool:
    """Whether `one` goes on as another word: `utskrivningssatt` beside `utskrivning`."""
    return one.startswith(name) and len(one.removeprefix(name).lstrip("s")) >= _LEAST_LETTERS


def _are_opposite(one: str, other: str) -> bool:
    return any(
        (a.startswith(x) and b.startswith(y)) or (a.endswith(x) and b.endswith(y))
        for x, y in _OPPOSITES
        for a, b in ((one, other), (other, one))
    )


def _words(header: str) -> list[str]:
    """The words of a header, folded: `Utskriven_datum`, `utskrivenDatum` and `Utskriven (datum)` have the same."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", header)
    return [word for part in re.split(r"[\W_]+", parted) if (word := fold(part))]


def _without_ending(word: str) -> str:
    """`utskrivningsdatum` as `utskrivning`: a word for time that is written together with another."""
    for ending in sorted(_OF_TIME, key=len, reverse=True):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= 2 * _LEAST_LETTERS:
            return bare.removesuffix("s")
    return word


def _without_last(word: str, endings: Iterable[str]) -> str:
    """`placeringskommunkod` as `placeringskommun`; nothing of a word that is an ending."""
    for ending in endings:
        word = word.removesuffix(ending)
    return word
