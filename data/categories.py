"""The codes of a categorical column, without a copy."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def codes_of(column: pd.Series[Any]) -> NDArray[np.signedinteger[Any]]:
    """Each row's position among the column's categories, −1 where it is blank; int8 or as wide as they need.

    A read-only view: `.cat.codes` copies the whole column each time it is asked, also for one chunk of it.
    """
    return cast(pd.Categorical, column.array).codes
