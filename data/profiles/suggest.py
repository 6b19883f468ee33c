"""Which of a file's columns may be which of ours, by header and by kind of value: a guess for a person to judge.

Only headers, and the codes of columns with few values, are told of: never a value that could tell about a patient.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.headers import CASE_TABLE, EVENT_LOG, STATUS_ROWS, Form
from betalningsansvar.data.files.inputs import InputError, InputFile, find_files
from betalningsansvar.data.files.nearheaders import WORDS
from betalningsansvar.data.files.rawtable import RawTable, as_texts
from betalningsansvar.data.files.tables import read_table
from betalningsansvar.data.folding import fold
from betalningsansvar.data.identity import tells_patient
from betalningsansvar.data.profiles.meanings import meaning
from betalningsansvar.data.times import parse_formats, parse_times
from betalningsansvar.data.values import read_handelser, read_kommuner, read_vardformer, read_yes_no

_ROWS_LOOKED_AT = 500
_MOST_CODES = 20
_LONGEST_CODE = 40
_LIKE_ENOUGH = 0.6
_MOSTLY = 8  # of ten values
_DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d")
_EVENT = re.compile("inskriv|utskriv|klar|aterta|aterkall|kallelse|oppenvard|vardplan|avliden|avbruten")
_FORMATS = tuple(day + clock for day in _DAYS for clock in ("", " %H:%M", " %H:%M:%S"))


@dataclass(frozen=True)
class Look:
    """What one column of the file looks like: its place, header, sample and which kinds of value it may hold."""

    place: int
    header: str
    sample: pa.Array
    kinds: frozenset[str]
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A table, its columns (`looks`), the form it most likely has, the column of theirs that each of ours most likely
    is (`placed`), and by time of ours the column that holds its clock (`clocks`)."""

    table: RawTable
    looks: tuple[Look, ...]
    form: Form
    placed: Mapping[str, Look]
    clocks: Mapping[str, Look]


def suggest(path: Path | InputFile, form: Form | None = None) -> Suggestion:
    """Look at a file, as one of the `form` when that is known. Raises InputError."""
    found = (path,) if isinstance(path, InputFile) else find_files([path]).files
    if len(found) > 1:
        names = ", ".join(file.name for file in found[:3]) + (" …" if len(found) > 3 else "")
        raise InputError(
            [f"Mappen har {len(found)} tabeller ({names}), men en profil gäller en sorts fil. Ange en av dem."]
        )
    (file,) = found
    table = read_table(file)
    if sum(map(bool, table.header)) < 2:
        raise InputError(
            [
                f"{file.name}: filen ser ut att ha en enda kolumn, så avgränsaren är inte känd. Ta ut den med "
                "semikolon, komma, tabb eller lodstreck mellan kolumnerna."
            ]
        )
    if not len(table.rows):
        raise InputError([f"{file.name}: det finns ingen rad under rubrikraden att se på. Ta ut några rader."])
    looks = tuple(_look(place, header, table) for place, header in enumerate(table.header) if fold(header))
    likely = form or _form(looks)
    placed = _place(looks, likely)
    return Suggestion(table, looks, likely, placed, _clocks(looks, placed))


def _look(place: int, header: str, table: RawTable) -> Look:
    texts = pc.utf8_trim_whitespace(as_texts(table.columns[place][:_ROWS_LOOKED_AT]))
    filled = texts.filter(pc.not_equal(texts, ""))
    sample = pa.array(filled.to_pylist(), pa.string())
    formats = _formats(sample, table) if len(sample) else ()
    clocks = pc.match_substring_regex(sample, r"^\d{1,2}:\d\d(:\d\d)?$")
    kinds = {
        "time": bool(formats) or _mostly(sample, ~parse_times(sample, table.serials)[1]),
        "clock": _mostly(sample, np.asarray(clocks.to_numpy(zero_copy_only=False))),
        "personal": _mostly(sample, tells_patient(sample)),
        "kommun": _mostly(sample, read_kommuner(sample) >= 0),
        "vardform": _mostly(sample, read_vardformer(sample) >= 0),
        "yesno": _mostly(sample, read_yes_no(sample) >= 0),
        "handelse": _are_events(sample),
        "version": _mostly(sample, np.asarray(pc.match_substring_regex(sample, r"^\d{1,4}$"))),
        "codes": len(sample.unique()) <= min(_MOST_CODES, max(2, len(sample) // 2)),
        "empty": not len(sample),
    }
    return Look(place, header, sample, frozenset(kind for kind, holds in kinds.items() if holds), formats)


def _mostly(sample: Texts, holds: npt.NDArray[np.bool_]) -> bool:
    return len(sample) > 0 and 10 * int(np.count_nonzero(holds)) >= _MOSTLY * len(sample)


def _are_events(sample: pa.Array) -> bool:
    """Whether most values speak of messages or statuses, and some of being utskrivningsklar."""
    words = [fold(text) for text in sample.to_pylist()]
    told = np.array([bool(_EVENT.search(word)) for word in words], dtype=bool)
    return _mostly(sample, told) and any("klar" in word for word in words)


def _formats(sample: pa.Array, table: RawTable) -> tuple[str, ...]:
    """The formats that read every value of the sample where our own forms do not; none, one, or several."""
    if not parse_times(sample, table.serials)[1].any():
        return ()
    return tuple(text for text in _FORMATS if not parse_formats(sample, [text])[1].any())


def _form(looks: Sequence[Look]) -> Form:
    """Rows of versions have a status and a version, an event log has a kind of event; all else is a case table."""
    if not any("handelse" in look.kinds and "time" not in look.kinds for look in looks):
        return CASE_TABLE
    versions = any("version" in look.kinds and _likeness(look.header, "version") >= _LIKE_ENOUGH for look in looks)
    return STATUS_ROWS if versions else EVENT_LOG


def _likeness(header: str, name: str) -> float:
    words = (name, *WORDS.get(name, ()))
    return max(difflib.SequenceMatcher(None, fold(header), fold(word)).ratio() for word in words)


def _fits(look: Look, column: Column) -> bool:
    """Whether the values of a column may be what our column holds."""
    kinds = look.kinds
    if "empty" in kinds:
        return not column.needed
    if column.name == "patient_id":
        return "personal" in kinds or not kinds & {"time", "clock"}
    if column.kind in ("yesno", "answer"):
        return bool(kinds & {"yesno", "codes"}) and "time" not in kinds
    if column.kind in ("vardform", "handelse"):
        return bool(kinds & {column.kind, "codes"}) and not kinds & {"time", "yesno", "kommun"}
    if column.kind == "text":
        return not kinds & {"time", "clock", "personal"}
    return column.kind in kinds or (column.or_yes and "yesno" in kinds)


def _place(looks: Sequence[Look], form: Form) -> dict[str, Look]:
    """The likeliest header for each of our columns, best first, each header once."""
    pairs = [
        (_likeness(look.header, column.name) + _sure(look, column), -look.place, column.name, look)
        for column in form.columns
        for look in looks
        if _fits(look, column)
    ]
    placed: dict[str, Look] = {}
    for score, _, name, look in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if score >= _LIKE_ENOUGH and name not in placed and look not in placed.values():
            placed[name] = look
    return placed


def _sure(look: Look, column: Column) -> float:
    """What the values alone say: a personnummer, a kommun or a vardform is told by nothing else."""
    telling = {"patient_id": "personal", "folkbokforingskommun": "kommun", "vardform": "vardform"}
    telling |= {"handelse": "handelse"}
    return 0.5 if telling.get(column.name) in look.kinds else 0.0


def _clocks(looks: Sequence[Look], placed: dict[str, Look]) -> dict[str, Look]:
    """Columns of clocks, each with the time column that is named as it (`Klar datum`, `Klar tid`), or stands before."""
    dates = {name: look for name, look in placed.items() if "time" in look.kinds}
    found: dict[str, Look] = {}
    for clock in (look for look in looks if "clock" in look.kinds):
        bare = _bare(clock.header)
        named = [name for name, look in dates.items() if bare and _bare(look.header) == bare]
        beside = [name for name, look in dates.items() if look.place == clock.place - 1]
        for name in (named or beside)[:1]:
            found.setdefault(name, clock)
    return found


def _bare(header: str) -> str:
    """The header without its words for date and clock."""
    words = re.sub(r"datum|dag|tidpunkt|tid|klockslag|klockan|kl|date|time", "", fold(header))
    return words.removesuffix("s")


_READERS = {"vardform": read_vardformer, "handelse": read_handelser, "yesno": read_yes_no, "answer": read_yes_no}
CODED = tuple(_READERS)
"""The kinds of column that hold codes."""


def codes_in(look: Look, kind: str) -> dict[str, str]:
    """The codes of a column of theirs that are not ours, each with which of ours it most likely is; blank when that is
    not known."""
    codes = look.sample.unique()
    not_ours = codes.filter(pa.array(_READERS[kind](codes) < 0)).to_pylist()
    return {code: meaning(code, kind) for code in sorted(filter(_tellable, not_ours))}


def statuses_in(look: Look) -> dict[str, str]:
    """The status words of rows of versions, each as utskrivningsklar or aterkallad; blank when that is not known."""
    found = {}
    for word in filter(_tellable, look.sample.unique().to_pylist()):
        folded = fold(word)
        withdrawn = folded.startswith(("aterta", "aterkall"))
        found[word] = "aterkallad" if withdrawn else "utskrivningsklar" if "klar" in folded else ""
    return found


@dataclass(frozen=True, slots=True)
class Formats:
    """How times are written where our own forms do not read them: the formats that are `sure`, and those of which one
    must be chosen, since the values do not tell day and month apart (`open`)."""

    sure: tuple[str, ...]
    open: tuple[tuple[str, ...], ...]


def formats_in(looks: Iterable[Look]) -> Formats:
    """How the times in some columns are written."""
    found = sorted({formats for look in looks if (formats := look.formats)})
    sure = sorted({formats[0] for formats in found if len(formats) == 1})
    known = {re.sub("[dm]", "x", text) for text in sure}
    still = [formats for formats in found if len(formats) > 1 and re.sub("[dm]", "x", formats[0]) not in known]
    return Formats(tuple(sure), tuple(still))


def _tellable(code: str) -> bool:
    """Whether a code may be printed: a word, not anything that could be about one patient."""
    return len(code) <= _LONGEST_CODE and len(re.findall(r"\d", code)) < 4
