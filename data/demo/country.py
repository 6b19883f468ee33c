"""Synthetic notices of every region, each row with its hospital's region."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from betalningsansvar.data.demo.synthetic import RequestError, generate
from betalningsansvar.data.kommuner import kommuner

EVERY_REGION = "alla"


def generate_country(cases: int, year: int, seed: int) -> pd.DataFrame:
    """`cases` notices shared among the regions by how many kommuner they have, as `generate` makes them of each, with
    the länskod in the column `region`. Raises RequestError as `generate` does, and for fewer cases than kommuner."""
    size = Counter(kommun.lanskod for kommun in kommuner().values())
    total = sum(size.values())
    if cases < total:
        raise RequestError(f"{cases} ärenden är för få för hela landet. Ange minst {total}, ett per kommun.")
    parts, made, below = [], 0, 0
    for region, number in sorted(size.items()):
        below += number
        own = cases * below // total - made
        made += own
        parts.append(generate(own, region, year, seed).assign(region=pd.Series([region] * own, dtype="str")))
    return pd.concat(parts, ignore_index=True)
