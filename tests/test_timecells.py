"""Times of a workbook's cells: kept as times they say what each would say as text, and are read as that is read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from betalningsansvar.data.files.excelfile import _texts
from betalningsansvar.data.files.rawtable import TIME, as_texts, blank_rows
from betalningsansvar.data.files.timecells import LATEST, as_times, joined
from betalningsansvar.data.times import given_times, parse_times

NOTICE = datetime(2018, 11, 5, 10, 30)
OTHERS = ["okänt", " ", 43_409.5, 0, 7, True, False, time(10, 30), time(0), timedelta(hours=30)]
TIMES = st.one_of(st.datetimes(datetime(1000, 1, 1)), st.datetimes(NOTICE), st.dates(date(1000, 1, 1)), st.just(""))
CELLS = st.one_of(st.lists(TIMES), st.lists(st.one_of(TIMES, st.sampled_from(OTHERS))))


def timed(cells: list[object]) -> pa.Array | None:
    return as_times(cells, {*map(type, cells)})


@given(CELLS)
@example([LATEST, ""])
@example([LATEST + timedelta(microseconds=1)])
@example([datetime(2018, 12, 31, 23, 59, 59, 500_000), date(2018, 12, 31)])
@example([datetime(2018, 12, 31), ""])
@example([datetime(1969, 12, 31, 23, 59, 59, 499_999), ""])
def test_times_say_what_their_cells_say_as_text(cells: list[object]) -> None:
    times, texts = timed(cells), _texts(cells, {*map(type, cells)}, {})  # type: ignore[arg-type]
    if times is None:
        return
    assert times.type == TIME
    assert as_texts(times).to_pylist() == texts.to_pylist()
    for own, parsed in zip(given_times(times), parse_times(texts, 1900), strict=True):
        np.testing.assert_array_equal(own, parsed)
    assert blank_rows([times], len(cells)).tolist() == blank_rows([texts], len(cells)).tolist()


def test_only_a_column_of_times_and_blanks_is_one_of_times() -> None:
    assert timed([NOTICE, "", date(2018, 11, 6)]) is not None
    assert timed([date(2018, 11, 6)]) is not None
    assert timed([""]) is None
    for other in OTHERS:
        assert timed([NOTICE, other]) is None


@given(st.lists(CELLS, min_size=1))
def test_parts_of_a_column_become_one(parts: list[list[object]]) -> None:
    texts = [_texts(cells, {*map(type, cells)}, {}) for cells in parts]  # type: ignore[arg-type]
    times = [timed(cells) for cells in parts]
    column = joined([text if own is None else own for text, own in zip(texts, times, strict=True)])
    assert as_texts(column).to_pylist() == [text for part in texts for text in part.to_pylist()]
