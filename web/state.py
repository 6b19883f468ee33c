"""What the page remembers, all of it in memory: sessions, what each has uploaded, and when it was last used."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.jobs import Jobs
from betalningsansvar.web.names import new_name

IDLE_SECONDS = 60 * 60
WARN_SECONDS = 50 * 60
MOST_UPLOADS = 4
_MOST_ANSWERS = 12

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may hold at a time: uploads, bytes in their files, and jobs that run (None: no limit)."""

    uploads: int = MOST_UPLOADS
    bytes: int | None = None
    jobs: int | None = None


NO_OTHERS = Limits()
"""Where nobody else shares the program."""


class TooManyUploadsError(StopError):
    """The session holds as many uploads as it may."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} uttag är redan öppna. Avsluta och radera ett av dem först.")


class TooManyBytesError(StopError):
    """The session's files are as large together as they may be."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"Dina öppna uttag får vara högst {most // 2**20} MB tillsammans. Avsluta och radera ett av dem först."
        )


@dataclass(slots=True)
class Upload:
    """Files as they came, and what an operation read from them (`read`); `previous` is the upload they follow.
    `received` is an invoice that somebody got, `scenarios` and `population` the files that scenarios are compared by.

    What has been computed from them is kept by what was asked, the last few answers only.
    """

    id: str
    files: tuple[tuple[str, bytes], ...]
    read: Any
    profile: str = ""
    previous: str = ""
    issued: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    received: Any = None
    scenarios: Any = None
    population: Any = None
    patients_shown: set[int] = field(default_factory=set)
    _answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: RLock = field(default_factory=RLock)

    @property
    def label(self) -> str:
        """What the upload is called on the page: its files' names."""
        first, *rest = [source.name for source in self.read.sources]
        return f"{first} och {len(rest)} till" if rest else first

    def answer(self, asked: Hashable, compute: Callable[[], T]) -> T:
        """The answer to `asked`, computed once; two pages that ask at the same time wait for the same answer."""
        with self._lock:
            if asked not in self._answers:
                self._answers[asked] = compute()
                while len(self._answers) > _MOST_ANSWERS:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(asked)
            found: T = self._answers[asked]
            return found


@dataclass(slots=True)
class Session:
    """One browser that used a key, or one user of a team server: its uploads by id and its jobs, the files that were
    not recognised (`unread`), the agreement it chose last and who issues. No other session can reach them."""

    token: str
    jobs: Jobs
    seen: float
    limits: Limits = NO_OTHERS
    uploads: dict[str, Upload] = field(default_factory=dict)
    unread: tuple[tuple[str, bytes], ...] = ()
    agreement: str = ""
    by: str = ""
    _lock: RLock = field(default_factory=RLock)

    @property
    def room(self) -> bool:
        """Whether another upload may be opened."""
        return len(self.uploads) < self.limits.uploads

    def add(self, files: tuple[tuple[str, bytes], ...], read: Any, profile: str = "") -> Upload:
        """Keep what was read under a name nobody can guess. Raises TooManyUploadsError, TooManyBytesError."""
        with self._lock:
            if not self.room:
                raise TooManyUploadsError(self.limits.uploads)
            held = [*files, *(file for upload in self.uploads.values() for file in upload.files)]
            if self.limits.bytes is not None and sum(len(content) for _, content in held) > self.limits.bytes:
                raise TooManyBytesError(self.limits.bytes)
            last = next(reversed(self.uploads), "")
            upload = Upload(new_name(), files, read, profile, previous=last)
            self.uploads[upload.id] = upload
        return upload

    def wipe(self, upload: str) -> None:
        """Forget an upload, its answers and its jobs."""
        self.jobs.end_of(upload)
        self.uploads.pop(upload, None)

    def wipe_all(self) -> None:
        """Forget everything that was sent and made; a job that runs is stopped."""
        self.jobs.end()
        self.unread = ()
        for upload in list(self.uploads):
            self.wipe(upload)


class State:
    """Every session of this process."""

    def __init__(
        self, new_jobs: Callable[[], Jobs], clock: Callable[[], float] = time.monotonic, limits: Limits = NO_OTHERS
    ) -> None:
        self._sessions: dict[bytes, Session] = {}
        self._of_users: dict[str, Session] = {}
        self._new_jobs, self._clock, self._limits, self._lock = new_jobs, clock, limits, RLock()

    def begin(self) -> Session:
        """A new session, to be known by its token."""
        session = Session(secrets.token_urlsafe(32), self._new_jobs(), self._clock(), self._limits)
        with self._lock:
            self._sessions[_digest(session.token)] = session
        return session

    def of_user(self, name: str) -> Session:
        """The one session of a user who was signed in elsewhere, begun where there is none. Asking is use of it."""
        self.sweep()
        with self._lock:
            session = self._of_users.get(name.casefold())
            if session is None:
                session = self._of_users[name.casefold()] = self.begin()
        session.by, session.seen = name, self._clock()
        return session

    def find(self, token: str) -> Session | None:
        """The session of a token, or None. Asking for it is use of it: the idle time begins anew.

        Tokens are looked up by their SHA-256, so the time a look-up takes says nothing of how near a guess was.
        """
        self.sweep()
        with self._lock:
            session = self._sessions.get(_digest(token))
        if session is not None:
            session.seen = self._clock()
        return session

    def sweep(self) -> None:
        """Wipe what has been idle for IDLE_SECONDS. The session itself stays: its browser is told, not thrown out."""
        limit = self._clock() - IDLE_SECONDS
        with self._lock:
            sessions = list(self._sessions.values())
        for session in sessions:
            if session.seen < limit:
                session.wipe_all()

    def end(self) -> None:
        """Wipe everything: the process is about to end."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
            self._of_users.clear()
        for session in sessions:
            session.wipe_all()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
