"""Another system's table made into one of ours by its profile: headers, codes and times, still as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.headers import Layout, lay_out
from betalningsansvar.data.files.rawtable import Cells, RawTable, as_texts
from betalningsansvar.data.files.typedcells import CellType
from betalningsansvar.data.identity import hide
from betalningsansvar.data.profiles.profile import Profile, code_key
from betalningsansvar.data.times import parse_formats
from betalningsansvar.data.values import read_yes_no

_WORKBOOK_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
"""How a cell that holds a real date, not text, comes out of a workbook."""

_TEXT = CellType("text", "text")


def translate(table: RawTable, profile: Profile) -> tuple[RawTable, Layout]:
    """The columns the profile names, under our headers, and their layout (`ignored`: the headers it does not name).

    A time that has none of the profile's formats is made unreadable, also where one of our own forms would fit.
    Raises HeaderError when a header of the profile is missing.
    """
    theirs = lay_out(table.header, table.hint, [profile.source_form])
    columns_of = {column.name: column for column in profile.form.columns}
    header: list[str] = []
    columns: list[Cells] = []
    types: list[CellType] = []
    broken: dict[int, Mapping[int, str]] = {}

    def put(name: str, cells: Cells, unread: Mapping[int, str], type_: CellType | None) -> None:
        if unread:
            broken[len(header)] = unread
        header.append(name)
        types.append(type_ or _TEXT)
        # A column that its file holds as times of one zone has no format.
        columns.append(cells if type_ and type_.kind == "time" else as_ours(as_texts(cells), columns_of[name]))

    def as_ours(texts: Texts, column: Column) -> Texts:
        codes = {**profile.codes.get(column.name, {}), **dict.fromkeys(profile.blanks, "")}
        if codes:
            texts = _with_codes(texts, codes)
        if column.kind == "time" and profile.formats:
            return _with_formats(texts, profile, is_workbook=table.serials is not None, or_yes=column.or_yes)
        return texts

    for own_header, name in profile.columns.items():
        place = theirs.position[own_header]
        put(name, table.columns[place], table.broken.get(place, {}), table.types[place] if table.types else None)
    for split in profile.split_times:
        dates, clocks = theirs.position[split.date_header], theirs.position[split.clock_header]
        cells = {**table.broken.get(dates, {}), **table.broken.get(clocks, {})}
        parts = (_with_codes(table.texts(place), dict.fromkeys(profile.blanks, "")) for place in (dates, clocks))
        unread = [table.types[place] for place in (dates, clocks) if table.types and table.types[place].kind == "other"]
        put(split.column, _joined(*parts), cells, unread[0] if unread else None)
    for name, value in profile.constants.items():
        put(name, pa.repeat(pa.scalar(value, pa.string()), len(table.rows)), {}, None)
    told = tuple(types) if table.types else ()
    ours = replace(table, header=tuple(header), columns=tuple(columns), broken=broken, types=told)
    return ours, replace(lay_out(ours.header, forms=[profile.form]), ignored=theirs.ignored)


def _joined(dates: Texts, clocks: Texts) -> Texts:
    """`2018-11-05` and `10:30` as `2018-11-05 10:30`; a date without a clock is left alone."""
    days = pc.replace_substring_regex(pc.utf8_trim_whitespace(dates), r" 00:00:00$", "")
    return pc.utf8_rtrim_whitespace(pc.binary_join_element_wise(days, pc.utf8_trim_whitespace(clocks), " "))


def _with_codes(texts: Texts, codes: Mapping[str, str]) -> Texts:
    """Their codes as ours; what the profile does not name stays, to be judged as it stands."""
    parts = []
    for array in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        encoded = array.dictionary_encode()
        words = encoded.dictionary.to_pylist()
        ours = pa.array([codes.get(code_key(word), word) for word in words], pa.string())
        parts.append(ours.take(encoded.indices))
    return pa.chunked_array(parts, pa.string())


def _with_formats(texts: Texts, profile: Profile, *, is_workbook: bool, or_yes: bool) -> Texts:
    formats = (*profile.formats, *(_WORKBOOK_FORMATS if is_workbook else ()))
    times, unreadable = parse_formats(texts, formats)
    answered = read_yes_no(texts) >= 0 if or_yes else np.zeros(len(texts), dtype=bool)
    unreadable &= ~answered
    iso = pc.fill_null(pa.array(times, pa.timestamp("s")).cast(pa.string()), "")
    iso = pc.if_else(pa.array(answered), texts, iso)
    if not unreadable.any():
        return iso
    wrong = texts.filter(pa.array(unreadable)).to_pylist()
    told = [f"passar inget format: {hide(text)}" for text in wrong]
    return pc.replace_with_mask(iso, pa.array(unreadable), pa.array(told, pa.string()))
