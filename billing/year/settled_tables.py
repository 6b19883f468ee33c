"""The tables of a settled year: its cases, its kommuner with what is left, and the cause of each öre."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import Positions
from betalningsansvar.billing.month_outcome import BLOCKERAD
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.billing.year.issued import IssuedYear
from betalningsansvar.billing.year.named_lines import named_lines
from betalningsansvar.billing.year.outcome import YearOutcome
from betalningsansvar.billing.year.waterfall import SCHABLON, of_cells, waterfall
from betalningsansvar.billing.year.yearcells import BY_LEDGER, YearCells
from betalningsansvar.data.kommuner import kommuner

# By the codes of billing.month_outcome.
_STATUS = np.array(["fri", "blockerad", "genomsnitt", "debiteras"], object)


def year_cases(cases: pd.DataFrame, rows: Positions, computed: YearOutcome, outcome: YearOutcome) -> pd.DataFrame:
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


def shown_kommuner(found: pd.DataFrame, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
    """The rows of `per_kommun`, and a row for every other kommun that has been invoiced or would be by statute."""
    money = year.has_money if issued is None else year.has_money | (issued.settled_ore() != 0)
    codes = list(kommuner())
    absent = [codes[n] for n in np.flatnonzero(money) if codes[n] not in set(found["kommun"])]
    extra = found.iloc[[0] * len(absent)].assign(kommun=absent, kommunnamn=[kommuner()[c].name for c in absent])
    numbers = [name for name in found.columns if pd.api.types.is_integer_dtype(found[name])]
    extra = extra.assign(grupp="utomlans", **dict.fromkeys(numbers, 0))
    both = pd.concat([found, extra], ignore_index=True)
    return both.assign(nobody=both["kommun"] == "").sort_values(["nobody", "kommun"]).drop(columns="nobody")


def settlement_table(shown: pd.DataFrame, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
    """A row per kommun `shown`: what was invoiced, the outcome, and what is left to settle."""
    rows = shown[shown["kommun"] != ""].reset_index(drop=True)
    at = positions(rows)
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


def explained(cases: pd.DataFrame, outcome: YearOutcome, year: YearCells, issued: IssuedYear | None) -> pd.DataFrame:
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


def positions(frame: pd.DataFrame) -> NDArray[np.int64]:
    """The position of each row's kommun among all of them."""
    position = {code: n for n, code in enumerate(kommuner())}
    return np.array([position[code] for code in frame["kommun"]], np.int64)
