"""Who took what and when: one line of JSON for each, added to a file and never changed. It tells of how many, never of
whom."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.holds import NOTHING, Holds


class TrailError(StopError):
    """It cannot be kept who took something, so it is not given. `code` is the system's."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            "Det gick inte att anteckna vem som tog del av uppgifterna, så de lämnades inte ut. "
            "Säg till den som sköter servern."
        )


class Trail:
    """The file. It is opened for each line, so that it may be moved away while the program runs."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path, self._now = path, now

    def keep(self, who: str, what: str, holds: Holds = NOTHING, answer: int = 200) -> None:
        """Add a line: `who` did `what` (the name of an address), what it held and how it was answered. Raises
        TrailError; then nothing is kept."""
        entry = {
            "tid": self._now().astimezone(UTC).isoformat(timespec="seconds"),
            "vem": who,
            "vad": what,
            "kommun": holds.kommun,
            "antal": holds.count,
            "svar": answer,
        }
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        try:
            descriptor = os.open(self._path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o640)
            try:
                # In one call, so that lines of two threads do not run into each other.
                if os.write(descriptor, line.encode()) != len(line.encode()):
                    raise OSError(0, "short write")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise TrailError(type(error).__name__) from error

    def require_writable(self) -> None:
        """Raise TrailError when no line could be added."""
        try:
            os.close(os.open(self._path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o640))
        except OSError as error:
            raise TrailError(type(error).__name__) from error
