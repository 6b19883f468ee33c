"""The month per kommun: counts, days and öre, one row per payer, so that totals tie to the source."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.records import Agreement

COUNTED = ("debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")
NO_PAYER = "Kommun saknas eller okänd"


def per_kommun(
    cases: pd.DataFrame, lines: pd.DataFrame, kommun_lines: pd.DataFrame, agreement: Agreement
) -> pd.DataFrame:
    """One row per kommun of the agreement's region, per other payer in the data, and one without payer.

    Columns: kommun, kommunnamn, grupp (region, utomlans, saknas), antal_arenden and one count per status,
    dygn_micro, amount_ore, nollfaktura. An agreement for every kommun lists the payers in the data.
    """
    none = len(kommuner())
    payer = codes_of(cases["kommun"]).astype(np.int64)
    payer = np.where(payer < 0, none, payer)
    status = cases["status"]
    counts = {name: _count(payer[(status == name).to_numpy()], none + 1) for name in COUNTED}
    dygn_micro = _sum(lines, lines["days"].to_numpy() * MICRO_PER_DYGN, none + 1)
    dygn_micro += _sum(kommun_lines, kommun_lines["dygn_micro"].to_numpy(), none + 1)
    return payer_rows(counts, dygn_micro, charged_ore(lines, kommun_lines), agreement)


def payer_rows(
    counts: dict[str, NDArray[np.int64]],
    dygn_micro: NDArray[np.int64],
    amount_ore: NDArray[np.int64],
    agreement: Agreement,
) -> pd.DataFrame:
    """The rows of `per_kommun` from cases per status, days and öre by kommun position, no payer last."""
    known = tuple(kommuner().values())
    none = len(known)
    antal = np.sum(list(counts.values()), axis=0)
    inside = np.array([agreement.region is not None and k.lanskod == agreement.region for k in known] + [False])
    shown = np.flatnonzero(inside | (antal > 0) | (amount_ore != 0))
    covered = inside if agreement.region else np.ones(none + 1, np.bool_)
    grupp = np.where(shown == none, "saknas", np.where(covered[shown], "region", "utomlans"))
    frame = pd.DataFrame(
        {
            "kommun": [*(k.code for k in known), ""],
            "kommunnamn": [*(k.name for k in known), NO_PAYER],
            "antal_arenden": antal,
            **counts,
            "dygn_micro": dygn_micro,
            "amount_ore": amount_ore,
        }
    )
    frame = frame.iloc[shown].reset_index(drop=True)
    frame.insert(2, "grupp", grupp)
    return frame.assign(nollfaktura=(frame["amount_ore"] == 0) & (frame["kommun"] != ""))


def charged_ore(lines: pd.DataFrame, kommun_lines: pd.DataFrame) -> NDArray[np.int64]:
    """The öre charged to each of `kommuner()`, by its position there, and last to nobody."""
    size = len(kommuner()) + 1
    own, of_kommun = (_sum(part, part["amount_ore"].to_numpy(), size) for part in (lines, kommun_lines))
    return own + of_kommun


def _count(payer: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.bincount(payer, minlength=size).astype(np.int64)


def _sum(lines: pd.DataFrame, values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    total = np.zeros(size, np.int64)
    np.add.at(total, lines["kommun"].to_numpy(), values)
    return total
