"""Bokslut: a year settled per kommun, what was invoiced against the outcome, whole öre that tie by construction.

The outcome is computed by the rule the agreement names (under a schablon by its `utfall`), and by the statute
beside it. For every kommun: invoiced + settled before + settlement + not issued = outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import RuleBook, require_rules, rule_book
from betalningsansvar.billing.data_ends import require_reaching, still_in_after
from betalningsansvar.billing.days import Positions
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.lines import TariffGapError, schablon_lines
from betalningsansvar.billing.month_outcome import BLOCKERAD
from betalningsansvar.billing.month_plan import plan
from betalningsansvar.billing.period import Month, months_text
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.billing.summary import per_kommun
from betalningsansvar.billing.year.accrual import Accrual, accrue, frozen_months
from betalningsansvar.billing.year.gaps import Notice, coverage_notices
from betalningsansvar.billing.year.issued import IssuedYear, LedgerYear, issued_year, waived
from betalningsansvar.billing.year.outcome import (
    MONTHS,
    YearOutcome,
    cells,
    require_confirmed,
    settlement_book,
    statute_book,
    year_outcome,
)
from betalningsansvar.billing.year.waterfall import SCHABLON, by_cause, of_cells, waterfall
from betalningsansvar.billing.year.yearcells import (
    BY_ASSUMPTION,
    BY_LEDGER,
    BY_NOBODY,
    BY_SCHABLON,
    YearCells,
)
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp
from betalningsansvar.tariffs.schablon_underlag import SchablonTable

# By the codes of billing.month_outcome.
_STATUS = np.array(["fri", "blockerad", "genomsnitt", "debiteras"], object)


class YearNotOverError(StopError):
    """The data was extracted on `as_of`, before the last day of `year`: a settlement would credit the days after it."""

    def __init__(self, year: int, as_of: date) -> None:
        self.year, self.as_of = year, as_of
        super().__init__(
            f"Uppgifterna är uttagna {as_of}, innan {year} var slut. En avräkning skulle kreditera dagarna därefter. "
            f"Ta ut uppgifterna den 31 december {year} eller senare."
        )


class MonthsNotIssuedError(StopError):
    """Nobody has been invoiced for `months` (1–12) of `year`: their outcome is outside the settlement, and a settled
    year looks finished."""

    def __init__(self, year: int, months: tuple[int, ...]) -> None:
        self.year, self.months = year, months
        text = months_text(months)
        one = len(months) == 1
        super().__init__(
            f"{text[0].upper()}{text[1:]} {year} är inte {'utfärdad' if one else 'utfärdade'}, och utfallet ingår inte "
            f"i avräkningen. Utfärda {'månaden' if one else 'månaderna'} först, eller avräkna året uttryckligen utan "
            f"{'den' if one else 'dem'}."
        )


@dataclass(frozen=True, slots=True)
class Bokslut:
    """One year settled. `kommun` is a code in `months` and `settlement`, a position elsewhere; money is öre.

    `months`: as `YearCells.frame` gives them. `settlement`: one row per kommun as in `Bill.kommuner`, with
    invoiced_ore, outcome_ore, statute_ore, settled_ore (issued as settlement before), not_issued_ore (outcome of
    months nobody was invoiced for), settlement_ore (what is left: plus → invoice, minus → credit) and known.
    `causes`: öre per row of `settlement` and cause of `billing.year.waterfall.CAUSES`; `explained`: the same by
    month and case, as `waterfall` gives it. `cases` is the case frame with the year's status, orsak, dygn and
    amount_ore. `outcome.missing` and `statute.missing` name the amounts the tariffs lack; `replaced` has the user's own
    amounts of the year, each with the other that it takes the place of.
    """

    year: int
    as_of: date
    agreement: Agreement
    months: pd.DataFrame
    settlement: pd.DataFrame
    causes: NDArray[np.int64]
    explained: pd.DataFrame
    outcome: YearOutcome
    statute: YearOutcome
    cases: pd.DataFrame
    issues: pd.DataFrame
    schabloner: tuple[SchablonTable, ...]
    accrual: Accrual
    issued: IssuedYear | None
    notices: tuple[Notice, ...]
    replaced: tuple[tuple[Belopp, Belopp], ...]

    @property
    def outcome_known(self) -> bool:
        return not self.outcome.missing

    @property
    def statute_known(self) -> bool:
        return not self.statute.missing

    @property
    def settlement_ore(self) -> int:
        """The whole settlement, plus and minus together."""
        return int(self.settlement["settlement_ore"].sum())

    @property
    def rates(self) -> tuple[Belopp, ...]:
        """Every amount used, by rule and by statute."""
        return tuple(dict.fromkeys((*self.outcome.rates, *self.statute.rates)))


def reconcile(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    year: int,
    as_of: date | None = None,
    *,
    ledger: LedgerYear | None = None,
    allow_inferred: bool = False,
) -> Bokslut:
    """Settle `year` from checked cases.

    `ledger` is what has been issued; without one the schablon's printed shares count as
    invoiced, and other months as invoiced exactly as computed, which a notice says. `as_of` is the day the data was
    extracted, by default the last day of the year or the newest time in the data, whichever is later, and then the data
    must reach into the year.

    Where the tariffs lack rates for the outcome under a schablon, the report goes on with the statute's outcome
    beside it. Raises DataEndsError, TariffGapError for any other missing amount, or one only inferred without
    `allow_inferred`, and RuleGapError when no rule covers a day of the year.
    """
    rows = computable(cases)
    first, last = date(year, 1, 1), date(year, 12, 31)
    extract_given = as_of is not None
    if not extract_given:
        require_reaching(cases, rows, first)
    as_of = as_of or newest_day(cases, rows, last)
    used = np.unique(codes_of(cases["vardform"])[rows])
    require_rules(agreement, first, last, [str(cases["vardform"].cat.categories[n]) for n in used] or ["somatik"])

    book = rule_book(agreement)
    schablon_ore, schablon = _schablon_cells(book, year)
    computed = year_outcome(cases, rows, settlement_book(agreement), tariffs, year, as_of)
    statute = year_outcome(cases, rows, statute_book(), tariffs, year, as_of)
    _require_rates(computed, schablon)
    known = ~schablon if computed.missing else np.ones_like(schablon)
    outcome = _within(computed, known)
    waived_ore = 0
    if ledger is not None:
        outcome, waived_ore = _without_waived(outcome, cases, ledger, year)
    require_confirmed(outcome.rates, allow_inferred=allow_inferred)
    require_confirmed(statute.rates, allow_inferred=allow_inferred)

    issued = None if ledger is None else issued_year(ledger, year)
    source, invoiced_ore = _invoiced(issued, schablon, schablon_ore, outcome.amounts_ore(len(kommuner())))
    year_cells = YearCells(
        source=source,
        invoiced_ore=invoiced_ore,
        outcome_ore=outcome.amounts_ore(len(kommuner())),
        statute_ore=statute.amounts_ore(len(kommuner())),
        known=known,
        schablon=schablon,
        free=schablon & (schablon_ore == 0),
    )
    accrual = _accrual(cases, rows, computed, tariffs, agreement, year, as_of, ledger, schablon, schablon_ore)

    year_cases = _year_cases(cases, rows, computed, outcome)
    own, means = outcome.lines[outcome.lines["case"] >= 0], outcome.lines[outcome.lines["case"] < 0]
    shown = _shown(per_kommun(year_cases, own, means, agreement), year_cells, issued)
    settlement = _settlement(shown, year_cells, issued)
    positions = _positions(settlement)
    explained = _explained(year_cases, outcome, year_cells, issued)
    return Bokslut(
        year=year,
        as_of=as_of,
        agreement=agreement,
        months=year_cells.frame(positions, settlement["kommun"].to_numpy(object)),
        settlement=settlement,
        causes=by_cause(explained, len(kommuner()))[positions],
        explained=explained,
        outcome=outcome,
        statute=statute,
        cases=year_cases,
        issues=issues if extract_given else _with_end(issues, cases, rows, agreement, tariffs, year, as_of),
        schabloner=tuple(book.schabloner[n] for n in sorted(book.schabloner) if book.rules[n].fran.year <= year),
        accrual=accrual,
        issued=issued,
        notices=coverage_notices(cases, rows, year, as_of, year_cells, outcome, statute, issued, waived_ore),
        replaced=tuple(tariffs.replaced(date(year, 1, 1), date(year, 12, 31))),
    )


def _with_end(
    issues: pd.DataFrame,
    cases: pd.DataFrame,
    rows: Positions,
    agreement: Agreement,
    tariffs: Tariffs,
    year: int,
    as_of: date,
) -> pd.DataFrame:
    """The issues, after what of the year's outcome rests on the end of the data."""
    book = settlement_book(agreement)
    plans = (plan(book, tariffs, Month(year, number), as_of) for number in range(1, 13))
    ends = still_in_after(cases, rows, plans, newest_day(cases, rows, date.min), date(year, 12, 31))
    return pd.concat([ends, issues], ignore_index=True) if len(ends) else issues


def _within(outcome: YearOutcome, known: NDArray[np.bool_]) -> YearOutcome:
    """Only the lines of kommuner and months whose outcome is known: a part of a month's amount would mislead."""
    where = outcome.lines["kommun"].to_numpy().astype(np.int64), outcome.lines["month"].to_numpy().astype(np.int64) - 1
    return replace(outcome, lines=outcome.lines[known[where]].reset_index(drop=True))


def _without_waived(
    outcome: YearOutcome, cases: pd.DataFrame, ledger: LedgerYear, year: int
) -> tuple[YearOutcome, int]:
    """The outcome without the lines that a granted dispute took away, and their öre."""
    named = named_lines(outcome, cases)
    taken = waived(named, ledger, year)
    lines = named[~taken][outcome.lines.columns].reset_index(drop=True)
    return replace(outcome, lines=lines), int(named["amount_ore"].to_numpy()[taken].sum())


def named_lines(outcome: YearOutcome, cases: pd.DataFrame, lines: pd.DataFrame | None = None) -> pd.DataFrame:
    """The lines that cost something, with `arende_id` (`""` for a mean), `regelverk` and `modell` beside them.

    `lines` are those of `outcome` unless given; `cases` is the frame they were computed from.
    """
    lines = outcome.lines if lines is None else lines
    lines = lines[lines["amount_ore"] != 0].reset_index(drop=True)
    case, rule = lines["case"].to_numpy(), lines["rule"].to_numpy()
    ids = cases["arende_id"].to_numpy(object)
    rules = outcome.book.rules
    return lines.assign(
        arende_id=np.where(case >= 0, ids[case], "") if len(ids) else "",
        regelverk=np.array([r.agreement for r in rules], object)[rule],
        modell=np.where(case >= 0, "individuell", np.array([r.modell for r in rules], object)[rule]),
    )


def settlement_lines(bokslut: Bokslut, *, without_months: bool = False) -> pd.DataFrame:
    """What is left to settle as lines to issue (`billing.ledger.corrections.LINE_COLUMNS`), one per kommun.

    A line has no case and no days: it spans the year. Raises TariffGapError when an outcome is not known,
    YearNotOverError when the data was extracted before the year was over, and MonthsNotIssuedError when a month of it
    has not been issued, unless `without_months` says that the year is to be settled all the same.
    """
    if bokslut.outcome.missing:
        raise TariffGapError(bokslut.outcome.missing)
    if bokslut.as_of < date(bokslut.year, 12, 31):
        raise YearNotOverError(bokslut.year, bokslut.as_of)
    if not without_months:
        waiting = [notice for notice in bokslut.notices if notice.kind == "manader_ej_utfardade"]
        if waiting:
            raise MonthsNotIssuedError(bokslut.year, tuple(sorted(m for notice in waiting for m in notice.months)))
    rows = bokslut.settlement[bokslut.settlement["settlement_ore"] != 0]
    texts = {
        "arende_id": "",
        "regelverk": bokslut.agreement.id,
        "modell": "avrakning",
        "fran": f"{bokslut.year}-01-01",
        "tom": f"{bokslut.year}-12-31",
    }
    frame = rows[["kommun"]].assign(**texts, dygn_micro=0, rate_ore=0, amount_ore=rows["settlement_ore"])
    return frame[LINE_COLUMNS].astype({name: "str" for name in ("kommun", *texts)}).reset_index(drop=True)


def _positions(frame: pd.DataFrame) -> NDArray[np.int64]:
    position = {code: n for n, code in enumerate(kommuner())}
    return np.array([position[code] for code in frame["kommun"]], np.int64)


def _schablon_cells(book: RuleBook, year: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The printed share per kommun and month, and where a schablon is in force at all."""
    parts = [schablon_lines(book, Month(year, m)).assign(month=m) for m in range(1, MONTHS + 1)]
    lines = pd.concat(parts, ignore_index=True)
    in_force = np.zeros((len(kommuner()), MONTHS), np.bool_)
    in_force[lines["kommun"].to_numpy(), lines["month"].to_numpy() - 1] = True
    return cells(lines, len(kommuner())), in_force


def _require_rates(outcome: YearOutcome, schablon: NDArray[np.bool_]) -> None:
    """A gap is borne only under a schablon, whose months were invoiced all the same."""
    unpriced = outcome.lines[~outcome.lines["priced"]]
    where = unpriced["kommun"].to_numpy().astype(np.int64), unpriced["month"].to_numpy().astype(np.int64) - 1
    if (~schablon[where]).any():
        raise TariffGapError(outcome.missing)


def _invoiced(
    issued: IssuedYear | None,
    schablon: NDArray[np.bool_],
    schablon_ore: NDArray[np.int64],
    outcome_ore: NDArray[np.int64],
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Where each kommun's month was invoiced, and its öre.

    A month is issued for all at once: a kommun without an invoice in it got nothing to pay.
    """
    if issued is None:
        source = np.where(schablon, BY_SCHABLON, BY_ASSUMPTION)
        return source.astype(np.int8), np.where(schablon, schablon_ore, outcome_ore)
    source = np.where(np.broadcast_to(issued.months, schablon.shape), BY_LEDGER, BY_NOBODY)
    return source.astype(np.int8), issued.amounts_ore()


def _accrual(
    cases: pd.DataFrame,
    rows: Positions,
    outcome: YearOutcome,
    tariffs: Tariffs,
    agreement: Agreement,
    year: int,
    as_of: date,
    ledger: LedgerYear | None,
    schablon: NDArray[np.bool_],
    schablon_ore: NDArray[np.int64],
) -> Accrual:
    last_day = date(year, 12, 31)
    frozen = frozen_months(agreement, year, last_day)
    nowhere = np.zeros_like(schablon)
    if ledger is None:
        # The open month cannot have been invoiced; the others count as invoiced by schablon or as computed.
        invoiced, invoiced_ore, left_out = schablon, schablon_ore, ~schablon & frozen
    else:
        then = issued_year(ledger, year, last_day)
        invoiced, invoiced_ore, left_out = nowhere | then.months, then.amounts_ore(), nowhere
    return accrue(
        cases, rows, outcome, tariffs, year, as_of,
        frozen=frozen, invoiced_ore=invoiced_ore, invoiced=invoiced, schablon=schablon, left_out=left_out,
        without_waived=lambda one: one if ledger is None else _without_waived(one, cases, ledger, year)[0],
    )  # fmt: skip


def _year_cases(cases: pd.DataFrame, rows: Positions, computed: YearOutcome, outcome: YearOutcome) -> pd.DataFrame:
    """The case frame with the year's status, orsak and dygn, and the öre of the months whose outcome is known."""
    status = cases["status"].to_numpy(object, copy=True)
    status[rows] = _STATUS[computed.status[rows]]
    orsak = cases["orsak"].to_numpy(object, copy=True)
    orsak[rows] = np.array(REASONS, object)[np.where(computed.status[rows] == BLOCKERAD, computed.reason[rows], 0)]
    dygn, amount_ore = np.zeros((2, len(cases)), np.int64)
    for total, column, lines in ((dygn, "days", computed.lines), (amount_ore, "amount_ore", outcome.lines)):
        own = lines[lines["case"] >= 0]
        np.add.at(total, own["case"].to_numpy(), own[column].to_numpy())
    return cases.assign(
        status=pd.Categorical(status, dtype=STATUS_DTYPE),
        orsak=pd.Categorical(orsak, dtype=ORSAK_DTYPE),
        dygn=dygn,
        amount_ore=amount_ore,
    )


def _shown(found: pd.DataFrame, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
    """The rows of `per_kommun`, and a row for every other kommun that has been invoiced or would be by statute."""
    money = year.has_money if issued is None else year.has_money | (issued.settled_ore() != 0)
    codes = list(kommuner())
    absent = [codes[n] for n in np.flatnonzero(money) if codes[n] not in set(found["kommun"])]
    extra = found.iloc[[0] * len(absent)].assign(kommun=absent, kommunnamn=[kommuner()[c].name for c in absent])
    numbers = [name for name in found.columns if pd.api.types.is_integer_dtype(found[name])]
    extra = extra.assign(grupp="utomlans", **dict.fromkeys(numbers, 0))
    both = pd.concat([found, extra], ignore_index=True)
    return both.assign(nobody=both["kommun"] == "").sort_values(["nobody", "kommun"]).drop(columns="nobody")


def _settlement(shown: pd.DataFrame, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
    rows = shown[shown["kommun"] != ""].reset_index(drop=True)
    at = _positions(rows)
    not_issued = year.not_issued_ore.sum(axis=1)[at]
    settled = np.zeros(len(at), np.int64) if issued is None else issued.settled_ore()[at]
    invoiced, outcome = year.invoiced_ore.sum(axis=1)[at], year.outcome_ore.sum(axis=1)[at]
    is_known = np.logical_and.reduce(year.known, axis=1)[at]
    left = np.where(is_known, outcome - invoiced - settled - not_issued, 0)
    return rows.drop(columns=["amount_ore", "nollfaktura"]).assign(
        invoiced_ore=invoiced,
        outcome_ore=outcome,
        statute_ore=year.statute_ore.sum(axis=1)[at],
        settled_ore=settled,
        not_issued_ore=not_issued,
        settlement_ore=left,
        known=is_known,
    )


def _explained(cases: pd.DataFrame, outcome: YearOutcome, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
    """Öre by kommun, month, case and cause, as `waterfall` gives them. A schablon whose outcome has no rate is left
    out: nothing is known of it."""
    if issued is None:
        settled = year.schablon & year.known
        return of_cells(np.where(settled, year.outcome_ore - year.invoiced_ore, 0), SCHABLON)
    wanted = named_lines(outcome, cases)
    lines = issued.lines
    if outcome.missing:
        wanted, lines = (frame[year.of(frame, year.known)] for frame in (wanted, lines))
    rulebooks = frozenset(rule.agreement for rule in outcome.book.rules)
    by_ledger = year.source == BY_LEDGER
    return waterfall(lines, wanted, cases, by_ledger, year.schablon, rulebooks, len(year.source))
