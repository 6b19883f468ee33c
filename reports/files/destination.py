"""Where a run writes, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.shown import is_text
from betalningsansvar.data.stop import StopError


class OutputError(StopError):
    """The output cannot be written. What stood at the target still stands there, unless the text says otherwise.

    `exists` when a folder stands in the way that a run may replace if it is asked to.
    """

    def __init__(self, told: str, *, exists: bool = False) -> None:
        self.exists = exists
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Made:
    """Which use case makes a folder, and for which period: only the same one may replace it."""

    command: str
    period: str


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder or file to make. `inputs` are the paths the run reads, none of which may be overwritten. `force` asks
    for an earlier run to be replaced. `tell` is told what an earlier, broken run had left and was swept away."""

    path: Path
    inputs: tuple[Path, ...] = ()
    force: bool = False
    made: Made | None = None
    tell: Callable[[str], None] = lambda _: None

    @classmethod
    def of(cls, out: Path | Destination) -> Destination:
        """With the path resolved: a link stays, and what it points at is what is written. Raises OutputError for a name
        that is no text: not every library that writes a file can be told it."""
        chosen = cls(out) if isinstance(out, Path) else out
        path = chosen.path.resolve()
        if not is_text(str(path)):
            raise OutputError(f"{path}: namnet har tecken som inte är text. Välj en annan mapp eller ett annat namn.")
        return cls(path, chosen.inputs, chosen.force, chosen.made, chosen.tell)
