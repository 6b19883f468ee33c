"""Where in an issue a child process is: it writes down its steps in memory that its parent sees, also after its death.

A step is a statement to the database, its COMMIT, or, when that is done, a file or folder that is made, moved or taken
away.
"""

from __future__ import annotations

import mmap
import os
import re
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

BEFORE, INSIDE, AFTER, FILES = range(4)
_WRITERS = ("BEGIN IMMEDIATE", "SET LOCAL lock_timeout")
_STEP = struct.Struct("=B47s")
_HEAD = struct.Struct("=i??")
_ROOM = 1 << 18


@dataclass(frozen=True)
class Step:
    """In what `phase` it was begun: before BEGIN, inside the transaction, after COMMIT, while files are written; and
    what it was. As something to look for, a blank `label` is any step of the phase."""

    phase: int = BEFORE
    label: str = ""

    def covers(self, other: Step) -> bool:
        return self.phase == other.phase and self.label in ("", other.label)


@dataclass(frozen=True)
class Aim:
    """Strike after `seconds`; or at the `nth` of the steps that `step` covers: before it is taken, or, `late`, so many
    seconds into it."""

    seconds: float = 0
    step: Step | None = None
    nth: int = 1
    late: float | None = None


class Watch:
    """The steps of a child, in memory shared by parent and child, and whether it has come to where it is to be struck.

    A child that is to be struck before a step waits there for the blow.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _ROOM)
        self.reset()

    def reset(self) -> None:
        self._set(0, reached=False, released=False)

    @property
    def steps(self) -> Sequence[Step]:
        count, *_ = self._head()
        return [self._step(number) for number in range(count)]

    @property
    def place(self) -> Step:
        """The step that was begun last."""
        count, *_ = self._head()
        return self._step(count - 1) if count else Step()

    @property
    def reached(self) -> bool:
        return self._head()[1]

    def release(self) -> None:
        """Let the child go on after the blow, where it fell on someone else."""
        count, reached, _ = self._head()
        self._set(count, reached=reached, released=True)

    def _head(self) -> tuple[int, bool, bool]:
        count, reached, released = _HEAD.unpack_from(self._shared)
        return count, reached, released

    def _set(self, count: int, *, reached: bool, released: bool) -> None:
        _HEAD.pack_into(self._shared, 0, count, reached, released)

    def _step(self, number: int) -> Step:
        phase, label = _STEP.unpack_from(self._shared, _HEAD.size + number * _STEP.size)
        return Step(phase, label.rstrip(b"\0").decode(errors="replace"))

    def _take(self, step: Step, aim: Aim) -> None:
        count, reached, _ = self._head()
        _STEP.pack_into(self._shared, _HEAD.size + count * _STEP.size, step.phase, step.label.encode()[:47])
        self._set(count + 1, reached=reached, released=False)
        if reached or aim.step is None or not aim.step.covers(step):
            return
        if sum(aim.step.covers(each) for each in self.steps) == aim.nth:
            self._set(count + 1, reached=True, released=False)
            while aim.late is None and not self._head()[2]:
                time.sleep(0.0005)

    def follow(self, aim: Aim | None = None, folder: Path | None = None) -> None:
        """In the child: write down every step from now on, those with files where they are below `folder`."""
        chosen = aim or Aim()

        def step(label: str, phase: int) -> None:
            self._take(Step(phase, label), chosen)

        @event.listens_for(Engine, "before_cursor_execute")
        def executing(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            phase = self.place.phase
            begins = phase == BEFORE and statement.startswith(_WRITERS)
            step(_named(statement), INSIDE if begins else phase)

        @event.listens_for(Engine, "commit")
        def committing(_c: Any) -> None:
            if self.place.phase == INSIDE:
                step("COMMIT", INSIDE)

        @event.listens_for(Engine, "checkin")
        def leaving(connection: Any, _record: Any) -> None:
            lost = connection is None or getattr(connection, "closed", False)
            if self.place == Step(INSIDE, "COMMIT") and not lost:
                step("efter COMMIT", AFTER)

        if psycopg := sys.modules.get("psycopg"):
            copying = psycopg.Cursor.copy

            def copied(cursor: Any, statement: str, *rest: Any, **named: Any) -> Any:
                step(_named(statement), self.place.phase)
                return copying(cursor, statement, *rest, **named)

            psycopg.Cursor.copy = copied

        def touching(happens: str, arguments: tuple[Any, ...]) -> None:
            phase = self.place.phase
            if phase >= AFTER and folder is not None and (label := _touched(happens, arguments, str(folder))):
                step(label, FILES)

        sys.addaudithook(touching)


def _named(statement: str) -> str:
    """The statement without its values: `INSERT INTO entry`, `SELECT invoice`."""
    words = re.sub(r'["\s(]+', " ", statement).split()
    verb = words[0].upper()
    if verb in ("INSERT", "CREATE", "ALTER", "DROP"):
        return " ".join(words[: 4 if words[1:2] == ["UNIQUE"] or "FUNCTION" in words[:4] else 3])
    if verb == "SELECT" and "FROM" in words:
        return f"SELECT {words[words.index('FROM') + 1]}"
    return " ".join(words[: 1 if verb == "BEGIN" else 2])


_MADE = {
    "os.mkdir": "mapp skapas",
    "os.rename": "mapp flyttas",
    "os.remove": "fil tas bort",
    "os.rmdir": "mapp tas bort",
}


def _touched(happens: str, arguments: tuple[Any, ...], folder: str) -> str:
    """What is done to a file or a folder below `folder`; blank for what only reads."""
    if happens not in ("open", *_MADE) or not isinstance(arguments[0], str | bytes | os.PathLike):
        return ""
    path = os.fsdecode(arguments[0])
    if not path.startswith(folder):
        return ""
    if happens != "open":
        return _MADE[happens]
    return f"fil skrivs ({Path(path).suffix})" if arguments[2] & (os.O_WRONLY | os.O_RDWR) else ""
