"""Correct by adding: what should be invoiced minus what is invoiced becomes credits and new lines.

A line is what it says: kommun, case, rule, days, rate and amount. Two lines that say the same are the same line,
so wanted and issued are compared as collections in which a line may stand more than once. An issued line that is
no longer wanted is reversed whole; nothing is ever credited in part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

LINE_COLUMNS = ["kommun", "arende_id", "regelverk", "modell", "fran", "tom", "dygn_micro", "rate_ore", "amount_ore"]
"""What a line says. `fran` and `tom` (inclusive) are ISO dates as text, the last three int64."""

_TEXTS = LINE_COLUMNS[:6]
_NUMBERS = LINE_COLUMNS[6:]
_TYPES = dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_NUMBERS, "int64")
_OCCURRENCE = "occurrence"


@dataclass(frozen=True, slots=True)
class Correction:
    """What has to be added to the ledger for one month.

    `new`: LINE_COLUMNS, to be invoiced. `credited`: LINE_COLUMNS as issued, with `line` (its id in the ledger),
    `number` (of its invoice) and `reason` (a key of REASON_TEXTS), to be reversed. `unchanged`: LINE_COLUMNS
    with `line` and `number`. All sorted by kommun, case and day.
    """

    new: pd.DataFrame
    credited: pd.DataFrame
    unchanged: pd.DataFrame

    @property
    def is_empty(self) -> bool:
        return self.new.empty and self.credited.empty

    def per_kommun(self) -> pd.DataFrame:
        """One row per kommun with lines before or after: öre `new_ore`, `credited_ore` (positive), `unchanged_ore`,
        `change_ore` (new − credited) and `net_ore` (unchanged + new); lines `new`, `credited`, `unchanged`."""
        parts = {"new": self.new, "credited": self.credited, "unchanged": self.unchanged}
        codes = sorted(set().union(*(part["kommun"] for part in parts.values())))
        rows = pd.DataFrame({"kommun": pd.Series(codes, dtype="str")})
        for name, part in parts.items():
            sums = part.groupby("kommun", observed=True)["amount_ore"].agg(["size", "sum"]).reindex(codes, fill_value=0)
            rows[name] = sums["size"].to_numpy(np.int64)
            rows[f"{name}_ore"] = sums["sum"].to_numpy(np.int64)
        return rows.assign(
            change_ore=rows["new_ore"] - rows["credited_ore"], net_ore=rows["unchanged_ore"] + rows["new_ore"]
        )


def wanted_lines(charged: pd.DataFrame) -> pd.DataFrame:
    """The charged lines of a month as LINE_COLUMNS; `fran` and `tom` come as datetime64, texts as any text type."""
    columns: dict[str, object] = {name: charged[name].astype("str").to_numpy() for name in _TEXTS[:4]}
    for name in ("fran", "tom"):
        columns[name] = np.datetime_as_string(charged[name].to_numpy("datetime64[D]"), unit="D")
    columns |= {name: charged[name].to_numpy(np.int64) for name in _NUMBERS}
    return _typed(pd.DataFrame(columns))


def correction(
    wanted: pd.DataFrame,
    issued: pd.DataFrame,
    *,
    waived_cases: pd.DataFrame | None = None,
    waived_lines: pd.DataFrame | None = None,
    disputed: pd.DataFrame | None = None,
) -> Correction:
    """Hold the month's `wanted` lines (LINE_COLUMNS) against those `issued` and not reversed (with `line`, `number`).

    Of granted disputes, `waived_cases` has the cases (`kommun`, `arende_id`) and `waived_lines` the lines
    (LINE_COLUMNS) that are not charged although the data still say so. `disputed` (`line`, `reason`) names the issued
    lines whose dispute was granted or led to corrected data; their credit carries that reason.
    """
    wanted = without_waived(_typed(wanted), waived_cases, waived_lines)
    extra = issued[["line", "number"]]
    pairs = _paired(wanted, _typed(issued).assign(line=extra["line"].to_numpy(), number=extra["number"].to_numpy()))
    new = pairs.loc[pairs["_merge"] == "left_only", LINE_COLUMNS]
    stored = pairs[pairs["_merge"] != "left_only"].astype({"line": np.int64, "number": np.int64})
    gone = stored["_merge"] == "right_only"
    credited = stored.loc[gone, [*LINE_COLUMNS, "line", "number"]]
    credited = credited.assign(reason=_reasons(credited, new, disputed))
    unchanged = stored.loc[~gone, [*LINE_COLUMNS, "line", "number"]]
    return Correction(*(_sorted(part) for part in (new, credited, unchanged)))


def without_waived(
    wanted: pd.DataFrame, cases: pd.DataFrame | None, lines: pd.DataFrame | None, months: Sequence[str] = ()
) -> pd.DataFrame:
    """The lines without those of waived `cases` and without waived `lines`; `months`: `["period"]` where the lines of
    several months stand together, and only what is waived of the same month counts."""
    if cases is not None and len(cases):
        own = [*months, "kommun", "arende_id"]
        wanted = wanted[
            ~pd.MultiIndex.from_frame(wanted[own]).isin(list(cases[own].itertuples(index=False, name=None)))
        ]
    if lines is not None and len(lines):
        pairs = _paired(wanted, lines[[*months, *LINE_COLUMNS]].astype(_TYPES), months)
        wanted = pairs.loc[pairs["_merge"] == "left_only", wanted.columns]
    return wanted


def _paired(left: pd.DataFrame, right: pd.DataFrame, months: Sequence[str] = ()) -> pd.DataFrame:
    """Both sides joined line by line: the n-th of equal lines on one side meets the n-th on the other."""
    same = [*months, *LINE_COLUMNS]
    left, right = (
        side.assign(**{_OCCURRENCE: side.groupby(same, sort=False).cumcount().to_numpy(np.int64)})
        for side in (left, right)
    )
    return left.merge(right, on=[*same, _OCCURRENCE], how="outer", indicator=True)


def _reasons(credited: pd.DataFrame, new: pd.DataFrame, disputed: pd.DataFrame | None) -> pd.Series:
    """The reason of each credited line: the dispute's, else what became of the case."""
    if credited.empty:
        return pd.Series(dtype="str")
    # A mean or schablon has no case; there the rule says which line took its place.
    own_case = credited["arende_id"] != ""
    same_case = _among(credited, new, ["kommun", "arende_id"])
    same_rule = _among(credited, new, ["kommun", "arende_id", "regelverk", "modell"])
    elsewhere = own_case & credited["arende_id"].isin(new["arende_id"])
    reasons = np.select(
        [(own_case & same_case) | same_rule, elsewhere], ["ANDRAD", "ANNAN_KOMMUN"], default="BORTFALLEN"
    )
    found = pd.Series(reasons, index=credited.index, dtype="str")
    if disputed is not None and len(disputed):
        by_line = disputed.drop_duplicates("line", keep="last").set_index("line")["reason"]
        found = credited["line"].map(by_line).fillna(found).astype("str")
    return found


def _among(lines: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> pd.Series:
    found = pd.MultiIndex.from_frame(lines[columns]).isin(pd.MultiIndex.from_frame(others[columns]))
    return pd.Series(found, index=lines.index, dtype=bool)


def _sorted(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.sort_values(LINE_COLUMNS, kind="stable").reset_index(drop=True)


def _typed(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[LINE_COLUMNS].astype(_TYPES)
