"""What one start of the page is told: where it answers, which ledger and settings it uses, and what the time is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar

from flask import current_app

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.jobs import Jobs
from betalningsansvar.web.keys import Keys
from betalningsansvar.web.state import NO_OTHERS, State
from betalningsansvar.web.static_files import StaticFile, static_files

if TYPE_CHECKING:
    from concurrent.futures import Future

    from betalningsansvar.web.team.team import Team

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def now() -> datetime:
    """The moment, with the zone of this computer."""
    return datetime.now().astimezone()


class Compute(Protocol):
    """Gives what an operation gives for a request, and raises what it raises."""

    def __call__(self, operation: Callable[[Asked], Answer], request: Asked, /) -> Answer: ...


def _here(operation: Callable[[Asked], Answer], request: Asked) -> Answer:
    return operation(request)


@dataclass(slots=True)
class Place:
    """One running page. `ledger` is the address of the ledger, blank without one; `settings` the folder of TOML;
    `settings_kept` tells that the user named it, so that it outlives the process. `waiting` are the files named at
    the start as they are read, until the first browser takes them over. `team` is how a server for several officers is
    run, None on one's own computer. What takes its time is done by `compute`: here, or in another process."""

    port: int
    run_folder: Path
    settings: Path
    settings_kept: bool = False
    ledger: str = ""
    team: Team | None = None
    now: Callable[[], datetime] = now
    waiting: Future[tuple[tuple[str, bytes], ...]] | None = None
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="jobb"))
    keys: Keys = field(default_factory=Keys)
    static: dict[str, StaticFile] = field(default_factory=static_files)
    lock: Lock = field(default_factory=Lock)
    compute: Compute = _here
    state: State = field(init=False)

    def __post_init__(self) -> None:
        limits = self.team.settings.limits if self.team else NO_OTHERS
        self.state = State(lambda: Jobs(self.pool, self.run_folder, limits.jobs), limits=limits)

    @property
    def today(self) -> date:
        return self.now().date()

    @property
    def address(self) -> str:
        """As it stands in the browser, and as a form of ours gives its origin."""
        return self.team.settings.address if self.team else f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The names that the page answers to."""
        if self.team:
            return frozenset({self.address.removeprefix("https://")})
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def cookie(self) -> str:
        """The name of the cookie. It holds the port: browsers send a cookie to every port of a host. On a team server
        the browser itself sees to it that it is secure and of that host alone."""
        if self.team:
            return "__Host-betalningsansvar"
        return f"betalningsansvar-{self.port}"


def place() -> Place:
    """The place of the page that is answering."""
    found: Place = current_app.extensions["betalningsansvar"]
    return found


class NoLedgerChosenError(StopError):
    """The page was started without a ledger."""

    def __init__(self) -> None:
        super().__init__("Ingen liggare är vald, så inget kan utfärdas. Handboken säger hur en liggare väljs.")


def ledger_address() -> str:
    """The address of the ledger. Raises NoLedgerChosenError."""
    if not place().ledger:
        raise NoLedgerChosenError
    return place().ledger
