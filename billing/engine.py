"""The month from checked cases to priced lines: the visible list of stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import RuleBook, outcome_book, require_rules, rule_book
from betalningsansvar.billing.data_ends import by_case, require_reaching, still_in_after
from betalningsansvar.billing.days import FAR, CaseDays, Positions, day_number
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import Missing, TariffGapError, case_lines, mean_lines, schablon_lines
from betalningsansvar.billing.month_outcome import Outcome
from betalningsansvar.billing.month_plan import Plan, plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.billing.stakes import WITHHELD_COLUMNS, ComputedMonth, tell_stakes
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE, STATUSES, coded
from betalningsansvar.billing.summary import charged_ore, per_kommun
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.issues import Findings
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.units import SECONDS_PER_DAY
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp, Rule

_BY_CODE = np.array([STATUSES.index(s) for s in ("fri", "blockerad", "genomsnitt", "debiteras")], np.int8)
_NAT = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Bill:
    """One month billed. The frames are described in docs/arkitektur.md.

    `extract_given` tells that `as_of` is the day the data was said to be extracted, not one taken from the data.
    `replaced` has the user's own amounts of the month, each with the other that it takes the place of.
    `withheld` has what blocked and parked cases would cost at most, per status, reason and enhet. `lines.rule`
    and `kommun_lines.rule` are positions in `rules`, `rate` in `rates`. Amounts are öre.
    """

    period: Month
    as_of: date
    agreement: Agreement
    cases: pd.DataFrame
    lines: pd.DataFrame
    kommun_lines: pd.DataFrame
    kommuner: pd.DataFrame
    issues: pd.DataFrame
    rules: tuple[Rule, ...]
    rates: tuple[Belopp, ...]
    replaced: tuple[tuple[Belopp, Belopp], ...] = ()
    withheld: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(WITHHELD_COLUMNS)))
    extract_given: bool = True

    @property
    def amount_ore(self) -> int:
        """The whole month's charge."""
        return int(self.lines["amount_ore"].sum()) + int(self.kommun_lines["amount_ore"].sum())


class NothingKnownError(StopError):
    """The data was extracted before the month began."""


def require_known(as_of: date, month: Month) -> None:
    """Raise NothingKnownError when the data was extracted before the month began."""
    if as_of < month.start:
        raise NothingKnownError(
            f"Uppgifterna är uttagna {as_of}, innan {month} började: ingen dag av den är känd. "
            "Ange dagen för uttaget, eller en annan månad."
        )


def bill(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month,
    as_of: date | None = None,
    *,
    allow_inferred: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Bill:
    """Bill one month: checked cases in, lines in öre out.

    `as_of` is the day the data was extracted; by default the last day of the month or the newest time in the data,
    whichever is later, and then the data must reach into the month. `progress` is told of so many more cases done.
    Raises RuleGapError when no rule covers a day of the month, NothingKnownError when `as_of` is before it,
    DataEndsError when the data is, and TariffGapError when a charged day has no amount, or only an inferred one
    without `allow_inferred`.
    """
    priced = _priced(cases, agreement, tariffs, month, as_of, allow_inferred=allow_inferred, progress=progress)
    rows, month_plan, outcome = priced.rows, priced.plan, priced.outcome
    book, lines, kommun_lines = month_plan.book, priced.lines, priced.kommun_lines
    extract_given, as_of = as_of is not None, priced.as_of
    result = _with_outcome(cases, rows, outcome, lines, book.rules)
    result = _with_utfall(result, rows, book, tariffs, month, as_of)
    done = ComputedMonth(result, rows, month_plan, outcome, lines, agreement.region)
    told = tell_stakes(done, _with_warnings(issues, result, rows, outcome, as_of))
    if not extract_given:
        ends = still_in_after(cases, rows, [month_plan], newest_day(cases, rows, date.min), month.last_day)
        told = replace(told, issues=pd.concat([ends, told.issues], ignore_index=True) if len(ends) else told.issues)
    return Bill(
        period=month,
        as_of=as_of,
        agreement=agreement,
        cases=result,
        lines=lines,
        kommun_lines=kommun_lines,
        kommuner=per_kommun(result, lines, kommun_lines, agreement),
        issues=told.issues,
        rules=book.rules,
        rates=tuple(priced.rates),
        replaced=tuple(tariffs.replaced(month.start, month.last_day)),
        withheld=told.withheld,
        extract_given=extract_given,
    )


def kommun_amounts(
    cases: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month,
    as_of: date | None = None,
    *,
    allow_inferred: bool = False,
) -> dict[str, int]:
    """The öre of each kommun that is charged something for a month, by its code: those of `bill`, without all that is
    said of the cases. Raises as `bill`."""
    priced = _priced(cases, agreement, tariffs, month, as_of, allow_inferred=allow_inferred)
    amount_ore = charged_ore(priced.lines, priced.kommun_lines)
    codes = (*kommuner(), "")
    return {codes[at]: int(amount_ore[at]) for at in np.flatnonzero(amount_ore)}


@dataclass(frozen=True, slots=True)
class _Priced:
    """A month's lines, and what they were made from."""

    rows: Positions
    as_of: date
    plan: Plan
    outcome: Outcome
    lines: pd.DataFrame
    kommun_lines: pd.DataFrame
    rates: list[Belopp]


def _priced(
    cases: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month,
    as_of: date | None,
    *,
    allow_inferred: bool,
    progress: Callable[[int], None] | None = None,
) -> _Priced:
    rows = computable(cases)
    if as_of is None:
        require_reaching(cases, rows, month.start)
    as_of = as_of or newest_day(cases, rows, month.last_day)
    require_known(as_of, month)
    require_rules(agreement, month.start, month.last_day, _vardformer(cases, rows))

    book = rule_book(agreement)
    month_plan = plan(book, tariffs, month, as_of)
    outcome = compute(cases, rows, month_plan, progress)
    lines, missing = case_lines(outcome, month_plan)
    rates = list(month_plan.rates)
    means, missing_means = mean_lines(outcome, month_plan, tariffs, month, rates)
    kommun_lines = pd.concat([means, schablon_lines(book, month)], ignore_index=True)
    _require_amounts(missing + missing_means, lines, kommun_lines, rates, allow_inferred=allow_inferred)
    return _Priced(rows, as_of, month_plan, outcome, lines, kommun_lines, rates)


def _vardformer(cases: pd.DataFrame, rows: Positions) -> list[str]:
    column = cases["vardform"].cat
    used = np.unique(column.codes.to_numpy()[rows])
    # Without cases any one kind tells whether the agreement is in force at all.
    return [str(column.categories[code]) for code in used] or ["somatik"]


def _require_amounts(
    missing: list[Missing],
    lines: pd.DataFrame,
    kommun_lines: pd.DataFrame,
    rates: list[Belopp],
    *,
    allow_inferred: bool,
) -> None:
    charged = kommun_lines[kommun_lines["amount_ore"] > 0]
    used = set(lines["rate"].unique()) | set(charged["rate"].unique())
    asked = [] if allow_inferred else [b for number, b in enumerate(rates) if b.status == "I" and number in used]
    if missing or asked:
        raise TariffGapError(missing, asked)


def _with_outcome(
    cases: pd.DataFrame, rows: Positions, outcome: Outcome, lines: pd.DataFrame, rules: tuple[Rule, ...]
) -> pd.DataFrame:
    """The case frame with status, orsak, ansvar_fran, dygn, amount_ore, rule and regelverk of every row."""
    status = codes_of(cases["status"]).copy()
    status[rows] = _BY_CODE[outcome.status]
    orsak = codes_of(cases["orsak"]).copy()
    positions = np.array([cases["orsak"].cat.categories.get_loc(code) for code in REASONS], np.int8)
    orsak[rows] = positions[np.where(_BY_CODE[outcome.status] == STATUSES.index("blockerad"), outcome.reason, 0)]
    rule = np.full(len(cases), -1, np.int16)
    rule[rows] = outcome.rule
    regelverk = [*(r.agreement for r in rules), ""]
    names = list(dict.fromkeys(regelverk))
    dygn, amount_ore = (by_case(lines, name, len(cases)) for name in ("days", "amount_ore"))
    return cases.assign(
        status=coded(status, STATUS_DTYPE),
        orsak=coded(orsak, ORSAK_DTYPE),
        ansvar_fran=_as_time(outcome.liable_from, rows, len(cases)),
        dygn=dygn,
        amount_ore=amount_ore,
        rule=rule,
        regelverk=coded(np.array([names.index(r) for r in regelverk], np.int8)[rule], pd.CategoricalDtype(names)),
    )


def _with_utfall(
    cases: pd.DataFrame, rows: Positions, book: RuleBook, tariffs: Tariffs, month: Month, as_of: date
) -> pd.DataFrame:
    """Under schablon: the day of liability and days each case would have had by the rule named in `utfall`.

    They are shown on the underlag and settled at bokslut; they charge nothing now, so their rate may be
    missing.
    """
    utfall = outcome_book(book)
    if utfall is None:
        return cases
    utfall_plan: Plan = plan(utfall, tariffs, month, as_of)
    outcome = compute(cases, rows, utfall_plan)
    lines, _ = case_lines(outcome, utfall_plan)
    return cases.assign(
        ansvar_fran=cases["ansvar_fran"].mask(_ended_under_schablon(cases, rows, book)),
        utfall_fran=_as_time(outcome.liable_from, rows, len(cases)),
        utfall_dygn=by_case(lines, "days", len(cases)),
    )


def _ended_under_schablon(cases: pd.DataFrame, rows: Positions, book: RuleBook) -> NDArray[np.bool_]:
    """The cases whose wait was over while a schablon replaced all charge: no rule made the kommun liable."""
    days = CaseDays.of(cases, rows)
    ended = np.minimum(days.utskriven, days.aterkallad)
    under = np.zeros(len(rows), np.bool_)
    for position in book.schabloner:
        rule = book.rules[position]
        in_force = (ended >= day_number(rule.fran)) & (ended <= day_number(rule.tom or date.max))
        under |= in_force & book.covers[position, days.kommun, days.vardform]
    mask = np.zeros(len(cases), np.bool_)
    mask[rows] = under
    return mask


def _as_time(days: NDArray[np.int32], rows: Positions, size: int) -> NDArray[np.datetime64]:
    seconds = np.full(size, _NAT, np.int64)
    seconds[rows] = np.where(days == FAR, _NAT, days.astype(np.int64) * SECONDS_PER_DAY)
    return seconds.view("datetime64[s]")


def _with_warnings(
    issues: pd.DataFrame, cases: pd.DataFrame, rows: Positions, outcome: Outcome, as_of: date
) -> pd.DataFrame:
    """The issues of intake, and what only the computation could see."""
    found = Findings()
    later = rows[np.flatnonzero(outcome.obstacle_later)]
    found.add(later, "HINDER_EFTER_INTRADE", "oppenvard_hinder_fran", _times(cases, later, "oppenvard_hinder_fran"))
    limit = np.datetime64(as_of, "s") + np.timedelta64(SECONDS_PER_DAY, "s")
    for name in TIME_COLUMNS:
        late = rows[cases[name].to_numpy()[rows] >= limit]
        found.add(late, "TID_EFTER_UTTAG", name, _times(cases, late, name))
    new = found.frame(cases)
    return pd.concat([issues, new], ignore_index=True) if len(new) else issues


def _times(cases: pd.DataFrame, rows: Positions, column: str) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M}" for at in cases[column].iloc[rows]]
