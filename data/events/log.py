"""Folding an event log: the messages of each stay become its cases, as if they had been written in a case table.

Messages are sorted by time within a stay. `utskrivningsklar` opens a case, `aterkallad` closes it, and what ends
the stay closes all. A message belongs to the case open when it was sent; sent while none is open, it belongs to
every later case. Admission, inskrivningsmeddelande, obstacles and discharge are facts of the whole stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import CASE_COLUMNS, TIME_COLUMNS
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.events.obstacles import obstacles_of_cases
from betalningsansvar.data.events.order import ABSENT, Order, first_of, put_in_order
from betalningsansvar.data.events.stays import contradicted_discharges, different_patients, moved_rows, named_elsewhere
from betalningsansvar.data.issues import Findings, row_positions

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_NOTICE, _WITHDRAWAL = HANDELSER.index("utskrivningsklar"), HANDELSER.index("aterkallad")
_ENDS = [HANDELSER.index(name) for name in ("avliden", "avbruten", "utskriven")]
_OF_THE_STAY = ("inskriven", "inskrivningsmeddelande")
_OF_THE_CASE = ("kallelse_mottagen", "sip_kallelse", "vardplan_justerad")
_COMPARED = ("folkbokforingskommun", "placeringskommun", "vardform", "sip_kravs", "kommun_medverkade")


@dataclass(frozen=True)
class FoldedLog:
    """The `cases` of all stays (a case frame without status and orsak), in the order of their notices' rows, the
    `issues`, and of every event row whether it can be read (`readable`) and whether its stay has a case (`in_case`)."""

    cases: pd.DataFrame
    issues: pd.DataFrame
    readable: Mask
    in_case: Mask


def fold_events(events: pd.DataFrame, issues: pd.DataFrame) -> FoldedLog:
    """Fold the typed rows of all event logs of a run; a stay may go on in another file.

    `events` has the columns of `EVENT_COLUMNS` with `fil` and `rad`, and `issues` what was found in their values.
    A row that cannot be read is reported and parks the cases of its stay; a notice whose time cannot be read is
    a case of its own, to be rejected.
    """
    return _Fold(events, issues).run()


class _Fold:
    """The work: positions in the sorted log are `at`, positions among the cases are `case`."""

    def __init__(self, events: pd.DataFrame, issues: pd.DataFrame) -> None:
        self._events, self._value_issues = events, issues
        stay, names = pd.factorize(events["vardtillfalle_id"])
        stay[(events["vardtillfalle_id"] == "").to_numpy(dtype=bool)] = ABSENT
        self._stay, self._stays = stay, len(names)
        self._seconds = events["tidpunkt"].to_numpy()
        self._kind = codes_of(events["handelse"]).astype(np.int8)
        self._readable = (stay >= 0) & (self._kind >= 0) & ~np.isnat(self._seconds)
        self._order: Order = put_in_order(stay, self._kind, self._seconds, self._readable)
        self._about_cases, self._about_events = Findings(), Findings()
        self._used = np.zeros(len(self._order.rows), dtype=bool)

    def run(self) -> FoldedLog:
        order = self._order
        self._open_cases()
        chosen = {"utskrivningsklar": self._opening, "aterkallad": self._closing}
        chosen |= {name: self._first_of_stay(name) for name in _OF_THE_STAY}
        chosen |= {name: self._first_of_case(name) for name in _OF_THE_CASE}
        chosen["utskriven"] = self._end[self._case_stay]
        times = {name: self._time_at(at) for name, at in chosen.items()}
        spans = obstacles_of_cases(order, self._case_stay, times["utskrivningsklar"], times["aterkallad"])
        times |= {"oppenvard_hinder_fran": spans.start, "oppenvard_hinder_till": spans.stop}
        self._used[spans.used] = True
        self._kommun_elsewhere = self._find_kommun_elsewhere()
        cases = self._case_frame(chosen, times)
        self._note_cases(cases, spans.several)
        self._note_events()
        in_order = np.argsort(self._case_row, kind="stable")
        found = [self._about_cases.frame(cases), self._about_events.frame(self._named_events(cases))]
        issues = pd.concat([self._values_that_count(), *found], ignore_index=True)
        in_case = np.isin(self._stay, self._case_stay) & (self._stay >= 0)
        return FoldedLog(cases.take(in_order).reset_index(drop=True), issues, self._readable, in_case)

    def _open_cases(self) -> None:
        """Find the notices that open a case, what closes each, and which case every message belongs to."""
        order = self._order
        size = len(order.rows)
        is_end = np.isin(order.kind, _ENDS)
        self._end = first_of(order.stay, np.flatnonzero(is_end), self._stays)
        turns = ~order.copy & np.isin(order.kind, (_NOTICE, _WITHDRAWAL))
        turns[self._end[self._end >= 0]] = True
        at = np.flatnonzero(turns)
        before = np.where(np.diff(order.stay[at], prepend=ABSENT) == 0, np.roll(order.kind[at], 1), ABSENT)
        opens = at[(order.kind[at] == _NOTICE) & (before != _NOTICE)]
        self._repeated = at[(order.kind[at] == _NOTICE) & (before == _NOTICE)]
        closes = at[(order.kind[at] == _WITHDRAWAL) & (before == _NOTICE)]
        self._stray = at[(order.kind[at] == _WITHDRAWAL) & (before != _NOTICE)]
        # The latest case begun in the stay, and whether no withdrawal has closed it, at every position.
        latest = np.full(size, ABSENT)
        latest[opens] = np.arange(len(opens))
        latest = np.maximum.accumulate(latest) if size else latest
        begun = (latest >= 0) & (order.stay[opens[latest]] == order.stay) if len(opens) else np.zeros(size, dtype=bool)
        self._closing = np.full(len(opens), ABSENT)
        self._closing[latest[closes]] = closes
        closed = self._closing[latest] if len(opens) else np.full(size, ABSENT)
        is_open = begun & ((closed == ABSENT) | (np.arange(size) <= closed))
        self._owner = np.where(is_open, latest, ABSENT)
        self._used[opens] = self._used[closes] = True
        unreadable = np.flatnonzero((self._kind == _NOTICE) & (self._stay >= 0) & np.isnat(self._seconds))
        lost = np.full(len(unreadable), ABSENT)
        self._opening = np.concatenate([opens, lost])
        self._closing = np.concatenate([self._closing, lost])
        self._case_row = np.concatenate([order.rows[opens], unreadable])
        self._case_stay = self._stay[self._case_row]

    def _first_of_stay(self, name: str) -> Rows:
        """The first message of the kind in the stay of every case."""
        at = np.flatnonzero((self._order.kind == HANDELSER.index(name)) & ~self._order.copy)
        first = first_of(self._order.stay, at, self._stays)[self._case_stay]
        self._used[first[first >= 0]] = True
        return np.asarray(first)

    def _first_of_case(self, name: str) -> Rows:
        """The first message of the kind that belongs to every case: sent while none was open, or in its own time."""
        at = np.flatnonzero((self._order.kind == HANDELSER.index(name)) & ~self._order.copy)
        free, own = at[self._owner[at] == ABSENT], at[self._owner[at] != ABSENT]
        to_all = first_of(self._order.stay, free, self._stays)[self._case_stay]
        to_one = first_of(self._owner, own, len(self._case_row))
        chosen = np.where((to_all != ABSENT) & (to_all < self._opening), to_all, to_one)
        self._used[chosen[chosen >= 0]] = True
        return chosen

    def _time_at(self, at: Rows) -> npt.NDArray[np.datetime64]:
        if not len(self._order.rows):
            return np.full(len(at), np.datetime64("NaT"), dtype="datetime64[s]")
        return np.where(at == ABSENT, np.datetime64("NaT", "s"), self._order.seconds[at])

    def _case_frame(self, chosen: dict[str, Rows], times: dict[str, npt.NDArray[np.datetime64]]) -> pd.DataFrame:
        notices = self._events.take(self._case_row).reset_index(drop=True)
        number = notices.groupby("vardtillfalle_id", sort=False).cumcount() + 1
        asked = notices["sip_kravs"].to_numpy()
        ends = np.array(["avliden", "avbruten", ""], dtype=object)
        ended = np.full(len(notices), _ENDS[-1] - _ENDS[0])
        known = chosen["utskriven"] != ABSENT
        ended[known] = self._order.kind[chosen["utskriven"][known]] - _ENDS[0]
        blank = np.full(len(notices), np.datetime64("NaT"), dtype="datetime64[s]")
        kommun = notices["folkbokforingskommun"]
        made = {
            **{name: notices[name] for name in ("vardtillfalle_id", "patient_id", "enhet", "fil", "rad")},
            "folkbokforingskommun": pd.Categorical.from_codes(
                np.where(self._kommun_elsewhere >= 0, self._kommun_elsewhere, codes_of(kommun)),
                categories=kommun.cat.categories,
            ),
            **{name: notices[name] for name in ("placeringskommun", "vardform", "region")},
            **{name: times.get(name, blank) for name in TIME_COLUMNS},
            "arende_id": (notices["vardtillfalle_id"] + "/" + number.astype("str")).astype("str"),
            "sip_kravs": np.where(asked < 0, chosen["sip_kallelse"] != ABSENT, asked == 1),
            "kommun_medverkade": notices["kommun_medverkade"],
            "avslut": pd.Series(ends[ended], dtype="str"),
        }
        return pd.DataFrame({name: made[name] for name in (*(c.name for c in CASE_COLUMNS), "fil", "rad")})

    def _find_kommun_elsewhere(self) -> Rows:
        """The kommun of each notice whose row names none, from the other rows of its stay; none where some row says
        that the patient is placed, or names a kommun that cannot be read."""
        events, issues = self._events, self._value_issues
        unclear = issues["kolumn"].isin(["folkbokforingskommun", "placeringskommun"]).to_numpy(dtype=bool)
        placed = np.flatnonzero(codes_of(events["placeringskommun"]) >= 0)
        doubtful = np.concatenate([placed, row_positions(events, issues)[unclear]]).astype(np.intp)
        kommun = events["folkbokforingskommun"]
        return named_elsewhere(self._stay, kommun, self._case_row, doubtful, self._stays)

    def _note_cases(self, cases: pd.DataFrame, several: Rows) -> None:
        """What is wrong with a stay parks each of its cases, or is a warning at each of their notices."""
        found = self._about_cases
        found.add(np.flatnonzero(cases["inskriven"].isna()), "TID_SAKNAS", "inskriven")
        found.add(several, "HINDER_FLERA", "oppenvard_hinder_fran")
        found.add(self._conflicting(), "DUBBLETT", "utskrivningsklar")
        bad = np.flatnonzero(~self._readable & (self._stay >= 0))
        named = first_of(self._stay, bad, self._stays)[self._case_stay]
        parked = np.flatnonzero(named != ABSENT)
        place = self._events[["fil", "rad"]].take(named[parked])
        found.add(parked, "HANDELSE_OLASLIG", "handelse", [f"{f} rad {r}" for f, r in place.itertuples(index=False)])
        patients = different_patients(self._stay, self._events["patient_id"], self._stays)
        found.add(np.flatnonzero(patients[self._case_stay]), "VARDTILLFALLE_MOTSAGT", "patient_id")
        ends = contradicted_discharges(self._order, self._stays)
        parked = np.flatnonzero(ends[self._case_stay])
        found.add(parked, "VARDTILLFALLE_MOTSAGT", "utskriven", "utskriven på olika dagar")
        taken = np.flatnonzero(self._kommun_elsewhere >= 0)
        shown = cases["folkbokforingskommun"].iloc[taken].astype("object")
        found.add(taken, "KOMMUN_FRAN_ANNAN_RAD", "folkbokforingskommun", [f"{value} gäller" for value in shown])
        for column in ("folkbokforingskommun", "placeringskommun", "vardform"):
            moved = moved_rows(self._stay, self._events[column], self._case_row, self._stays)
            shown = cases[column].iloc[moved].astype("object").fillna("ingen")
            found.add(moved, "VARDTILLFALLE_FLYTTAT", column, [f"{value} gäller" for value in shown])

    def _conflicting(self) -> Rows:
        """Cases whose notice is there twice, at the same time, with different contents: which holds is not known."""
        order = self._order
        at = np.flatnonzero(order.copy & (order.kind == _NOTICE))
        rows, before = order.rows[at], order.rows[at - 1]
        differ = np.zeros(len(at), dtype=bool)
        for column in _COMPARED:
            values = self._events[column]
            codes = codes_of(values) if isinstance(values.dtype, pd.CategoricalDtype) else values.to_numpy()
            differ |= codes[rows] != codes[before]
        return np.unique(self._owner[at[differ]])

    def _note_events(self) -> None:
        """Warn at every message that changed nothing, once for each, with why."""
        order, found = self._order, self._about_events
        if not len(order.rows):
            return
        has_case = np.isin(order.stay, self._case_stay)
        end = self._end[order.stay]
        day = order.seconds.astype("datetime64[D]")
        late = has_case & (end != ABSENT) & (day > day[end])
        self._add(found, order.copy, "HANDELSE_UPPREPAD")
        self._add(found, late & ~order.copy, "HANDELSE_EFTER_UTSKRIVNING")
        told = order.copy | late
        for at, code in ((self._repeated, "UNDERRATTELSE_UPPREPAD"), (self._stray, "ATERKALLAD_UTAN_UNDERRATTELSE")):
            mask = np.zeros(len(told), dtype=bool)
            mask[at] = True
            self._add(found, mask & ~told, code)
            told |= mask
        self._used[self._end[self._end >= 0]] = True
        self._add(found, has_case & ~self._used & ~told, "HANDELSE_UTAN_VERKAN")

    def _add(self, found: Findings, mask: Mask, code: str) -> None:
        rows = self._order.rows[mask]
        times = pd.Series(self._order.seconds[mask]).dt.strftime("%Y-%m-%d %H:%M")
        kinds = self._events["handelse"].iloc[rows]
        found.add(rows, code, "handelse", [f"{kind} {time}" for kind, time in zip(kinds, times, strict=True)])

    def _named_events(self, cases: pd.DataFrame) -> pd.DataFrame:
        """The event rows with the `arende_id` of the case each belongs to."""
        arende_id = np.full(len(self._events), "", dtype=object)
        owned = self._owner != ABSENT
        arende_id[self._order.rows[owned]] = cases["arende_id"].to_numpy()[self._owner[owned]]
        return self._events[["fil", "rad"]].assign(arende_id=pd.Series(arende_id, dtype="str"))

    def _values_that_count(self) -> pd.DataFrame:
        """The issues of values: all of a notice's row; of other rows those that keep the row from being read."""
        issues = self._value_issues
        if issues.empty:
            return issues
        at = row_positions(self._events, issues)
        case_of = np.full(len(self._events), ABSENT)
        case_of[self._case_row] = np.arange(len(self._case_row))
        rejects = issues["kod"].map(lambda kod: CODES[kod].severity == "avvisar").to_numpy(dtype=bool)
        about = issues["kolumn"].isin(["vardtillfalle_id", "tidpunkt", "handelse"]).to_numpy(dtype=bool)
        counts: Mask = (case_of[at] != ABSENT) | rejects | about
        return issues.loc[counts].reset_index(drop=True)
