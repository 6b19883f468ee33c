"""Where in an issue a child process is: it counts its steps in memory that its parent sees, also after its death."""

from __future__ import annotations

import mmap
import os
import re
import signal
import struct
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

_PLACE = struct.Struct("=iBii48s")
BEFORE, INSIDE, AFTER = 0, 1, 2
_WRITERS = ("BEGIN IMMEDIATE", "SELECT pg_advisory_xact_lock")


@dataclass(frozen=True)
class Place:
    """`steps` so far, the `phase` (before BEGIN, inside the transaction, after COMMIT), the `first` and `last` step
    inside, and the statement (`label`) that was last begun."""

    steps: int = 0
    phase: int = BEFORE
    first: int = 0
    last: int = 0
    label: str = ""


class Watch:
    """Where a child is, in memory shared by parent and child."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        self.reset()

    def reset(self) -> None:
        self._write(Place())

    @property
    def place(self) -> Place:
        steps, phase, first, last, label = _PLACE.unpack_from(self._shared)
        return Place(steps, phase, first, last, label.rstrip(b"\0").decode(errors="replace"))

    def _write(self, place: Place) -> None:
        label = place.label.encode()[:48]
        _PLACE.pack_into(self._shared, 0, place.steps, place.phase, place.first, place.last, label)

    def follow(self, die_at: int = 0) -> None:
        """In the child: count every statement from now on; at step `die_at`, just before the statement, be killed."""

        def step(label: str, phase: int) -> None:
            was = self.place
            steps = was.steps + 1
            inside = phase == INSIDE
            first = was.first or (steps if inside else 0)
            self._write(Place(steps, phase, first, steps if inside else was.last, label))
            if steps == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        @event.listens_for(Engine, "before_cursor_execute")
        def executing(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            phase = self.place.phase
            begins = statement.startswith(_WRITERS)
            step(_named(statement), INSIDE if begins or phase == INSIDE else phase)

        @event.listens_for(Engine, "commit")
        def committing(_c: Any) -> None:
            if self.place.phase == INSIDE:
                step("COMMIT", INSIDE)

        @event.listens_for(Engine, "checkin")
        def leaving(_c: Any, _record: Any) -> None:
            if self.place.label == "COMMIT":
                step("efter COMMIT", AFTER)


def _named(statement: str) -> str:
    """The statement without its values: `INSERT entry`, `SELECT invoice`."""
    words = re.sub(r'["\s]+', " ", statement).split()
    verb = words[0].upper()
    if verb == "BEGIN":
        return "BEGIN"
    if verb in ("INSERT", "CREATE", "ALTER", "DROP"):
        return " ".join(words[:3])[:40]
    if verb == "SELECT" and "FROM" in words:
        return f"SELECT {words[words.index('FROM') + 1]}"[:40]
    return " ".join(words[:2])[:40]
