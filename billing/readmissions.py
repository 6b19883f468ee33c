"""Readmissions: who came back to hospital within 30 days of a discharge, told as a number and never as a name.

Audits ask for lead times, cost and readmissions together: a stay that ends a day sooner is no gain if the patient is
back within the month. Only what the data holds is seen: a patient who came back and was never noticed as ready again
has no row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing.days import Flags
from betalningsansvar.data.patients import MARK, are_told, same_patients

WITHIN_DAYS = 30
STAY = np.dtype([*((name, MARK[name]) for name in MARK.names or ()), ("inskriven", np.int32), ("utskriven", np.int32)])
"""A stay as it is held against others: the patient's mark (`data.patients.patient_marks`), and the days of admission
and discharge, 0 where there is none. A record may have more fields."""

_ROOM = 10**6  # day numbers are far below it, so that one number holds patient and day


def back_within_30_days(stays: NDArray[np.void], until: int) -> Flags:
    """For each of the stays (`STAY`), whether its patient was admitted again 1–30 days after the discharge, through
    `until`. All stays of a patient must be among them.

    An admission on the day of discharge is a move between wards, not a return. A case that is not discharged, or whose
    patient is not told, is false.
    """
    order, patient = same_patients(stays)
    own = stays[order]
    start = patient * _ROOM
    inskriven, utskriven = own["inskriven"], own["utskriven"]
    came = np.sort((start + inskriven)[(inskriven > 0) & (inskriven <= until)])
    after = np.searchsorted(came, start + utskriven + 1)
    through = np.searchsorted(came, start + utskriven + WITHIN_DAYS, side="right")
    found = np.zeros(len(stays), np.bool_)
    found[order] = (through > after) & (utskriven > 0) & are_told(own)
    return found
