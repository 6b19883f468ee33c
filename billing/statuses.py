"""The words for what became of a case, and the dtypes that carry them."""

from __future__ import annotations

import pandas as pd

from data.codes import CODES

STATUSES = ("", "debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")

STATUS_DTYPE = pd.CategoricalDtype(STATUSES)
ORSAK_DTYPE = pd.CategoricalDtype(("", *CODES))
