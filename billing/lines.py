"""Lines in öre: charged runs times their rate, and the kommun's own lines of means and schablon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.agreements import RuleBook, rule_days
from betalningsansvar.billing.days import day_number, to_date
from betalningsansvar.billing.month_outcome import NO_RATE, Outcome, joined_runs
from betalningsansvar.billing.month_plan import Plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import mean_day, mean_rate, serie_of
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Belopp, Genomsnitt

KOMMUN_LINE_COLUMNS = {
    "kommun": np.int16,
    "rule": np.int16,
    "rate": np.int16,
    "start": np.int32,
    "stop": np.int32,
    "antal": np.int64,
    "days": np.int64,
    "mean_micro": np.int64,
    "dygn_micro": np.int64,
    "triggered": np.bool_,
    "rate_ore": np.int64,
    "amount_ore": np.int64,
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Charged days for which the tariffs have no amount."""

    serie: str
    year: int
    days: int
    first: date


class TariffGapError(StopError):
    """Days are to be charged that no known amount covers (`missing`), or only an inferred one without leave
    (`inferred`). Days of 0 in `missing`: how many is not known.
    """

    def __init__(self, missing: Sequence[Missing], inferred: Sequence[Belopp] = ()) -> None:
        self.missing, self.inferred = tuple(missing), tuple(inferred)
        super().__init__("\n".join([*map(_missing_text, self.missing), *map(_inferred_text, self.inferred)]))


def missing_together(found: Iterable[Missing]) -> list[Missing]:
    """Each series and year once, with all its days."""
    together: dict[tuple[str, int], Missing] = {}
    for one in found:
        before = together.get((one.serie, one.year))
        days, first = (before.days + one.days, min(before.first, one.first)) if before else (one.days, one.first)
        together[one.serie, one.year] = Missing(one.serie, one.year, days, first)
    return [*together.values()]


def gaps_together(gaps: Sequence[TariffGapError]) -> TariffGapError:
    """What several computations lack, as one error."""
    inferred = dict.fromkeys(belopp for gap in gaps for belopp in gap.inferred)
    return TariffGapError(missing_together(one for gap in gaps for one in gap.missing), [*inferred])


def _missing_text(missing: Missing) -> str:
    needed = f"{missing.days} dygn behöver det (från {missing.first})" if missing.days else f"från {missing.first}"
    return (
        f"Dygnsbelopp för {missing.year} saknas i serien {missing.serie}; {needed}. "
        f"Lägg till ett [[belopp]]-block för {missing.year} i en egen fil."
    )


def _inferred_text(belopp: Belopp) -> str:
    return (
        f"Dygnsbeloppet {belopp.rate_ore // 100} kr för {belopp.fran.year} i serien {belopp.serie} är härlett "
        f"({belopp.kalla}) och används bara på uttrycklig begäran. Ett bekräftat belopp läggs i en egen fil."
    )


def case_lines(outcome: Outcome, plan: Plan) -> tuple[pd.DataFrame, list[Missing]]:
    """The priced lines of all cases; days in a tariff gap come back as `Missing` and cost 0 öre.

    Columns as in docs/arkitektur.md: case, kommun, rule, rate, start, stop, days, rate_ore, amount_ore.
    """
    runs = joined_runs(outcome.runs)
    # NO_RATE is the last position.
    rates_ore = np.array([*(b.rate_ore for b in plan.rates), 0], np.int64)
    days = (runs["stop"] - runs["start"]).astype(np.int64)
    rate_ore = rates_ore[runs["rate"]]
    lines = pd.DataFrame(runs | {"days": days, "rate_ore": rate_ore, "amount_ore": days * rate_ore}, copy=False)
    return lines, _missing(lines, plan)


def _missing(lines: pd.DataFrame, plan: Plan) -> list[Missing]:
    found: list[Missing] = []
    unpriced = lines[lines["rate"] == NO_RATE]
    for number, own in unpriced.groupby("rule"):
        first = to_date(own["start"].min())
        serie = serie_of(plan.book.rules[int(str(number))])
        found.append(Missing(serie, first.year, int(own["days"].sum()), first))
    return found


def mean_lines(
    outcome: Outcome, plan: Plan, tariffs: Tariffs, month: Month, rates: list[Belopp]
) -> tuple[pd.DataFrame, list[Missing]]:
    """One line per kommun with cases in a mean of this month, charged or not.

    The rate is that of the last day of the month on which the rule is in force. A rule with `trigger_manader` charges
    only where the mean passed the threshold in each of those months.
    """
    frames, missing = [], []
    for number, windows in plan.windows.items():
        if (number, 0) not in outcome.sums:
            continue  # the data has no case that the rule covers
        rule = plan.book.rules[number]
        assert isinstance(rule, Genomsnitt)
        means = [genomsnitt.mean(*outcome.sums[number, back], rule) for back in range(len(windows))]
        triggered = np.logical_and.reduce([m.exceeds for m in means])
        now = means[0]
        kommun = np.flatnonzero(now.antal > 0)
        dygn_micro = np.where(triggered, now.dygn_micro, 0)[kommun]
        belopp = mean_rate(rule, tariffs, month)
        if belopp is None and dygn_micro.any():
            whole = int(dygn_micro.sum()) // MICRO_PER_DYGN
            missing.append(Missing(serie_of(rule), month.year, whole, mean_day(rule, month)))
        rate_ore = belopp.rate_ore if belopp else 0
        first, stop = rule_days(rule, month.start, month.stop)
        frames.append(
            _kommun_frame(
                kommun=kommun,
                rule=number,
                rate=_position(rates, belopp),
                start=day_number(first),
                stop=day_number(stop),
                antal=now.antal[kommun],
                days=now.days[kommun],
                mean_micro=now.mean_micro[kommun],
                dygn_micro=dygn_micro,
                triggered=triggered[kommun],
                rate_ore=rate_ore,
                amount_ore=genomsnitt.amount_ore(dygn_micro, rate_ore),
            )
        )
    return _stacked(frames), missing


def schablon_lines(book: RuleBook, month: Month) -> pd.DataFrame:
    """One line per listed kommun and month in which a schablon rule is in force: its printed share."""
    position = {code: n for n, code in enumerate(kommuner())}
    frames = []
    for number, table in book.schabloner.items():
        first, stop = rule_days(book.rules[number], month.start, month.stop)
        if first >= stop:
            continue
        rows = sorted((row for row in table.rows if row.kommun in position), key=lambda row: row.kommun)
        zeros = np.zeros(len(rows), np.int64)
        frames.append(
            _kommun_frame(
                kommun=np.array([position[row.kommun] for row in rows]),
                rule=number,
                rate=NO_RATE,
                start=day_number(first),
                stop=day_number(stop),
                antal=zeros,
                days=zeros,
                mean_micro=zeros,
                dygn_micro=zeros,
                triggered=zeros > 0,
                rate_ore=0,
                amount_ore=np.array([row.month_ore for row in rows], np.int64),
            )
        )
    return _stacked(frames)


def _position(rates: list[Belopp], belopp: Belopp | None) -> int:
    if belopp is None:
        return NO_RATE
    if belopp not in rates:
        rates.append(belopp)
    return rates.index(belopp)


def _kommun_frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).astype(KOMMUN_LINE_COLUMNS)


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    empty = pd.DataFrame({name: np.zeros(0, dtype) for name, dtype in KOMMUN_LINE_COLUMNS.items()})
    return pd.concat(frames, ignore_index=True) if frames else empty
