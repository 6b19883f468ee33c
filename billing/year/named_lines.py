"""A year's lines with the names that a ledger knows them by, and without those that a granted dispute took away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from betalningsansvar.billing.year.issued import LedgerYear, waived
from betalningsansvar.billing.year.outcome import YearOutcome


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


def without_waived(outcome: YearOutcome, cases: pd.DataFrame, ledger: LedgerYear, year: int) -> tuple[YearOutcome, int]:
    """The outcome without the lines that a granted dispute took away, and their öre."""
    named = named_lines(outcome, cases)
    taken = waived(named, ledger, year)
    lines = named[~taken][outcome.lines.columns].reset_index(drop=True)
    return replace(outcome, lines=lines), int(named["amount_ore"].to_numpy()[taken].sum())
