"""What a person at a terminal sees while something takes more than a second; in a pipe, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from betalningsansvar.operations.requests import Progress

ended = Event()
"""Set when the run was told to end: every step of progress raises KeyboardInterrupt from then on."""

_PATIENCE = 1.0
_BAR = 30


@contextmanager
def progress(out: TextIO | None = None, clock: Callable[[], float] = monotonic) -> Iterator[Progress]:
    """A bar for each thing that is done, `Skriver [###   ] 120/290, 8 s kvar`, written over in place."""
    line = _Line(out or sys.stderr, clock)
    try:
        yield line.tell
    finally:
        line.end()


@contextmanager
def working(what: str, out: TextIO | None = None, patience: float = _PATIENCE) -> Iterator[None]:
    """`what` (Räknar, Skriver) while it goes on, where nobody can say how far it has come. Raises KeyboardInterrupt
    at once in a run that was ended, and never when the work is done: what is written is then told."""
    _require_going_on()
    line = _Line(out or sys.stderr, monotonic)
    timer = Timer(patience, line.write, [f"{what} …"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.end(wipe=True)


class _Line:
    """The one line of a terminal that is written over until it ends."""

    def __init__(self, out: TextIO, clock: Callable[[], float]) -> None:
        self._out, self._clock = out, clock
        self._shown = self._what = ""
        self._began = 0.0
        self._ended = not out.isatty()
        self._lock = Lock()

    def tell(self, what: str, done: int, total: int) -> None:
        """So much is done of `what`; a new thing takes a new line. Raises KeyboardInterrupt in a run that was ended."""
        _require_going_on()
        if self._ended:
            return
        if what != self._what:
            if self._shown:
                self._out.write("\n")
                self._shown = ""
            self._what, self._began = what, self._clock()
        filled = "#" * (_BAR * done // max(total, 1))
        text = f"{what:<8} [{filled:<{_BAR}}] {_spaced(done)}/{_spaced(total)}"
        self.write(text + _left(self._clock() - self._began, done, total))

    def write(self, text: str) -> None:
        with self._lock:
            if not self._ended:
                self._out.write(f"\r{text:<{len(self._shown)}}")
                self._out.flush()
                self._shown = text

    def end(self, *, wipe: bool = False) -> None:
        """Leave the line as it stands, or take it away."""
        with self._lock:
            if self._shown and not self._ended:
                self._out.write(f"\r{' ' * len(self._shown)}\r" if wipe else "\n")
                self._out.flush()
            self._ended = True


def _require_going_on() -> None:
    if ended.is_set():
        raise KeyboardInterrupt


def _left(seconds: float, done: int, total: int) -> str:
    """How long is left, where so much is done that it can be told."""
    if seconds < _PATIENCE or not 0 < done < total:
        return ""
    left = round(seconds * (total - done) / done)
    return f", {left} s kvar" if left < 120 else f", {round(left / 60)} min kvar"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
