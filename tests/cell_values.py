"""Values of every kind of column, awkward ones among them, and tables of them, for hypothesis."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from betalningsansvar.reports.files.cells import Kind

Table = tuple[list[Kind], list[tuple[Any, ...]]]


def _whole(at: datetime) -> datetime:
    """A time as the cases have it, to the second."""
    return at.replace(microsecond=0)


AWKWARD = ["", " ", " a", "=1+1", "<r>a</r>", "Å & <b>", "'\"]]>", "_x0041_", "a\tb", "a\x01b", "\ud800", "\U0001f600"]
LONG = ["långt " * 30, "a\nb", "x" * 40_000, "\U0001f600" * 20_000]
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "text": st.one_of(st.none(), st.sampled_from(AWKWARD), st.text(max_size=5)),
    "wrap": st.one_of(st.sampled_from(AWKWARD + LONG), st.text()),
    "ore": st.one_of(st.none(), st.integers(-(10**13), 10**13)),
    "dygn": st.one_of(st.none(), st.integers(-(10**9), 10**9)),
    "medel": st.integers(0, 10**9),
    "antal": st.one_of(st.none(), st.integers(-5000, 5000)),
    "dag": st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2100, 1, 1))),
    "tid": st.one_of(st.none(), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(_whole)),
}
KINDS = st.lists(st.sampled_from([*VALUES]), min_size=1, max_size=30)
TABLES = KINDS.flatmap(
    lambda kinds: st.tuples(st.just(kinds), st.lists(st.tuples(*(VALUES[kind] for kind in kinds)), max_size=6))
)
