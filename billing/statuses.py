"""The words for what became of a case, and the dtypes that carry them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.data.codes import CODES
from betalningsansvar.data.codes import STATUSES as STATUSES

STATUS_DTYPE = pd.CategoricalDtype(list(STATUSES))
ORSAK_DTYPE = pd.CategoricalDtype(["", *CODES])


def coded(codes: NDArray[np.integer[Any]], dtype: pd.CategoricalDtype) -> pd.Categorical[Any]:
    """A categorical from positions in the categories of `dtype`, −1 = missing."""
    return pd.Categorical.from_codes(codes, dtype=dtype)
