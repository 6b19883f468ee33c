"""Messages sent while the message system stood still: flagged for review, charged as they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from betalningsansvar.data.issues import Findings
from betalningsansvar.tariffs.records import Downtime

MESSAGES = ("inskrivningsmeddelande", "utskrivningsklar", "aterkallad", "sip_kallelse", "kallelse_mottagen")


def flag_downtime(cases: pd.DataFrame, issues: pd.DataFrame, windows: Sequence[Downtime]) -> pd.DataFrame:
    """The issues with one `DRIFTSTOPP` for each message whose time lies inside a window (ends included)."""
    found = Findings()
    for window in windows:
        fran, tom = np.datetime64(window.fran, "s"), np.datetime64(window.tom, "s")
        for name in MESSAGES:
            times = cases[name].to_numpy()
            rows = np.flatnonzero((times >= fran) & (times <= tom))
            shown = [f"{at:%Y-%m-%d %H:%M} ({window.kalla})" for at in cases[name].iloc[rows]]
            found.add(rows, "DRIFTSTOPP", name, shown)
    new = found.frame(cases)
    return pd.concat([issues, new], ignore_index=True) if len(new) else issues
