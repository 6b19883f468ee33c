"""What a year costs by one rule book: the kernel month by month, each month on the cases it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import RuleBook, outcome_book, rule_book
from betalningsansvar.billing.days import CaseDays, Positions
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.lines import Missing, TariffGapError, case_lines, mean_lines
from betalningsansvar.billing.month_outcome import FRI, NO_RATE
from betalningsansvar.billing.month_plan import plan, touching
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.agreements import shipped, statute
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp

MONTHS = 12
_FACTS = [*TIME_COLUMNS, "avslut", "kommun", "vardform", "sip_kravs", "kommun_medverkade"]


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """One year by one rule book.

    `lines` has a row per charged run of days and per mean: `month` int8 (1–12), `case` int64 (row of the case
    frame, −1 for a mean), `kommun` and `rule` int16, `start` and `stop` int32 day numbers (`stop` exclusive), `days`,
    `dygn_micro`, `rate_ore`, `amount_ore` int64, `priced` bool (False in a tariff gap; the amount is then 0).
    `status` and `reason` are per row of the case frame, the strongest of the months, as in `billing.month_outcome`.
    """

    book: RuleBook
    lines: pd.DataFrame
    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    missing: tuple[Missing, ...]
    rates: tuple[Belopp, ...]

    def amounts_ore(self, kommuner: int) -> NDArray[np.int64]:
        """Öre per kommun position and month: shape (kommuner, 12)."""
        return cells(self.lines, kommuner)


def cells(lines: pd.DataFrame, kommuner: int) -> NDArray[np.int64]:
    """The sum of `amount_ore` per kommun position and month: shape (kommuner, 12)."""
    total = np.zeros((kommuner, MONTHS), np.int64)
    where = (lines["kommun"].to_numpy().astype(np.int64), lines["month"].to_numpy().astype(np.int64) - 1)
    np.add.at(total, where, lines["amount_ore"].to_numpy())
    return total


def settlement_book(agreement: Agreement) -> RuleBook:
    """The rules that settle a year: the agreement's own, with each schablon replaced by its `utfall`."""
    book = rule_book(agreement)
    utfall = outcome_book(book)
    if utfall is None:
        return book
    kept = [n for n in range(len(book.rules)) if n not in book.schabloner]
    rules = (*(book.rules[n] for n in kept), *utfall.rules)
    return RuleBook(rules, np.concatenate([book.covers[kept], utfall.covers]), {})


def statute_book() -> RuleBook:
    """The statute for every kommun, whatever has been agreed."""
    return rule_book(replace(shipped("nationell"), regler=statute()))


def year_outcome(
    cases: pd.DataFrame, rows: Positions, book: RuleBook, tariffs: Tariffs, year: int, as_of: date
) -> YearOutcome:
    """Compute every month of `year` for the chosen rows, with what was known on `as_of`.

    Days in a tariff gap come back in `missing` and as lines that are not `priced`; the caller decides
    whether that stops the report.
    """
    facts = cases[_FACTS]
    days = CaseDays.of(facts.iloc[rows])
    status = np.full(len(cases), FRI, np.int8)
    reason = np.zeros(len(cases), np.int8)
    frames: list[pd.DataFrame] = []
    missing: list[Missing] = []
    rates: dict[Belopp, None] = {}
    for number in range(1, MONTHS + 1):
        month = Month(year, number)
        month_plan = plan(book, tariffs, month, as_of)
        concerned = rows[touching(days, month_plan)]
        outcome = compute(facts, concerned, month_plan)
        own, gaps = case_lines(outcome, month_plan)
        month_rates = list(month_plan.rates)
        means, mean_gaps = mean_lines(outcome, month_plan, tariffs, month, month_rates)
        missing += gaps + mean_gaps
        frames += [_case_part(own, number), _mean_part(means, number)]
        used = set(own["rate"].unique()) | set(means.loc[means["amount_ore"] > 0, "rate"].unique())
        rates |= {belopp: None for n, belopp in enumerate(month_rates) if n in used}
        stronger = outcome.status > status[concerned]
        status[concerned[stronger]] = outcome.status[stronger]
        reason[concerned[stronger]] = outcome.reason[stronger]
    lines = pd.concat(frames, ignore_index=True)
    return YearOutcome(book, lines, status, reason, _by_year(missing), tuple(rates))


def require_confirmed(rates: tuple[Belopp, ...], *, allow_inferred: bool) -> None:
    """Raise TariffGapError when a used amount is only inferred and that was not allowed."""
    inferred = [b for b in rates if b.status == "I"]
    if inferred and not allow_inferred:
        raise TariffGapError((), inferred)


def _case_part(lines: pd.DataFrame, month: int) -> pd.DataFrame:
    return _part(
        lines, lines["case"].to_numpy(), lines["days"].to_numpy() * MICRO_PER_DYGN, lines["rate"] != NO_RATE, month
    )


def _mean_part(lines: pd.DataFrame, month: int) -> pd.DataFrame:
    nobody = np.full(len(lines), -1, np.int64)
    priced = (lines["rate"] != NO_RATE) | (lines["dygn_micro"] == 0)
    return _part(lines, nobody, lines["dygn_micro"].to_numpy(), priced, month)


def _part(
    lines: pd.DataFrame, case: NDArray[np.int64], dygn_micro: NDArray[np.int64], priced: pd.Series, month: int
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": np.full(len(lines), month, np.int8),
            "case": case,
            **{name: lines[name].to_numpy() for name in ("kommun", "rule", "start", "stop", "days")},
            "dygn_micro": dygn_micro,
            **{name: lines[name].to_numpy() for name in ("rate_ore", "amount_ore")},
            "priced": priced.to_numpy(np.bool_),
        }
    )


def _by_year(missing: list[Missing]) -> tuple[Missing, ...]:
    """One `Missing` per series and year, with all its days."""
    found: dict[tuple[str, int], Missing] = {}
    for one in missing:
        before = found.get((one.serie, one.year))
        found[one.serie, one.year] = (
            one if before is None else replace(before, days=before.days + one.days, first=min(before.first, one.first))
        )
    return tuple(found.values())
