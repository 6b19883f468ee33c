"""Rows of versions: a message has a row for each of its versions, and the newest version holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES, WHOLE_ROW
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.events.order import ABSENT, first_of
from betalningsansvar.data.events.stays import differ
from betalningsansvar.data.issues import Findings, row_positions
from betalningsansvar.data.values import TIMES_FROM

_NOTICE, _WITHDRAWAL = HANDELSER.index("utskrivningsklar"), HANDELSER.index("aterkallad")
_NAT = np.datetime64("NaT", "s")

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def newest_versions(rows: pd.DataFrame, issues: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Mask]:
    """One case per message (`arende_id`) out of the typed rows of all files of a run: its newest version.

    The notice was sent at the time of the newest version whose status is utskrivningsklar, unless a column of its
    own says when; a newest version that is aterkallad withdraws it at its time. A message of which some version
    cannot be read, or of which two newest versions differ, is parked. Returns a case frame without status and
    orsak, in the order of files and rows, its issues, and which rows could be read.
    """
    message = _messages(rows)
    messages = int(message.max(initial=ABSENT)) + 1
    status = codes_of(rows["handelse"]).astype(np.int8)
    version = rows["version"].to_numpy()
    times = rows["tidpunkt"].to_numpy()
    is_status = (status == _NOTICE) | (status == _WITHDRAWAL)
    readable = is_status & (version >= 0) & ~np.isnat(times)
    # Backwards in time within a message, so that the first one found is the newest.
    order = np.lexsort((-version, ~readable, message))
    newest = order[np.flatnonzero(np.diff(message[order], prepend=ABSENT) != 0)]
    notices = order[(readable & (status == _NOTICE))[order]]
    sent = _first_time(message, notices, messages, times)
    withdrawn = readable & (status == _WITHDRAWAL)

    cases = rows.take(newest).reset_index(drop=True)
    own = cases["utskrivningsklar"].to_numpy()
    cases["utskrivningsklar"] = np.where(np.isnat(own), sent[message[newest]], own)
    cases["aterkallad"] = np.where(withdrawn[newest], times[newest], _NAT)
    cases = cases[[*(c.name for c in CASE_COLUMNS), "fil", "rad"]]

    about_cases, about_rows = Findings(), Findings()
    untold = cases["utskrivningsklar"].isna().to_numpy() & readable[newest]
    about_cases.add(np.flatnonzero(untold), "TID_SAKNAS", "utskrivningsklar")
    other = np.flatnonzero((status >= 0) & ~is_status)
    about_rows.add(other, "HANDELSE_OKAND", "handelse", rows["handelse"].iloc[other].astype("str").to_list())
    unread = first_of(message, np.flatnonzero(~readable), messages)[message[newest]]
    parked = np.flatnonzero(unread != ABSENT)
    place = rows[["fil", "rad"]].take(unread[parked])
    about_cases.add(parked, "HANDELSE_OLASLIG", "handelse", [f"{f} rad {r}" for f, r in place.itertuples(index=False)])
    unclear = _tied(rows, message, version, newest, readable, messages)
    about_cases.add(np.flatnonzero(unclear[message[newest]]), "DUBBLETT", "version")
    issues = pd.concat(
        [_values_that_count(rows, issues, newest), about_cases.frame(cases), about_rows.frame(rows)], ignore_index=True
    )
    return cases.take(np.argsort(newest)).reset_index(drop=True), issues, readable


def _messages(rows: pd.DataFrame) -> Rows:
    """A number for each row, the same for rows of one message; a row without arende_id is a message of its own."""
    message, names = pd.factorize(rows["arende_id"])
    blank = np.flatnonzero((rows["arende_id"] == "").to_numpy(dtype=bool))
    message[blank] = len(names) + np.arange(len(blank))
    return np.asarray(pd.factorize(message)[0])


def _first_time(
    message: Rows, at: Rows, messages: int, times: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.datetime64]:
    """The time of the first of the rows `at` of each message; NaT where it has none."""
    found = np.full(messages, _NAT)
    found[message[at[::-1]]] = times[at[::-1]]
    return found


def _tied(rows: pd.DataFrame, message: Rows, version: Rows, newest: Rows, readable: Mask, messages: int) -> Mask:
    """True for messages whose newest version stands twice with different contents, or whose versions are counted
    both in numbers and in times."""
    highest = np.full(messages, ABSENT, dtype=np.int64)
    highest[message[newest]] = version[newest]
    newest_of_all = readable & (version == highest[message])
    several = np.bincount(message[newest_of_all], minlength=messages) > 1
    tied = np.flatnonzero(newest_of_all & several[message])
    contents, _ = pd.factorize(pd.MultiIndex.from_frame(rows.iloc[tied].drop(columns=["fil", "rad"]).astype("str")))
    unclear = differ(message[tied], contents, messages)
    counted = np.flatnonzero(readable)
    return unclear | differ(message[counted], (version[counted] >= TIMES_FROM).astype(np.int64), messages)


def _values_that_count(rows: pd.DataFrame, issues: pd.DataFrame, newest: Rows) -> pd.DataFrame:
    """The issues of the newest versions, and those that keep another row from being read."""
    if issues.empty:
        return issues
    at = row_positions(rows, issues)
    about = issues["kolumn"].isin(["arende_id", "handelse", "version", "tidpunkt"]).to_numpy(dtype=bool)
    rejects = issues["kod"].map(lambda kod: CODES[kod].severity == "avvisar").to_numpy(dtype=bool)
    own_row = about | issues["kod"].isin(WHOLE_ROW).to_numpy(dtype=bool)
    counts: Mask = np.isin(at, newest) | (rejects & own_row) | about
    return issues.loc[counts].reset_index(drop=True)
