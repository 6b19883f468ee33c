"""Times of a workbook's cells: printed together as each would be printed alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from betalningsansvar.data.files.excelfile import _text, _texts, _texts_with_times
from betalningsansvar.data.files.timecells import LATEST, print_times

CELLS = st.lists(
    st.one_of(
        st.datetimes(datetime(1000, 1, 1)),
        st.dates(date(1000, 1, 1)),
        st.sampled_from(["", "okänt", 43_409.5, 7, True, time(10, 30), timedelta(hours=30)]),
    )
)


@given(CELLS, st.data())
@example([LATEST, LATEST + timedelta(microseconds=1), datetime.max], None)
@example([datetime(2018, 12, 31, 23, 59, 59, 500_000), datetime(1969, 12, 31, 23, 59, 59, 499_999), ""], None)
def test_a_column_of_times_is_printed_as_its_cells_are(cells: list[object], data: st.DataObject | None) -> None:
    broken = {}
    if data and cells:
        rows = data.draw(st.sets(st.integers(0, len(cells) - 1), max_size=2))
        broken = {row: "#SAKNAS!" for row in rows}
    assert _texts_with_times(cells, broken).to_pylist() == _texts(cells, broken).to_pylist()  # type: ignore[arg-type]


@given(CELLS)
def test_only_times_are_printed(cells: list[object]) -> None:
    texts, printed = print_times(cells)
    for cell, text, done in zip(cells, texts.to_pylist(), printed, strict=True):
        assert text == (_text(cell) if done else "")  # type: ignore[arg-type]
        assert done == (type(cell) is datetime and cell <= LATEST)
