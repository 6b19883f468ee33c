"""What stops a run: the user's data, amounts or files, not a fault of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from betalningsansvar.data.shown import quotable

MOST_TOLD = 10


class StopError(Exception):
    """The run stops and nothing is written. The text says what is wrong, where, and how it is mended.

    Every room's own errors of this kind derive from it, so that a caller can tell them from a fault. Whatever of the
    input a text quotes, it shows no personal number, and nothing that a terminal would obey. One that is sent to
    another process arrives with all that it holds.
    """

    def __init__(self, *told: object) -> None:
        super().__init__(*(quotable(one) if isinstance(one, str) else one for one in told))

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_it_was, (type(self), self.args, self.__dict__)


def _as_it_was(kind: type[StopError], args: tuple[Any, ...], held: dict[str, Any]) -> StopError:
    """The error again, without composing its sentence anew."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(held)
    return error


def first_ten(sentences: Sequence[str]) -> str:
    """The sentences, one a line; of more than ten the first ten, and how many more there are."""
    told = list(sentences[:MOST_TOLD])
    left = len(sentences) - len(told)
    return "\n".join([*told, f"… och {left} fel till."] if left else told)
