"""Readmissions: who came back to hospital within 30 days of a discharge, told as a number and never as a name.

Audits ask for lead times, cost and readmissions together: a stay that ends a day sooner is no gain if the patient is
back within the month. Only what the data holds is seen: a patient who came back and was never noticed as ready again
has no row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.days import Flags, Positions
from betalningsansvar.data.patients import patient_keys

WITHIN_DAYS = 30
_ROOM = 10**6  # day numbers are far below it, so that one number holds patient and day


def back_within_30_days(cases: pd.DataFrame, until: int) -> Flags:
    """For each case of a frame, whether its patient was admitted again 1–30 days after the discharge, through `until`.

    An admission on the day of discharge is a move between wards, not a return. A case that is not discharged, or whose
    patient is not told, is false.
    """
    keys = patient_keys(pa.array(cases["patient_id"].array))
    _, patient = np.unique(keys, return_inverse=True)
    start = patient.astype(np.int64) * _ROOM
    inskriven, utskriven = _days(cases["inskriven"]), _days(cases["utskriven"])
    came = np.sort((start + inskriven)[(inskriven > 0) & (inskriven <= until)])
    after = np.searchsorted(came, start + utskriven + 1)
    through = np.searchsorted(came, start + utskriven + WITHIN_DAYS, side="right")
    return np.asarray((through > after) & (utskriven > 0) & (keys != -1))


def _days(times: pd.Series) -> Positions:
    """Day numbers; 0 where the time is blank."""
    return np.where(times.isna(), 0, times.to_numpy().astype("datetime64[D]").astype(np.int64))
