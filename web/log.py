"""What the page writes in its log: method, route, status and time, and of a fault where in the program it arose.

Never a query string, a form, a file name, an arende_id or the text of an error: any of them may tell of a patient.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

LOGGER = logging.getLogger("betalningsansvar.web")


def log_answer(method: str, route: str, status: int, milliseconds: int) -> None:
    """One line per answer; `route` is the pattern of the address, not the address."""
    LOGGER.info("%s %s %d %d ms", method, route, status, milliseconds)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the program: the kind of error and the lines of code, without its text."""

    kind: str
    places: str


def fault_of(error: BaseException) -> Fault:
    """What is told of a fault; of one that arose in another process, what was told there."""
    if isinstance(found := getattr(error, "fault", None), Fault):
        return found
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-8:]))
    return Fault(type(error).__name__, places)


def log_fault(number: str, error: BaseException) -> None:
    """A fault of the program under its number."""
    fault = fault_of(error)
    LOGGER.error("fel %s: %s vid %s", number, fault.kind, fault.places)


def log_refusal(reason: str) -> None:
    """Somebody was not let in, or not allowed: why, never with what was sent."""
    LOGGER.warning("nekad: %s", reason)


_FOR_THE_ADMINISTRATOR = ("DatabaseError", "NewerSchemaError", "OldSchemaError", "BrokenLedgerError", "TrailError")


def log_stop(error: BaseException) -> None:
    """What the person at the page cannot mend: the kind of error and the database's code, without the text."""
    if any(kind.__name__ in _FOR_THE_ADMINISTRATOR for kind in type(error).__mro__):
        LOGGER.error("stopp: %s %s", type(error).__name__, getattr(error, "code", ""))
