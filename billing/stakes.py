"""What the findings of a month cost: the öre that hang on each, by the engine itself and a fact that is otherwise.

A case that is blocked or parked is computed once more as if nothing stood in its way: what it would cost at most. A
case whose notice has no hour is computed as if it had been sent late, one with leave as if whole days away were not
charged. Where two cases claim the same days, those days' amount hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.data_ends import by_case, charged
from betalningsansvar.billing.days import CaseDays, Positions
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.month_outcome import BLOCKERAD, Outcome
from betalningsansvar.billing.month_plan import Plan
from betalningsansvar.billing.overlaps import ELSEWHERE, STILL_OPEN, WITHIN_STAY, Overlaps, of_patients, within_stays
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.issues import NO_ROW, Findings, row_positions
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN, SECONDS_PER_DAY
from betalningsansvar.tariffs.records import Genomsnitt, Individuell, Rule, Schablon, Utanfor

Counts = NDArray[np.int64]
Sums = dict[tuple[int, int], tuple[Counts, Counts]]

WITHHELD_COLUMNS = ("status", "orsak", "enhet", "antal", "dygn_micro", "amount_ore")

_COLUMN_OF_REASON = {
    "INSKRIVNINGSMEDDELANDE_SAKNAS": "inskrivningsmeddelande",
    "INSKRIVNINGSMEDDELANDE_SENT": "inskrivningsmeddelande",
    "KALLELSE_SAKNAS": "kallelse_mottagen",
    "VARDPLAN_SAKNAS": "vardplan_justerad",
    "SIP_KALLELSE_SAKNAS": "sip_kallelse",
    "SIP_KALLELSE_SEN": "sip_kallelse",
    "OPPENVARD_HINDER": "oppenvard_hinder_fran",
}
# Findings on which the whole amount of the case hangs: whether it is owed at all, or by whom.
_WHOLE_AMOUNT = (
    "FOLKBOKFORING_OKAND",
    "KOMMUNKOD_UTFYLLD",
    "INSKRIVNINGSMEDDELANDE_OVER_24H",
    "DRIFTSTOPP",
    "VARDTILLFALLE_FLYTTAT",
    "KOMMUN_FRAN_ANNAN_RAD",
)
_NO_HOUR = "KLOCKSLAG_SAKNAS"


@dataclass(frozen=True)
class ComputedMonth:
    """A month as it was computed: the case frame with its outcome, the rows computed, and what the kernel said."""

    cases: pd.DataFrame
    rows: Positions
    plan: Plan
    outcome: Outcome
    lines: pd.DataFrame
    region: str | None


@dataclass(frozen=True)
class Told:
    """The `issues` with `stake_ore` (Int64, missing where nothing can be computed), also of blocked cases; and what is
    `withheld`: per status (blockerad, parkerad), reason and enhet the cases and what they would cost at most."""

    issues: pd.DataFrame
    withheld: pd.DataFrame


def tell_stakes(month: ComputedMonth, issues: pd.DataFrame) -> Told:
    """What hangs on every finding of the month, and what was withheld."""
    issues = _relevant(pd.concat([issues, _blocked(month.cases)], ignore_index=True), month)
    costs = _withheld_costs(month)
    stake = pd.Series(pd.NA, index=issues.index, dtype="Int64")
    at = row_positions(month.cases, issues)
    kod = issues["kod"].to_numpy()

    def put(mask: NDArray[np.bool_], per_case: pd.Series) -> None:
        stake[mask] = per_case.reindex(at[mask]).astype("Int64").array

    of_row = at != NO_ROW
    withholds = issues["kod"].map(lambda k: CODES[k].severity in ("parkerar", "avvisar", "blockerar")).to_numpy(bool)
    put(of_row & withholds, costs["amount_ore"])
    whole = of_row & np.isin(kod, _WHOLE_AMOUNT)
    put(whole, _own_amounts(month, np.unique(at[whole])))
    for code, overlaps in _overlaps(month, kod).items():
        put(of_row & (kod == code), _of_overlaps(month, overlaps))
    later = of_row & (kod == "HINDER_EFTER_INTRADE")
    put(later, _of_obstacles(month, np.unique(at[later])))
    away = of_row & (kod == "PERMISSION")
    put(away, _of_leave(month, np.unique(at[away])))
    _put_hours(issues, stake, month, at)
    return Told(issues.assign(stake_ore=stake), _summed(month.cases, costs))


def _blocked(cases: pd.DataFrame) -> pd.DataFrame:
    """A finding for each case that a condition blocks."""
    found = Findings()
    blocked = (cases["status"] == "blockerad").to_numpy()
    for reason in REASONS[1:]:
        rows = np.flatnonzero(blocked & (cases["orsak"] == reason).to_numpy())
        found.add(rows, reason, _COLUMN_OF_REASON[reason])
    return found.frame(cases)


def _relevant(issues: pd.DataFrame, month: ComputedMonth) -> pd.DataFrame:
    """Without the notices that lack an hour, where no rule of the month asks for one."""
    asks = np.array(
        [isinstance(rule, Individuell) and rule.klockslag is not None for rule in month.plan.book.rules] + [False]
    )
    if not (issues["kod"] == _NO_HOUR).any():
        return issues
    asked = asks[month.outcome.rule]
    files = np.unique(codes_of(month.cases["fil"])[month.rows[asked]])
    of_file = issues["fil"].isin(month.cases["fil"].cat.categories[files]).to_numpy()
    at = row_positions(month.cases, issues)
    keep = np.where(at == NO_ROW, of_file, np.isin(at, month.rows[asked]))
    return issues[(issues["kod"] != _NO_HOUR).to_numpy() | keep].reset_index(drop=True)


def _withheld_costs(month: ComputedMonth) -> pd.DataFrame:
    """What each blocked or parked case would cost at most, by its row: `dygn_micro` and `amount_ore` (Int64)."""
    cases = month.cases
    held = cases["status"].isin(["blockerad", "parkerad"]).to_numpy()
    rows, kinds = _of_every_kind(cases, np.flatnonzero(held & cases["utskrivningsklar"].notna().to_numpy()))
    part = _as_if_mended(cases.iloc[rows].reset_index(drop=True), month.region)
    part["vardform"] = pd.Categorical.from_codes(kinds, categories=cases["vardform"].cat.categories)
    plan = _without_conditions(month.plan)
    every = np.arange(len(part))
    outcome = compute(part, every, plan) if len(part) else Outcome.blank(0)
    lines, _ = case_lines(outcome, plan)
    micro = by_case(lines, "days", len(part)) * MICRO_PER_DYGN
    ore = by_case(lines, "amount_ore", len(part))
    mean_micro, mean_ore = _in_means(part, plan, month.outcome.sums, joining=True)
    stands = outcome.status == BLOCKERAD  # something else than the conditions: no day to count from
    found = pd.DataFrame({"dygn_micro": micro + mean_micro, "amount_ore": ore + mean_ore}, dtype="Int64")
    found.loc[stands] = pd.NA
    return found.set_axis(rows).groupby(level=0).max()


def _of_every_kind(cases: pd.DataFrame, rows: Positions) -> tuple[Positions, NDArray[np.int64]]:
    """The rows with the position of their vardform; a row whose vardform is not known once with each."""
    kinds = codes_of(cases["vardform"])[rows].astype(np.int64)
    unknown = rows[kinds < 0]
    of_each = np.tile(np.arange(len(VARDFORMER)), len(unknown))
    return (
        np.concatenate([rows[kinds >= 0], np.repeat(unknown, len(VARDFORMER))]),
        np.concatenate([kinds[kinds >= 0], of_each]),
    )


def _as_if_mended(part: pd.DataFrame, region: str | None) -> pd.DataFrame:
    """The parked rows with some payer of the region, and without ends that come before their notice."""
    day = part["utskrivningsklar"].to_numpy().astype("datetime64[D]")
    ends = {}
    for name in ("utskriven", "aterkallad", "makulerad"):
        ends[name] = part[name].mask(part[name].to_numpy().astype("datetime64[D]") < day)
    payer = next(n for n, k in enumerate(kommuner().values()) if region in (None, k.lanskod))
    codes = codes_of(part["kommun"])
    kommun = pd.Categorical.from_codes(np.where(codes < 0, payer, codes), categories=part["kommun"].cat.categories)
    return part.assign(kommun=kommun, **ends)


def _without_conditions(plan: Plan) -> Plan:
    rules: list[Rule] = []
    for rule in plan.book.rules:
        match rule:
            case Genomsnitt():
                rules.append(replace(rule, villkor=(), vilka_raknas="alla"))
            case Individuell():
                rules.append(replace(rule, villkor=()))
            case Schablon() | Utanfor():
                rules.append(rule)
            case _:
                assert_never(rule)
    return replace(plan, book=replace(plan.book, rules=tuple(rules)))


def _in_means(cases: pd.DataFrame, plan: Plan, sums: Sums, *, joining: bool) -> tuple[Counts, Counts]:
    """By how much each case alone would move its kommun's mean charge: dygn in millionths, and öre.

    The case joins the mean, or leaves it; a mean that its trigger keeps from charging moves nothing.
    """
    micro, ore = np.zeros(len(cases), np.int64), np.zeros(len(cases), np.int64)
    if not len(cases) or not plan.windows:
        return micro, ore
    days_of = CaseDays.of(cases)
    cell = days_of.kommun.astype(np.int64) * len(VARDFORMER) + days_of.vardform
    size = plan.book.covers.shape[1]
    for number, windows in plan.windows.items():
        rule = plan.book.rules[number]
        assert isinstance(rule, Genomsnitt)
        stay = genomsnitt.stays(days_of, rule, plan.as_of)
        inside = plan.book.covers[number].ravel()[cell] & genomsnitt.in_month(stay, rule, *windows[0])
        rows = np.flatnonzero(inside)
        belopp = plan.pieces[number][-1].belopp
        if not len(rows) or belopp is None:
            continue
        kommun, own = days_of.kommun[rows], stay.days[rows].astype(np.int64)
        charges = np.ones(len(rows), np.bool_)
        for back in range(1, len(windows)):
            earlier = sums.get((number, back), (np.zeros(size, np.int64),) * 2)
            charges &= genomsnitt.mean(*earlier, rule).exceeds[kommun]
        antal, total = (s[kommun] for s in sums.get((number, 0), (np.zeros(size, np.int64),) * 2))
        step = 1 if joining else -1
        now = genomsnitt.mean(antal, total, rule).dygn_micro
        then = genomsnitt.mean(antal + step, total + step * own, rule).dygn_micro
        price = [genomsnitt.amount_ore(dygn, belopp.rate_ore) for dygn in (now, then)]
        micro[rows] += np.where(charges, np.abs(then - now), 0)
        ore[rows] += np.where(charges, np.abs(price[1] - price[0]), 0)
    return micro, ore


def _own_amounts(month: ComputedMonth, rows: Positions) -> pd.Series:
    """What the cases cost as they stand, with what each does to the mean it is in."""
    part = month.cases.iloc[rows]
    in_mean = np.flatnonzero((part["status"] == "genomsnitt").to_numpy())
    ore = part["amount_ore"].to_numpy(copy=True)
    ore[in_mean] += _in_means(part.iloc[in_mean], _without_conditions(month.plan), month.outcome.sums, joining=False)[1]
    return pd.Series(ore, index=rows)


def _overlaps(month: ComputedMonth, kod: NDArray[np.object_]) -> dict[str, Overlaps]:
    found = {WITHIN_STAY: within_stays, ELSEWHERE: of_patients}
    return {code: find(month.cases, month.rows) for code, find in found.items() if (kod == code).any()}


def _of_overlaps(month: ComputedMonth, overlaps: Overlaps) -> pd.Series:
    """The amount of the days claimed twice: of either case, whichever is more."""
    own, other = (_between(month.lines, case, overlaps.start, overlaps.stop) for case in (overlaps.row, overlaps.other))
    return pd.Series(np.maximum(own, other), index=overlaps.row)


def _of_obstacles(month: ComputedMonth, rows: Positions) -> pd.Series:
    """The amount of the charged days on which regional open care was unavailable."""
    days = CaseDays.of(month.cases, rows)
    stop = np.minimum(days.hinder_till.astype(np.int64), STILL_OPEN)
    return pd.Series(_between(month.lines, rows, days.hinder_fran.astype(np.int64), stop), index=rows)


def _of_leave(month: ComputedMonth, rows: Positions) -> pd.Series:
    """What the cases would cost less if whole days away from the ward were not charged."""
    rows = np.intersect1d(rows, month.rows)
    rules = tuple(
        replace(rule, permission="avdrag") if isinstance(rule, Individuell | Genomsnitt) else rule
        for rule in month.plan.book.rules
    )
    _, ore = charged(month.cases, rows, month.plan)
    _, without = charged(month.cases, rows, replace(month.plan, book=replace(month.plan.book, rules=rules)))
    return pd.Series((ore - without)[rows], index=rows)


def _between(lines: pd.DataFrame, case: Positions, start: Counts, stop: Counts) -> Counts:
    """What each `case` is charged for the days [`start`, `stop`)."""
    asked = pd.DataFrame({"asked": np.arange(len(case)), "case": case, "from_day": start, "to_day": stop})
    both = asked.merge(lines[["case", "start", "stop", "rate_ore"]], on="case")
    first = np.maximum(both["start"], both["from_day"])
    days = np.maximum(np.minimum(both["stop"], both["to_day"]) - first, 0)
    total = np.zeros(len(case), np.int64)
    np.add.at(total, both["asked"].to_numpy(), (days * both["rate_ore"]).to_numpy(np.int64))
    return total


def _put_hours(issues: pd.DataFrame, stake: pd.Series, month: ComputedMonth, at: Counts) -> None:
    """What the notices without an hour would cost less, had they been sent late in the day; in place."""
    told = np.flatnonzero((issues["kod"] == _NO_HOUR).to_numpy())
    if not len(told):
        return
    cases = month.cases
    sent = cases["utskrivningsklar"].to_numpy()
    rows = month.rows[sent[month.rows].astype(np.int64) % SECONDS_PER_DAY == 0]
    part = cases.iloc[rows].reset_index(drop=True)
    every = np.arange(len(part))
    late = part.assign(utskrivningsklar=part["utskrivningsklar"] + np.timedelta64(SECONDS_PER_DAY - 1, "s"))
    days, ore = charged(part, every, month.plan)
    late_days, late_ore = charged(late, every, month.plan)
    less = pd.DataFrame({"ore": ore - late_ore, "days": days - late_days}, index=rows)
    of_file = less.groupby(cases["fil"].iloc[rows].astype("str").to_numpy()).sum()
    own = at[told] != NO_ROW
    stake.iloc[told[own]] = less["ore"].reindex(at[told[own]]).astype("Int64").array
    files = issues["fil"].iloc[told[~own]]
    stake.iloc[told[~own]] = of_file["ore"].reindex(files).astype("Int64").array
    counted = of_file["days"].reindex(files).fillna(0).astype("int64")
    varde = issues["varde"].iloc[told[~own]]
    issues.loc[varde.index, "varde"] = [f"{text}, {n} dygn" for text, n in zip(varde, counted, strict=True)]


def _summed(cases: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Blocked and parked cases per status, reason and enhet, with what they would cost at most."""
    held = cases.loc[cases["status"].isin(["blockerad", "parkerad"]), ["status", "orsak", "enhet"]].astype("str")
    whole = held.join(costs.fillna(0)).assign(antal=1).fillna(0)
    keys = list(WITHHELD_COLUMNS[:3])
    summed = whole.groupby(keys, sort=True, as_index=False)[list(WITHHELD_COLUMNS[3:])].sum()
    return summed.astype(dict.fromkeys(WITHHELD_COLUMNS[3:], "int64"))
