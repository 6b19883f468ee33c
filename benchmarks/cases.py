"""Random cases for the benchmarks: a case frame with every condition in play."""

from __future__ import annotations

import numpy as np
import pandas as pd

from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.data.columns import TIME_COLUMNS, VARDFORMER
from betalningsansvar.data.kommuner import kommuner

SECONDS_PER_DAY = 86_400


def random_cases(size: int, seed: int = 1) -> pd.DataFrame:
    """A case frame with every condition in play, notices around the month."""
    rng = np.random.default_rng(seed)
    blank = np.datetime64("NaT")

    def some(times: np.ndarray, share: float) -> np.ndarray:
        return np.where(rng.random(size) < share, times, blank).astype("datetime64[s]")

    def after(times: np.ndarray, most_days: int) -> np.ndarray:
        return times + rng.integers(0, most_days * SECONDS_PER_DAY, size).astype("timedelta64[s]")

    admitted = after(np.full(size, np.datetime64("2018-10-01", "s")), 60)
    notice = after(admitted, 10)
    obstacle = after(notice, 6)
    columns: dict[str, object] = {
        "inskriven": admitted,
        "inskrivningsmeddelande": some(after(admitted, 3), 0.97),
        "utskrivningsklar": notice,
        "aterkallad": some(after(notice, 8), 0.05),
        "sip_kallelse": some(after(notice, 5), 0.5),
        "oppenvard_hinder_fran": some(obstacle, 0.05),
        "oppenvard_hinder_till": blank,
        "kallelse_mottagen": blank,
        "vardplan_justerad": blank,
        "utskriven": some(after(notice, 15), 0.95),
    }
    hindered = ~np.isnat(np.asarray(columns["oppenvard_hinder_fran"]))
    ended = hindered & (rng.random(size) < 0.8)
    columns["oppenvard_hinder_till"] = np.where(ended, after(obstacle, 6), blank).astype("datetime64[s]")
    columns["kallelse_mottagen"] = columns["vardplan_justerad"] = np.full(size, blank).astype("datetime64[s]")
    frame = pd.DataFrame({name: columns.get(name, blank) for name in TIME_COLUMNS}, copy=False)
    vardform = rng.choice(np.arange(2, dtype=np.int8), size, p=[0.92, 0.08])
    return frame.assign(
        sip_kravs=rng.random(size) < 0.4,
        kommun_medverkade=True,
        kommun=pd.Categorical.from_codes(rng.integers(0, 290, size, dtype=np.int16), list(kommuner())),
        vardform=pd.Categorical.from_codes(vardform, list(VARDFORMER)),
        status=pd.Categorical.from_codes(np.zeros(size, np.int8), dtype=STATUS_DTYPE),
        orsak=pd.Categorical.from_codes(np.zeros(size, np.int8), dtype=ORSAK_DTYPE),
    )
