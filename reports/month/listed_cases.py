"""The cases listed on each kommun's underlag: those that touch the month, with status, times and why."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.days import CaseDays, day_number
from betalningsansvar.billing.overlaps import ELSEWHERE
from betalningsansvar.billing.period import Month
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import TIME_COLUMNS, VARDFORMER
from betalningsansvar.reports.words.why import why
from betalningsansvar.tariffs.records import Genomsnitt, Rule, Schablon

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

# The order in which a reader looks: what costs, what stopped, what was free.
_STATUS_ORDER = ("debiteras", "genomsnitt", "blockerad", "parkerad", "avvisad", "fri")
_TIMES = (*TIME_COLUMNS, "ansvar_fran", "utfall_fran")
_TEXTS = ("arende_id", "patient_id", "vardform", "enhet", "status", "orsak")
_NUMBERS = ("rule", "dygn", "amount_ore", "utfall_dygn")
_FIELDS: tuple[str, ...] = (*_TIMES, *_TEXTS, *_NUMBERS, "reference", "mean_days", "warnings")
_Row = namedtuple("_Row", _FIELDS)  # type: ignore[misc]  # its fields are named by the columns


class ListedCase(NamedTuple):
    """One case of the underlag. `times` holds those of the time columns that have a value, by column name.

    `mean_days` are its days in the month's mean, None when it is in none.
    """

    arende_id: str
    reference: str
    patient_id: str
    vardform: str
    enhet: str
    times: Mapping[str, datetime]
    status: str
    why: str
    ansvar_fran: date | None
    mean_days: int | None
    dygn: int
    amount_ore: int


@dataclass(frozen=True, slots=True)
class ListedCases:
    """One kommun's, in the order a reader looks, as columns of the calculation with what `why` needs beside them.

    They are columns until someone writes them down, which another process may do.
    """

    columns: Mapping[str, NDArray[Any]]
    rules: tuple[Rule, ...]
    period: Month
    under_schablon: bool

    def __len__(self) -> int:
        return len(self.columns["arende_id"])

    @property
    def have_own_references(self) -> bool:
        """Whether cases are called something else on the invoice."""
        return bool(
            np.any((self.columns["reference"] != "") & (self.columns["reference"] != self.columns["arende_id"]))
        )

    def records(self) -> Iterator[ListedCase]:
        """Each case with why."""
        nothing = [None] * len(self)
        lists = [self.columns[name].tolist() if name in self.columns else nothing for name in _FIELDS]
        row: Any
        for row in map(_Row._make, zip(*lists, strict=True)):
            yield ListedCase(
                arende_id=row.arende_id,
                reference=row.reference,
                patient_id=row.patient_id,
                vardform=row.vardform,
                enhet=row.enhet,
                times={name: at for name, at in zip(TIME_COLUMNS, row, strict=False) if at is not None},
                status=row.status,
                why=why(
                    row,
                    self.rules,
                    self.period,
                    mean_days=row.mean_days,
                    under_schablon=self.under_schablon,
                    warnings=row.warnings,
                ),
                ansvar_fran=row.ansvar_fran and row.ansvar_fran.date(),
                mean_days=row.mean_days,
                dygn=row.dygn,
                amount_ore=row.amount_ore,
            )


def touches(bill: Bill) -> NDArray[np.bool_]:
    """Cases with a consequence in the month, a fault to mend, or a patient who waited some day of it."""
    cases = bill.cases
    out = cases[["utskriven", "aterkallad"]].min(axis=1)
    waited = (cases["utskrivningsklar"] < pd.Timestamp(bill.period.stop)) & ~(out < pd.Timestamp(bill.period.start))
    return ((cases["status"] != "fri") | waited).to_numpy(dtype=np.bool_)


def listed_cases(bill: Bill, references: Mapping[int, str]) -> dict[str, ListedCases]:
    """The listed cases of each payer of the Bill (`""` = no payer); `references` is what cases are called on paper."""
    rows = _in_order(bill)
    payer = codes_of(bill.cases["kommun"])[rows]
    columns = _columns(bill, rows, references)
    number = {code: at for at, code in enumerate(bill.cases["kommun"].cat.categories)} | {"": -1}
    schablon = {row.kommun for row in rows_of(bill.kommun_lines) if isinstance(bill.rules[row.rule], Schablon)}
    found = {}
    for code in bill.kommuner["kommun"]:
        own = np.flatnonzero(payer == number.get(code, len(number)))
        found[code] = ListedCases(
            {name: column[own] for name, column in columns.items()},
            bill.rules,
            bill.period,
            number.get(code) in schablon,
        )
    return found


def _in_order(bill: Bill) -> NDArray[np.intp]:
    """The rows of the case frame that are listed, in the order a reader looks."""
    rows = np.flatnonzero(touches(bill))
    frame = bill.cases[["arende_id", "fil", "rad"]].iloc[rows].set_axis(rows)
    frame["order"] = bill.cases["status"].iloc[rows].cat.set_categories(_STATUS_ORDER).cat.codes.to_numpy()
    return frame.sort_values(["order", "arende_id", "fil", "rad"]).index.to_numpy()


def _columns(bill: Bill, rows: NDArray[np.intp], references: Mapping[int, str]) -> dict[str, NDArray[Any]]:
    cases, mean_days, warnings = bill.cases, _mean_days(bill), _warnings(bill.issues)
    frame = cases.iloc[rows]
    told = [name for name in (*_TIMES, *_NUMBERS) if name in frame and frame[name].notna().any()]
    columns = {name: frame[name].to_numpy() for name in told}
    columns |= {name: _objects(frame[name].astype("str").fillna("").tolist()) for name in _TEXTS}
    numbers = rows.tolist()
    places = zip(frame["fil"].tolist(), frame["rad"].tolist(), strict=True)
    return columns | {
        "reference": _objects([references.get(case, "") for case in numbers]),
        "mean_days": _objects([mean_days.get(case) for case in numbers]),
        "warnings": _objects([warnings.get(place, ()) for place in places]),
    }


def _objects(values: Sequence[Any]) -> NDArray[Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _mean_days(bill: Bill) -> dict[int, int]:
    """Days in the month's mean per case (row of the case frame) that is in one, by the engine's own stage."""
    start, stop = day_number(bill.period.start), day_number(bill.period.stop)
    payer = codes_of(bill.cases["kommun"])
    kind = codes_of(bill.cases["vardform"])
    computed = ~bill.cases["status"].isin(["parkerad", "avvisad"]).to_numpy()
    found: dict[int, int] = {}
    for number, rule in enumerate(bill.rules):
        if not isinstance(rule, Genomsnitt):
            continue
        kommuner = bill.kommun_lines.loc[bill.kommun_lines["rule"] == number, "kommun"].to_numpy()
        kinds = [VARDFORMER.index(vardform) for vardform in rule.vardform]
        rows = np.flatnonzero(computed & np.isin(payer, kommuner) & np.isin(kind, kinds))
        stay = genomsnitt.stays(CaseDays.of(bill.cases, rows), rule, day_number(bill.as_of))
        counted = genomsnitt.in_month(stay, rule, start, stop) & (stay.left_out == 0)
        found |= dict(zip(rows[counted].tolist(), stay.days[counted].tolist(), strict=True))
    return found


def _warnings(issues: pd.DataFrame) -> dict[tuple[str, int], tuple[str, ...]]:
    """The warnings a kommun is shown of each row. That a patient has a case elsewhere too may be about another
    kommun's, so it is for the region alone."""
    told = issues["kod"].map(lambda kod: CODES[kod].severity == "varning") & (issues["kod"] != ELSEWHERE)
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    shown = issues.loc[told, ["fil", "rad", "kod"]]
    for fil, rad, kod in zip(*(shown[name].tolist() for name in shown), strict=True):
        before = found.get((fil, rad), ())
        if kod not in before:
            found[fil, rad] = (*before, kod)
    return found
