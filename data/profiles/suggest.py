"""A first draft of a profile: which of a file's columns may be which of ours, by header and by kind of value.

A draft for a person to judge. Only headers, and the codes of columns with few values, are written in it: never a
value that could tell about a patient.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.excelfile import read_excel_file
from betalningsansvar.data.files.headers import CASE_TABLE, EVENT_LOG, STATUS_ROWS, Form, shown_header
from betalningsansvar.data.files.inputs import InputError, InputFile, find_files
from betalningsansvar.data.files.nearheaders import WORDS
from betalningsansvar.data.files.rawtable import RawTable, as_texts
from betalningsansvar.data.files.textfile import read_text_file
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
class _Look:
    """What one column of the file looks like: its place, header, sample and which kinds of value it may hold."""

    place: int
    header: str
    sample: pa.Array
    kinds: frozenset[str]
    formats: tuple[str, ...]


def suggest_profile(path: Path | InputFile) -> list[str]:
    """The lines of a profile for the file, with comments on what could not be placed. Raises InputError."""
    found = (path,) if isinstance(path, InputFile) else find_files([path]).files
    if len(found) > 1:
        names = ", ".join(file.name for file in found[:3]) + (" …" if len(found) > 3 else "")
        raise InputError(
            [f"Mappen har {len(found)} tabeller ({names}), men en profil gäller en sorts fil. Ange en av dem."]
        )
    (file,) = found
    table = read_excel_file(file) if file.is_excel else read_text_file(file)
    if sum(map(bool, table.header)) < 2:
        raise InputError(
            [
                f"{file.name}: filen ser ut att ha en enda kolumn, så avgränsaren är inte känd. Ta ut den med "
                "semikolon, komma, tabb eller lodstreck mellan kolumnerna."
            ]
        )
    if not len(table.rows):
        raise InputError([f"{file.name}: det finns ingen rad under rubrikraden att se på. Ta ut några rader."])
    looks = [_look(place, header, table) for place, header in enumerate(table.header) if fold(header)]
    form = _form(looks)
    placed = _place(looks, form)
    return [*_draft(table, looks, form, placed)]


def _look(place: int, header: str, table: RawTable) -> _Look:
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
    return _Look(place, header, sample, frozenset(kind for kind, holds in kinds.items() if holds), formats)


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


def _form(looks: Sequence[_Look]) -> Form:
    """Rows of versions have a status and a version, an event log has a kind of event; all else is a case table."""
    if not any("handelse" in look.kinds and "time" not in look.kinds for look in looks):
        return CASE_TABLE
    versions = any("version" in look.kinds and _likeness(look.header, "version") >= _LIKE_ENOUGH for look in looks)
    return STATUS_ROWS if versions else EVENT_LOG


def _likeness(header: str, name: str) -> float:
    words = (name, *WORDS.get(name, ()))
    return max(difflib.SequenceMatcher(None, fold(header), fold(word)).ratio() for word in words)


def _fits(look: _Look, column: Column) -> bool:
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


def _place(looks: Sequence[_Look], form: Form) -> dict[str, _Look]:
    """The likeliest header for each of our columns, best first, each header once."""
    pairs = [
        (_likeness(look.header, column.name) + _sure(look, column), -look.place, column.name, look)
        for column in form.columns
        for look in looks
        if _fits(look, column)
    ]
    placed: dict[str, _Look] = {}
    for score, _, name, look in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if score >= _LIKE_ENOUGH and name not in placed and look not in placed.values():
            placed[name] = look
    return placed


def _sure(look: _Look, column: Column) -> float:
    """What the values alone say: a personnummer, a kommun or a vardform is told by nothing else."""
    telling = {"patient_id": "personal", "folkbokforingskommun": "kommun", "vardform": "vardform"}
    telling |= {"handelse": "handelse"}
    return 0.5 if telling.get(column.name) in look.kinds else 0.0


def _draft(table: RawTable, looks: Sequence[_Look], form: Form, placed: dict[str, _Look]) -> Iterator[str]:
    name = table.name
    yield f"# Förslag för {name}, av rubriker och värdenas form. Granska varje rad innan profilen används."
    yield f"# Prova: betalningsansvar check {name} --profile FIL.toml"
    yield "# Spara den som min-profil.toml: en profil heter som sin fil."
    if table.header_row > 1:
        yield f"# Rubrikraden är rad {table.header_row}; raderna ovanför hoppas över."
    yield ""
    yield 'id = "min-profil"'
    yield 'namn = "Min profil"'
    yield f'form = "{form.name}"'
    of_status = {"handelse", "arende_id", "version", "tidpunkt"} if form is STATUS_ROWS else set()
    clocks = {name: clock for name, clock in _clocks(looks, placed).items() if name in placed}
    yield ""
    yield "[kolumner]"
    for column in form.columns:
        if column.name in placed and column.name not in clocks and column.name not in of_status:
            yield f'{_quoted(placed[column.name].header)} = "{column.name}"'
    yield from _codes(form, placed, of_status)
    yield from _times(placed)
    for column_name, clock in clocks.items():
        yield from ("", "[[tid]]", f'kolumn = "{column_name}"', f"datum = {_quoted(placed[column_name].header)}")
        yield f"tid = {_quoted(clock.header)}"
    if form is STATUS_ROWS:
        yield from _status(placed)
    yield ""
    missing = [c.name for c in form.columns if c.needed and c.name not in placed]
    yield f"# Måste finnas men hittades inte: {', '.join(missing)}." if missing else "# Allt som måste finnas är med."
    used = {look.header for look in (*placed.values(), *clocks.values())}
    left = [shown_header(look.header) for look in looks if look.header not in used]
    if left:
        yield f"# Rubriker som inte kunde placeras: {', '.join(left)}."


def _clocks(looks: Sequence[_Look], placed: dict[str, _Look]) -> dict[str, _Look]:
    """Columns of clocks, each with the time column that is named as it (`Klar datum`, `Klar tid`), or stands before."""
    dates = {name: look for name, look in placed.items() if "time" in look.kinds}
    found: dict[str, _Look] = {}
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


def _codes(form: Form, placed: dict[str, _Look], of_status: set[str]) -> Iterator[str]:
    """The codes that are not ours: those whose meaning is known filled in, the others as lines to fill in."""
    readers = {"vardform": read_vardformer, "handelse": read_handelser, "yesno": read_yes_no, "answer": read_yes_no}
    for column in form.columns:
        if column.kind not in readers or column.name not in placed or column.name in of_status:
            continue
        codes = placed[column.name].sample.unique()
        not_ours = codes.filter(pa.array(readers[column.kind](codes) < 0)).to_pylist()
        unknown = {code: meaning(code, column.kind) for code in sorted(filter(_tellable, not_ours))}
        if unknown:
            yield from ("", f"[koder.{column.name}]")
            yield from (f'{_quoted(code)} = "{ours}"' for code, ours in unknown.items() if ours)
        if not all(unknown.values()):
            yield "# Skriv vår kod till höger och ta bort # på raden:"
            yield from (f'# {_quoted(code)} = ""' for code, ours in unknown.items() if not ours)


def _tellable(code: str) -> bool:
    """Whether a code may be printed: a word, not anything that could be about one patient."""
    return len(code) <= _LONGEST_CODE and len(re.findall(r"\d", code)) < 4


def _times(placed: dict[str, _Look]) -> Iterator[str]:
    found = sorted({formats for look in placed.values() if (formats := look.formats)})
    if not found:
        return
    yield from ("", "[tider]")
    sure = sorted({formats[0] for formats in found if len(formats) == 1})
    known = {re.sub("[dm]", "x", text) for text in sure}
    for formats in found:
        if len(formats) > 1 and re.sub("[dm]", "x", formats[0]) not in known:
            yield f"# Dag och månad kan inte skiljas åt av värdena: välj ett av {', '.join(map(_quoted, formats))}."
    yield f"format = [{', '.join(map(_quoted, sure))}]"


def _status(placed: dict[str, _Look]) -> Iterator[str]:
    yield from ("", "[status]")
    for key, name in (("kolumn", "handelse"), ("meddelande", "arende_id"), ("version", "version")):
        yield f"{key} = {_quoted(placed[name].header)}" if name in placed else f'# {key} = ""'
    yield f"tidpunkt = {_quoted(placed['tidpunkt'].header)}" if "tidpunkt" in placed else '# tidpunkt = ""'
    words = placed["handelse"].sample.unique().to_pylist() if "handelse" in placed else []
    pairs = []
    for word in filter(_tellable, words):
        folded = fold(word)
        meaning = "aterkallad" if folded.startswith(("aterta", "aterkall")) else "utskrivningsklar"
        if meaning == "aterkallad" or "klar" in folded:
            pairs.append(f'{_quoted(word)} = "{meaning}"')
        else:
            yield f"# Status som inte känns igen: {_quoted(word)}"
    yield f"varden = {{ {', '.join(pairs)} }}"


def _quoted(text: str) -> str:
    return json.dumps(shown_header(text), ensure_ascii=False)
