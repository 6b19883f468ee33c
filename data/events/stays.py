"""What the messages of one stay must agree on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.events.order import Order

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_UTSKRIVEN = HANDELSER.index("utskriven")


def different_patients(stay: Rows, patient_id: pd.Series, stays: int) -> Mask:
    """True for each stay that has messages about two patients; a blank patient is none."""
    patient, _ = pd.factorize(patient_id)
    known = (stay >= 0) & (patient_id != "").to_numpy(dtype=bool)
    return differ(stay[known], patient[known], stays)


def contradicted_discharges(order: Order, stays: int) -> Mask:
    """True for each stay that is utskriven on two days."""
    at = order.kind == _UTSKRIVEN
    return differ(order.stay[at], order.seconds[at].astype("datetime64[D]").astype(np.int64), stays)


def moved_rows(stay: Rows, values: pd.Series, notices: Rows, stays: int) -> Rows:
    """The `notices` (rows of the log) whose stay has another value of a category than theirs in some row.

    A blank differs from nothing, but in placeringskommun, where it says that nobody placed the patient.
    """
    code = codes_of(values).astype(np.int64)
    known = (stay >= 0) & (code >= 0)
    lowest, highest = _extremes(stay[known], code[known], stays)
    own, of = code[notices], stay[notices]
    blank_counts = values.name == "placeringskommun"
    differs = (lowest[of] <= highest[of]) & ((lowest[of] != own) | (highest[of] != own))
    return np.flatnonzero(differs & ((own >= 0) | blank_counts))


def named_elsewhere(stay: Rows, values: pd.Series, notices: Rows, unread: Rows, stays: int) -> npt.NDArray[np.int64]:
    """For each of the `notices` without a value of its own the one (its position among the categories) that all rows
    of its stay that have one agree on; −1 where there is none. An `unread` row agrees with nothing."""
    code = codes_of(values).astype(np.int64)
    known = (stay >= 0) & (code >= 0)
    lowest, highest = _extremes(stay[known], code[known], stays)
    doubtful = np.zeros(stays, dtype=bool)
    doubtful[stay[unread][stay[unread] >= 0]] = True
    of = stay[notices]
    agreed = (code[notices] < 0) & (lowest[of] == highest[of]) & ~doubtful[of]
    return np.where(agreed, lowest[of], -1)


def differ(stay: Rows, values: npt.NDArray[np.int64], stays: int) -> Mask:
    """True for each of the `stays` (groups) that has two different `values`."""
    lowest, highest = _extremes(stay, values, stays)
    differ: Mask = lowest < highest
    return differ


def _extremes(
    stay: Rows, values: npt.NDArray[np.int64], stays: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The lowest and highest value of every stay; of one without values, the lowest is above the highest."""
    limits = np.iinfo(np.int64)
    lowest, highest = np.full(stays, limits.max), np.full(stays, limits.min)
    np.minimum.at(lowest, stay, values)
    np.maximum.at(highest, stay, values)
    return lowest, highest
