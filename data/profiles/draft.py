"""A first draft of a profile as text: for a person to judge, to complete and to save."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from betalningsansvar.data.files.headers import STATUS_ROWS, shown_header
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.profiles.suggest import CODED, Suggestion, codes_in, formats_in, statuses_in, suggest

_OF_STATUS = {"handelse", "arende_id", "version", "tidpunkt"}


def suggest_profile(path: Path | InputFile) -> list[str]:
    """The lines of a profile for the file, with comments on what could not be placed. Raises InputError."""
    return [*_draft(suggest(path))]


def _draft(found: Suggestion) -> Iterator[str]:
    table, form, placed, clocks = found.table, found.form, found.placed, found.clocks
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
    of_status = _OF_STATUS if form is STATUS_ROWS else set()
    yield ""
    yield "[kolumner]"
    for column in form.columns:
        if column.name in placed and column.name not in clocks and column.name not in of_status:
            yield f'{_quoted(placed[column.name].header)} = "{column.name}"'
    yield from _codes(found, of_status)
    yield from _times(found)
    for column_name, clock in clocks.items():
        yield from ("", "[[tid]]", f'kolumn = "{column_name}"', f"datum = {_quoted(placed[column_name].header)}")
        yield f"tid = {_quoted(clock.header)}"
    if form is STATUS_ROWS:
        yield from _status(found)
    yield ""
    missing = [c.name for c in form.columns if c.needed and c.name not in placed]
    yield f"# Måste finnas men hittades inte: {', '.join(missing)}." if missing else "# Allt som måste finnas är med."
    used = {look.header for look in (*placed.values(), *clocks.values())}
    left = [shown_header(look.header) for look in found.looks if look.header not in used]
    if left:
        yield f"# Rubriker som inte kunde placeras: {', '.join(left)}."


def _codes(found: Suggestion, of_status: set[str]) -> Iterator[str]:
    """The codes that are not ours: those whose meaning is known filled in, the others as lines to fill in."""
    for column in found.form.columns:
        if column.kind not in CODED or column.name not in found.placed or column.name in of_status:
            continue
        unknown = codes_in(found.placed[column.name], column.kind)
        if unknown:
            yield from ("", f"[koder.{column.name}]")
            yield from (f'{_quoted(code)} = "{ours}"' for code, ours in unknown.items() if ours)
        if not all(unknown.values()):
            yield "# Skriv vår kod till höger och ta bort # på raden:"
            yield from (f'# {_quoted(code)} = ""' for code, ours in unknown.items() if not ours)


def _times(found: Suggestion) -> Iterator[str]:
    formats = formats_in(found.placed.values())
    if not formats.sure and not any(look.formats for look in found.placed.values()):
        return
    yield from ("", "[tider]")
    for several in formats.open:
        yield f"# Dag och månad kan inte skiljas åt av värdena: välj ett av {', '.join(map(_quoted, several))}."
    yield f"format = [{', '.join(map(_quoted, formats.sure))}]"


def _status(found: Suggestion) -> Iterator[str]:
    placed = found.placed
    yield from ("", "[status]")
    for key, name in (("kolumn", "handelse"), ("meddelande", "arende_id"), ("version", "version")):
        yield f"{key} = {_quoted(placed[name].header)}" if name in placed else f'# {key} = ""'
    yield f"tidpunkt = {_quoted(placed['tidpunkt'].header)}" if "tidpunkt" in placed else '# tidpunkt = ""'
    words = statuses_in(placed["handelse"]) if "handelse" in placed else {}
    yield from (f"# Status som inte känns igen: {_quoted(word)}" for word, ours in words.items() if not ours)
    pairs = [f'{_quoted(word)} = "{ours}"' for word, ours in words.items() if ours]
    yield f"varden = {{ {', '.join(pairs)} }}"


def _quoted(text: str) -> str:
    return json.dumps(shown_header(text), ensure_ascii=False)
