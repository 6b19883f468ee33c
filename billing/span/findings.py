"""The findings of months together: each once, with the öre that hang on it in all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

_KEYS = ["fil", "rad", "arende_id", "kod", "kolumn", "varde"]


def of_all_months(months: Sequence[pd.DataFrame], read: pd.DataFrame) -> pd.DataFrame:
    """The issues of the months' bills as one issue frame; `read` are those that the bills were given.

    What a bill tells of a whole file holds figures of its month: here it stands as it was read.
    """
    every = pd.concat(months, ignore_index=True)
    place = ["fil", "rad", "kod", "kolumn"]
    whole = read[read["rad"] == 0].drop_duplicates(place).set_index(place)["varde"]
    at = pd.MultiIndex.from_frame(every[place])
    known = (every["rad"] == 0).to_numpy() & at.isin(whole.index)
    every.loc[known, "varde"] = whole.reindex(at[known]).to_numpy()
    every["stake_ore"] = every["stake_ore"].astype("Int64")
    together = every.groupby(_KEYS, sort=False)[["stake_ore"]].sum(min_count=1)
    return together.reset_index()
