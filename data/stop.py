"""What stops a run: the user's data, amounts or files, not a fault of the program."""

from __future__ import annotations


class StopError(Exception):
    """The run stops and nothing is written. The text says what is wrong, where, and how it is mended.

    Every room's own errors of this kind derive from it, so that a caller can tell them from a fault.
    """
