"""What was known on a day: the one meaning of it, for previews, year-ends and forecasts alike."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from betalningsansvar.billing.days import Positions
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import TIME_COLUMNS


def computable(cases: pd.DataFrame) -> Positions:
    """The rows of a checked case frame that are computed: neither parked nor rejected, their notice known."""
    unsettled = codes_of(cases["status"]) == 0
    return np.flatnonzero(unsettled & ~np.isnat(cases["utskrivningsklar"].to_numpy()))


def cases_as_of(cases: pd.DataFrame, day: date) -> pd.DataFrame:
    """The case frame as it would have looked when extracted on the evening of `day`: the same rows, in which every
    time after that day is blank, and so is how a stay ended that had not.

    A case whose notice came later is no longer `computable`. A value that was changed afterwards cannot be known from
    the data itself.
    """
    limit = np.datetime64(day + timedelta(days=1), "s")
    known = {}
    for name in TIME_COLUMNS:
        late = (cases[name] >= limit).to_numpy()
        if late.any():
            known[name] = cases[name].mask(late)
            if name == "utskriven":
                known["avslut"] = cases["avslut"].mask(late, "")
    return cases.assign(**known)


def newest_day(cases: pd.DataFrame, rows: Positions, at_least: date) -> date:
    """The date of the newest time in the chosen rows, or `at_least` if that is later."""
    # An unknown time is less than any other here, and so is the newest of no rows.
    newest = np.datetime64("NaT", "s")
    for name in TIME_COLUMNS:
        newest = np.fmax.reduce(cases[name].to_numpy()[rows], initial=newest)
    return at_least if np.isnat(newest) else max(at_least, newest.astype("datetime64[D]").item())
