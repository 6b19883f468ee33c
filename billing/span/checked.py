"""The checks of a batch: rows that may be faulty go through `check_cases`, the others are known to be sound at once.

What `check_cases` parks, this parks, row by row the same. Findings of single rows are counted, not listed: a nation's
decade has millions. Rows that share an `arende_id` must be taken apart first; overlaps of cases are not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.cases import NO_MESSAGE_LATER_THAN, ORDERS, SPANS, check_cases
from betalningsansvar.billing.overlaps import ELSEWHERE, WITHIN_STAY
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE, coded
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.issues import row_positions, settle
from betalningsansvar.data.units import SECONDS_PER_DAY

Flags = NDArray[np.bool_]
_BLANK = np.iinfo(np.int64).min
_SHOWN = 5
_COUNTED = ["fil", "kod", "kolumn"]
_NO_HOUR = "KLOCKSLAG_SAKNAS"
_NOT_LOOKED_FOR = (WITHIN_STAY, ELSEWHERE, "PERSONNUMMER_KONTROLLSIFFRA", "PERSONNUMMER_SOM_ARENDE_ID")


def checked(
    cases: pd.DataFrame, issues: pd.DataFrame, today: date, as_of: date | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A batch of intake's case frame with `kommun`, `status` and `orsak`, and its findings counted; among them the
    times after `as_of`, the day the data is said to be extracted.

    Of the findings there is a row per `fil`, `kod` and `kolumn`: `antal`, and `rader`, the first few rows as text.
    """
    times = {name: cases[name].to_numpy("datetime64[s]").view(np.int64) for name in TIME_COLUMNS}
    doubtful = np.flatnonzero(_doubtful(cases, issues, times, today))
    placed, registered = (codes_of(cases[name]) for name in ("placeringskommun", "folkbokforingskommun"))
    kommun = np.where(placed >= 0, placed, registered)
    status, orsak = np.zeros(len(cases), np.int8), np.zeros(len(cases), np.int16)
    found = []
    if len(doubtful):
        part = cases.iloc[doubtful].reset_index(drop=True)
        told, of_part = check_cases(settle(part, issues), issues, today)
        if len(told) == len(part):  # else some share an id, and the batch is done again without them
            kommun[doubtful], status[doubtful] = codes_of(told["kommun"]), codes_of(told["status"])
            orsak[doubtful] = codes_of(told["orsak"])
        found.append(counted(of_part))
    sound = np.ones(len(cases), np.bool_)
    sound[doubtful] = False
    found += _told(cases, [(kod, kolumn, flags & sound) for kod, kolumn, flags in _warnings(times)])
    payers = pd.Categorical.from_codes(kommun, categories=cases["folkbokforingskommun"].cat.categories)
    done = cases.assign(kommun=payers, status=coded(status, STATUS_DTYPE), orsak=coded(orsak, ORSAK_DTYPE))
    return done, together([*found, *of_computed(done, as_of)])


def of_computed(cases: pd.DataFrame, as_of: date | None) -> Iterator[pd.DataFrame]:
    """What is told of checked cases that are computed: notices without an hour, and times after `as_of`."""
    computed = codes_of(cases["status"]) == 0
    ready = cases["utskrivningsklar"].to_numpy("datetime64[s]").view(np.int64)
    no_hour = (ready % SECONDS_PER_DAY == 0) & (ready != _BLANK)
    yield from _told(cases, [(_NO_HOUR, "utskrivningsklar", no_hour & computed)])
    if as_of:
        limit = np.datetime64(as_of, "s") + np.timedelta64(SECONDS_PER_DAY, "s")
        late = ((name, (cases[name] >= limit).to_numpy()) for name in TIME_COLUMNS)
        yield from _told(cases, [("TID_EFTER_UTTAG", name, flags & computed) for name, flags in late])


def _doubtful(cases: pd.DataFrame, issues: pd.DataFrame, times: dict[str, NDArray[np.int64]], today: date) -> Flags:
    """Every row that `check_cases` may find a fault in; some of them it will not."""
    rows = row_positions(cases, issues)
    doubtful = np.zeros(len(cases), np.bool_)
    doubtful[rows[rows >= 0]] = True
    for later, earlier in ORDERS:
        doubtful |= (times[later] < times[earlier]) & (times[later] != _BLANK)
    for _, start, end in SPANS:
        doubtful |= (times[end] != _BLANK) & (times[start] == _BLANK)
    doubtful |= (cases["avslut"] != "").to_numpy(np.bool_) & (times["utskriven"] == _BLANK)
    limit = (np.datetime64(today, "s").astype(np.int64)) + SECONDS_PER_DAY
    for column in times.values():
        if len(column) and column.max() >= limit:
            doubtful |= column >= limit
    return doubtful | ((codes_of(cases["placeringskommun"]) < 0) & (codes_of(cases["folkbokforingskommun"]) < 0))


def _warnings(times: dict[str, NDArray[np.int64]]) -> Iterator[tuple[str, str, Flags]]:
    """What is only warned of: code, column and rows."""
    sent, seen = times["inskrivningsmeddelande"], np.maximum(times["inskriven"], times["behov_upptackt"])
    late = (sent - seen > NO_MESSAGE_LATER_THAN.astype(np.int64)) & (sent != _BLANK) & (seen != _BLANK)
    yield "INSKRIVNINGSMEDDELANDE_OVER_24H", "inskrivningsmeddelande", late
    yield "PERMISSION", "permission_fran", times["permission_fran"] != _BLANK


def _told(cases: pd.DataFrame, told: Sequence[tuple[str, str, Flags]]) -> Iterator[pd.DataFrame]:
    """Each code with how many rows it is about, and the first of them."""
    for kod, kolumn, flags in told:
        rows = np.flatnonzero(flags)
        if len(rows):
            files = codes_of(cases["fil"])[rows]
            for file in np.unique(files).tolist():
                own = rows[files == file]
                shown = " ".join(map(str, cases["rad"].iloc[own[:_SHOWN]]))
                row = {"fil": str(cases["fil"].cat.categories[file]), "kod": kod, "kolumn": kolumn}
                yield pd.DataFrame([row | {"antal": len(own), "rader": shown}])


def counted(issues: pd.DataFrame) -> pd.DataFrame:
    """Issues of single rows, counted by file, code and column; without those that batches do not look for."""
    own = issues[(issues["rad"] > 0) & ~issues["kod"].isin([*_NOT_LOOKED_FOR, _NO_HOUR])]
    return together([own[_COUNTED].assign(antal=1, rader=own["rad"].astype("str"))])


def together(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Counted findings added up, with the first few rows of each."""
    if not found:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in (*_COUNTED, "rader")}).assign(antal=0)
    every = pd.concat(found, ignore_index=True)
    summed = every.groupby(_COUNTED, sort=True).agg({"antal": "sum", "rader": " ".join}).reset_index()
    return summed.assign(rader=[" ".join(text.split()[:_SHOWN]) for text in summed["rader"]])
