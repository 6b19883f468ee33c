"""The Bill's charged lines with everything a reader needs on the row: kommun, rule, dates, dygn and öre.

CSV, invoice, underlag and the checks all read their lines here, so they cannot disagree about what a line is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.data.units import MICRO_PER_DYGN

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


def charged_lines(bill: Bill) -> pd.DataFrame:
    """Every line that charges something, case lines first, then means and schablon, in the Bill's own order.

    Columns: `case` int64 (row of the case frame, −1 for a kommun's mean or schablon), `arende_id` str (`""` for
    those), `kommun` category of codes, `rule` and `rate` int16 (positions in the Bill, rate −1 for schablon),
    `regelverk` and `modell` category, `fran` and `tom` datetime64[s] (tom inclusive), `dygn_micro`, `rate_ore`,
    `amount_ore` int64. A mean or schablon of 0 öre is not a line.
    """
    cases, kommuner = bill.lines, bill.kommun_lines
    kommuner = kommuner[kommuner["amount_ore"] != 0]
    schablon = (kommuner["rate"] == -1).to_numpy()
    case = cases["case"].to_numpy()
    arende_id = bill.cases["arende_id"].take(case)
    rule = _both(cases, kommuner, "rule")
    model_of_rule = np.array([r.modell for r in bill.rules], dtype=object)
    model = np.concatenate([np.full(len(cases), "individuell", object), model_of_rule[kommuner["rule"].to_numpy()]])
    return pd.DataFrame(
        {
            "case": np.concatenate([case, np.full(len(kommuner), -1)]),
            "arende_id": pd.concat([arende_id, pd.Series([""] * len(kommuner), dtype="str")], ignore_index=True),
            "kommun": pd.Categorical.from_codes(_both(cases, kommuner, "kommun"), bill.cases["kommun"].cat.categories),
            "rule": rule,
            "rate": _both(cases, kommuner, "rate"),
            "regelverk": pd.Categorical([r.agreement for r in bill.rules]).take(rule),
            "modell": pd.Categorical(model, categories=["genomsnitt", "individuell", "schablon"]),
            "fran": _as_times(_both(cases, kommuner, "start")),
            "tom": _as_times(_both(cases, kommuner, "stop") - 1),
            "dygn_micro": np.concatenate(
                [cases["days"].to_numpy() * MICRO_PER_DYGN, np.where(schablon, 0, kommuner["dygn_micro"])]
            ),
            "rate_ore": np.concatenate([cases["rate_ore"].to_numpy(), np.where(schablon, 0, kommuner["rate_ore"])]),
            "amount_ore": _both(cases, kommuner, "amount_ore"),
        }
    )


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples."""
    return iter(frame.itertuples(index=False))


def dygn_text(micro: int) -> str:
    """Millionths of a dygn as decimal text without trailing zeros: 13 980 000 → `13.98`, 3 000 000 → `3`."""
    whole, part = divmod(micro, MICRO_PER_DYGN)
    return str(whole) if part == 0 else f"{whole}.{part:06d}".rstrip("0")


def _both(cases: pd.DataFrame, kommuner: pd.DataFrame, column: str) -> NDArray[Any]:
    return np.concatenate([cases[column].to_numpy(), kommuner[column].to_numpy()])


def _as_times(days: NDArray[Any]) -> NDArray[Any]:
    return days.astype("datetime64[D]").astype("datetime64[s]")
