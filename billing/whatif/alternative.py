"""What the same dygn would cost in another form of care, such as a korttidsplats, beside the dygnsbelopp."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.data.units import MICRO_PER_DYGN

Whole = TypeVar("Whole", int, NDArray[np.int64])


def alternative_cost(dygn_micro: Whole, rate_ore: int) -> Whole:
    """Öre for so many millionths of a dygn at `rate_ore` a dygn, rounded half up; of one sum or of each in an array."""
    whole, rest = dygn_micro // MICRO_PER_DYGN, dygn_micro % MICRO_PER_DYGN  # apart: their product stays within int64
    return whole * rate_ore + (2 * rest * rate_ore + MICRO_PER_DYGN) // (2 * MICRO_PER_DYGN)
