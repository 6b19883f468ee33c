"""The sums of all batches priced: a span of months per kommun, equal to `bill` of each month to the öre."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import require_rules
from betalningsansvar.billing.data_ends import DataEndsError, told_of_end
from betalningsansvar.billing.days import ABSENT, day_number, to_date
from betalningsansvar.billing.lines import Missing, TariffGapError, mean_lines, missing_together, schablon_lines
from betalningsansvar.billing.month_outcome import BLOCKERAD, DEBITERAS, GENOMSNITT, NO_RATE, Outcome
from betalningsansvar.billing.month_plan import Plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import serie_of
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.billing.span.plan import SpanPlan
from betalningsansvar.billing.span.sums import Sums, added
from betalningsansvar.billing.statuses import STATUSES
from betalningsansvar.billing.summary import payer_rows
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.records import Belopp, Rule

_STATUS_OF = {BLOCKERAD: "blockerad", GENOMSNITT: "genomsnitt", DEBITERAS: "debiteras"}

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpanTotals:
    """A span computed. In every frame `manad` is text (`2018-11`), `kommun` a code (`""` = no payer).

    - `kommuner`: for each month the rows of `Bill.kommuner`: cases per status, dygn_micro, amount_ore, nollfaktura.
    - `rules`: manad, kommun, regelverk, modell, vardform (`""` where a mean or schablon takes several together),
      antal (cases charged by the rule or counted in its mean), dygn_micro, amount_ore.
    - `blocked`: manad, kommun, vardform, orsak, antal.
    - `ends`: the finding of `billing.data_ends` on patients taken to be still in, or no row.

    `read` counts the rows read by status (`""`: computed). `as_of` is how far the data reached, `charged` and `rates`
    the rules and amounts that charged something.
    """

    plan: SpanPlan
    read: Mapping[str, int]
    as_of: date
    kommuner: pd.DataFrame
    rules: pd.DataFrame
    blocked: pd.DataFrame
    ends: pd.DataFrame
    charged: tuple[Rule, ...]
    rates: tuple[Belopp, ...]

    @property
    def amount_ore(self) -> int:
        """The whole span's charge."""
        return int(self.kommuner["amount_ore"].sum())


def combined(parts: Iterable[Sums], plan: SpanPlan, *, allow_inferred: bool = False) -> SpanTotals:
    """Add and price the sums of all batches; their order changes nothing.

    Raises what `bill` raises of any of the months: RuleGapError, DataEndsError (the data ends before the last month
    begins, and nobody said when it was extracted), MixedMeanError, and one TariffGapError for all months.
    """
    total = added(parts)
    first, last = plan.months[0], plan.months[-1]
    computed = total.read[total.read["status"] == 0]
    _require_reaching(total.newest, plan)
    kinds = [VARDFORMER[v] for v in sorted(computed["vardform"].unique())] or ["somatik"]
    require_rules(plan.agreement, first.start, last.last_day, kinds)
    months = [_Priced(total, plan, number) for number in range(len(plan.months))]
    used = {belopp: None for month in months for belopp in month.used}
    _require_amounts([m for month in months for m in month.missing], used, allow_inferred=allow_inferred)
    return SpanTotals(
        plan=plan,
        read={STATUSES[int(str(n))]: int(own["antal"].sum()) for n, own in total.read.groupby("status")},
        as_of=plan.as_of or max(last.last_day, _day_or(total.newest, last.last_day)),
        kommuner=pd.concat([month.kommuner() for month in months], ignore_index=True),
        rules=_rules(months, plan),
        blocked=_blocked(total, plan),
        ends=_ends(total, plan),
        charged=tuple(dict.fromkeys(rule for month in months for rule in month.charging())),
        rates=tuple(used),
    )


def charged_alone(part: Sums, plan: SpanPlan) -> tuple[int, int]:
    """The days and the öre that are charged day by day in `part`: what it would be without its means."""
    ore = 0
    for month, own in part.charged.groupby("month"):
        rates_ore = np.array([*(b.rate_ore for b in plan.plans[int(str(month))].rates), 0], np.int64)
        ore += int((own["days"].to_numpy() * rates_ore[own["rate"]]).sum())
    return int(part.charged["days"].sum()), ore


def _day_or(number: int, other: date) -> date:
    return other if number == ABSENT else to_date(number)


def _require_reaching(newest: int, plan: SpanPlan) -> None:
    if plan.as_of is None and newest != ABSENT:
        late = next((month for month in plan.months if newest < day_number(month.start)), None)
        if late:
            raise DataEndsError(to_date(newest), late.start)


def _ends(total: Sums, plan: SpanPlan) -> pd.DataFrame:
    """The charge after the data ends, in the last month: it rests on patients taken to be still in."""
    after = total.open[total.open["day"] > total.newest]
    number = 0 if plan.as_of else int(after["antal"].sum())
    newest = _day_or(total.newest, plan.months[-1].last_day)
    return told_of_end(newest, number, int(after["days"].sum()), int(after["amount_ore"].sum()))


def _require_amounts(missing: list[Missing], used: Iterable[Belopp], *, allow_inferred: bool) -> None:
    together = missing_together(missing)
    asked = [] if allow_inferred else [belopp for belopp in used if belopp.status == "I"]
    if together or asked:
        raise TariffGapError(together, asked)


def _rules(months: Sequence[_Priced], plan: SpanPlan) -> pd.DataFrame:
    """What each rule charged each kommun in each month; a mean also where it charges nothing."""
    lines = pd.concat([month.charged for month in months])
    means = pd.concat([month.kommun_lines.assign(month=month.number) for month in months])
    book = plan.plans[0].book.rules
    several = len(VARDFORMER)
    alone = np.array([VARDFORMER.index(r.vardform[0]) if len(r.vardform) == 1 else several for r in book])
    days = {"dygn_micro": lines["days"] * MICRO_PER_DYGN}
    frame = pd.concat(
        [
            lines.assign(mean=0, **days),
            means.assign(mean=1, vardform=alone[means["rule"].to_numpy(np.int64)]),
        ],
        ignore_index=True,
    )
    keys, values = ["month", "kommun", "rule", "mean", "vardform"], ["antal", "dygn_micro", "amount_ore"]
    summed = frame.groupby(keys, sort=True)[values].sum().astype(np.int64).reset_index()
    rule = summed["rule"].to_numpy(np.int64)
    modell = np.where(summed["mean"] == 0, "individuell", np.array([r.modell for r in book], object)[rule])
    return pd.DataFrame(
        {
            **_named(summed, plan),
            "regelverk": np.array([r.agreement for r in book], object)[rule],
            "modell": modell,
            "vardform": np.array([*VARDFORMER, ""], object)[summed["vardform"]],
            **{name: summed[name] for name in values},
        }
    ).pipe(_by_name, values)


def _blocked(total: Sums, plan: SpanPlan) -> pd.DataFrame:
    """The cases that a condition keeps from being charged, by the condition."""
    own = total.cases[total.cases["status"] == BLOCKERAD].reset_index(drop=True)
    return pd.DataFrame(
        {
            **_named(own, plan),
            "vardform": np.array(VARDFORMER, object)[own["vardform"]],
            "orsak": np.array(REASONS, object)[own["reason"]],
            "antal": own["antal"].to_numpy(np.int64),
        }
    )


def _named(frame: pd.DataFrame, plan: SpanPlan) -> dict[str, NDArray[np.object_]]:
    """Month and kommun as text."""
    months = np.array([str(month) for month in plan.months], object)
    return {"manad": months[frame["month"]], "kommun": np.array([*kommuner(), ""], object)[frame["kommun"]]}


def _by_name(frame: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """One row where several rules have the same names."""
    keys = [name for name in frame if name not in values]
    return frame.groupby(keys, sort=True, as_index=False).sum()


class _Priced:
    """One month of the sums: its charged days per rule and rate, and the kommuner's means and schablon."""

    def __init__(self, total: Sums, plan: SpanPlan, number: int) -> None:
        self.total, self.agreement = total, plan.agreement
        self.number, self.month, self.plan = number, plan.months[number], plan.plans[number]
        self.size = len(kommuner())
        self.cases = total.cases[total.cases["month"] == number]
        charged = total.charged[total.charged["month"] == number]
        rates_ore = np.array([*(b.rate_ore for b in self.plan.rates), 0], np.int64)
        self.charged = charged.assign(amount_ore=charged["days"] * rates_ore[charged["rate"]])
        rates = list(self.plan.rates)
        means, missing = mean_lines(self._outcome(), self.plan, plan.tariffs, self.month, rates)
        self.kommun_lines = pd.concat([means, schablon_lines(self.plan.book, self.month)], ignore_index=True)
        self.rates = rates
        self.missing = [*_unpriced(self.charged, self.plan, self.month), *missing]

    def _outcome(self) -> Outcome:
        """The sums of the means as the kernel leaves them."""
        outcome = Outcome.blank(0)
        own = self.total.means[self.total.means["month"] == self.number]
        for rule in own["rule"].unique():
            for back in range(len(self.plan.windows[int(rule)])):
                part = own[(own["rule"] == rule) & (own["back"] == back)]
                antal, days = np.zeros(self.size, np.int64), np.zeros(self.size, np.int64)
                antal[part["kommun"]], days[part["kommun"]] = part["antal"], part["days"]
                outcome.sums[int(rule), back] = antal, days
        return outcome

    @property
    def used(self) -> list[Belopp]:
        """The amounts that charged something."""
        paid = self.kommun_lines[self.kommun_lines["amount_ore"] > 0]
        numbers = {*self.charged["rate"].unique(), *paid["rate"].unique()} - {NO_RATE}
        return [self.rates[n] for n in sorted(numbers)]

    def charging(self) -> list[Rule]:
        """The rules that charged something."""
        paid = self.kommun_lines[self.kommun_lines["amount_ore"] != 0]
        return [self.plan.book.rules[n] for n in sorted({*self.charged["rule"], *paid["rule"]})]

    def kommuner(self) -> pd.DataFrame:
        """The month's rows per kommun, as `bill` has them."""
        read = self.total.read
        counts = {
            name: self._by_kommun(read[read["status"] == STATUSES.index(name)], "antal")
            for name in ("parkerad", "avvisad")
        }
        for code, name in _STATUS_OF.items():
            counts[name] = self._by_kommun(self.cases[self.cases["status"] == code], "antal")
        computed = self._by_kommun(read[read["status"] == 0], "antal")
        counts["fri"] = computed - sum(counts[name] for name in _STATUS_OF.values())
        ordered = {
            name: counts[name] for name in ("debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")
        }
        dygn_micro = self._by_kommun(self.charged, "days") * MICRO_PER_DYGN
        dygn_micro += self._by_kommun(self.kommun_lines, "dygn_micro")
        amount_ore = self._by_kommun(self.charged, "amount_ore") + self._by_kommun(self.kommun_lines, "amount_ore")
        frame = payer_rows(ordered, dygn_micro, amount_ore, self.agreement)
        frame.insert(0, "manad", str(self.month))
        return frame

    def _by_kommun(self, frame: pd.DataFrame, column: str) -> Counts:
        """A column added up by kommun position; no payer, −1, is the last."""
        total = np.zeros(self.size + 1, np.int64)
        np.add.at(total, frame["kommun"].to_numpy(np.int64), frame[column].to_numpy(np.int64))
        return total


def _unpriced(charged: pd.DataFrame, plan: Plan, month: Month) -> list[Missing]:
    found = []
    for rule, own in charged[charged["rate"] == NO_RATE].groupby("rule"):
        serie = serie_of(plan.book.rules[int(str(rule))])
        found.append(Missing(serie, month.year, int(own["days"].sum()), to_date(own["first"].min())))
    return found
