"""Long tables on the page: filtered by what is typed, shown some rows at a time, and no identity in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Shown:
    """Some rows of a table: `rows` of this page, `number` of the page, of `pages`, and how many rows in `total`."""

    rows: list[Any]
    number: int
    pages: int
    total: int

    def address(self, number: int) -> str:
        """The same page of the site with another page of the table."""
        assert request.endpoint is not None
        args: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), "sida": number}
        return url_for(request.endpoint, **args)


def shown(frame: pd.DataFrame, size: int) -> Shown:
    """The page of `frame` that the address asks for (`sida`, from 1); one that is not there gives the nearest."""
    number, pages = _asked_page(len(frame), size)
    rows = list(frame.iloc[(number - 1) * size : number * size].itertuples(index=False))
    return Shown(rows, number, pages, len(frame))


def of_rows(rows: Sequence[Any], size: int) -> Shown:
    """As `shown`, of rows that are records."""
    number, pages = _asked_page(len(rows), size)
    return Shown(list(rows[(number - 1) * size : number * size]), number, pages, len(rows))


def _asked_page(total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    asked = request.args.get("sida", "1")
    return min(max(int(asked) if asked.isdecimal() and len(asked) < 9 else 1, 1), pages), pages


def matching(frame: pd.DataFrame, wanted: str, columns: Sequence[str]) -> pd.DataFrame:
    """The rows in which some of the `columns` holds the text, without regard to case."""
    wanted = wanted.strip()
    if not wanted:
        return frame
    hit = frame[columns[0]].astype("str").str.contains(wanted, case=False, regex=False)
    for name in columns[1:]:
        hit = hit | frame[name].astype("str").str.contains(wanted, case=False, regex=False)
    return frame[hit]


def chosen(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows whose columns have the values the address asks for; `names` maps its words to columns."""
    for word, column in names.items():
        if value := request.args.get(word, ""):
            frame = frame[frame[column].astype("str") == value]
    return frame


def without_identities(ids: pd.Series) -> pd.Series:
    """Case names as a list may show them: one that tells who the patient is is hidden."""
    import pyarrow as pa

    from betalningsansvar.data.identity import HIDDEN, tells_patient

    texts = ids.astype("str")
    return texts.mask(tells_patient(pa.array(texts, pa.string())), HIDDEN)
