"""Work that takes longer than a page should: it runs in a thread, tells how far it has come, and can be stopped."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, Protocol

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import machine_error
from betalningsansvar.web.holds import NOTHING, Holds
from betalningsansvar.web.log import log_fault
from betalningsansvar.web.names import new_name
from betalningsansvar.web.runfolder import job_folder


class Progress(Protocol):
    """Told how many steps are done of how many, and in Swedish what is being done where that says more."""

    def __call__(self, done: int, total: int, doing: str = "") -> None: ...


Work = Callable[[Path, Progress], Any]
"""What a job does: given a folder of its own and a callback for its progress, it returns its result."""

Keep = Callable[[Any], Any]
"""What becomes of the result of a job that was not stopped; what it returns is the job's own result."""


class Cancelled(Exception):
    """Raised inside the work at its next step when the user has asked it to stop."""


class BusyError(StopError):
    """The upload already has a job that runs."""

    def __init__(self) -> None:
        super().__init__("Något annat görs redan med de här uppgifterna. Vänta tills det är klart, eller avbryt det.")


class TooManyJobsError(StopError):
    """The user has as many jobs running as one may, where several share the program."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"Du har redan {most} arbeten igång. Vänta tills ett är klart, eller avbryt det.")


@dataclass(slots=True)
class Job:
    """One piece of work. `state` is väntar, pågår, klart, stoppat (`error` tells why), avbrutet or fel."""

    id: str
    upload: str
    text: str
    back: str
    form: str = ""
    after: str = ""
    holds: Holds = NOTHING
    state: str = "väntar"
    done: int = 0
    total: int = 0
    doing: str = ""
    result: Any = None
    error: StopError | None = None
    fault: str = ""
    cancelled: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    @property
    def running(self) -> bool:
        return self.state in ("väntar", "pågår")

    def cancel(self) -> None:
        """Ask the work to stop: it does at its next step, and nothing of it is kept. What is done stays done."""
        with self._lock:
            if self.running:
                self.cancelled.set()

    def end(self, result: Any, keep: Keep) -> None:
        """Keep the result and be done; raises Cancelled, and keeps nothing, when the user was first."""
        with self._lock:
            if self.cancelled.is_set():
                raise Cancelled
            self.result = keep(result)
            self.state = "klart"

    def step(self, done: int, total: int, doing: str = "") -> None:
        """Tell how far the work has come; raises Cancelled when it is to stop."""
        if self.cancelled.is_set():
            raise Cancelled
        self.done, self.total, self.doing = done, total, doing


class Jobs:
    """The jobs of one session, at most one running per upload and `most` in all. The threads are shared by all
    sessions."""

    def __init__(self, pool: ThreadPoolExecutor, run_folder: Path, most: int | None = None) -> None:
        self._pool, self._run_folder, self._most = pool, run_folder, most
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def start(
        self,
        upload: str,
        text: str,
        work: Work,
        *,
        back: str,
        holds: Holds,
        form: str = "",
        after: str = "",
        keep: Keep = lambda result: result,
    ) -> Job:
        """Begin `work`. `text` says what is done, `back` is the page to go back to, `form` the form with what was
        typed in it, for a job that stops, `after` the page to go on to when it is done (blank: its result is a file to
        fetch, and `holds` what it holds). Raises BusyError."""
        with self._lock:
            if any(job.running and job.upload == upload for job in self._jobs.values()):
                raise BusyError
            if self._most is not None and sum(job.running for job in self._jobs.values()) >= self._most:
                raise TooManyJobsError(self._most)
            for old in [job.id for job in self._jobs.values() if job.upload == upload]:
                del self._jobs[old]
            job = Job(new_name(), upload, text, back, form, after, holds)
            self._jobs[job.id] = job
        self._pool.submit(self._run, job, work, keep)
        return job

    def find(self, job: str) -> Job | None:
        return self._jobs.get(job)

    def of(self, upload: str) -> Job | None:
        """The job of an upload that runs or has just ended."""
        return next((job for job in list(self._jobs.values()) if job.upload == upload), None)

    def end_of(self, upload: str) -> None:
        """Stop an upload's job and forget it with its result."""
        self._end([job for job in list(self._jobs.values()) if job.upload == upload])

    def end(self) -> None:
        """Stop every job and forget them with their results."""
        self._end(list(self._jobs.values()))

    def _end(self, jobs: list[Job]) -> None:
        for job in jobs:
            job.cancel()
            self._jobs.pop(job.id, None)

    def _run(self, job: Job, work: Work, keep: Keep) -> None:
        try:
            job.step(0, 0)
            job.state = "pågår"
            with job_folder(self._run_folder) as folder:
                result = work(folder, job.step)
            job.end(result, keep)
        except Cancelled:
            job.state = "avbrutet"
        except StopError as error:
            job.error, job.state = error, "stoppat"
        except Exception as error:
            if told := machine_error(error):
                job.error, job.state = told, "stoppat"
                return
            job.fault = secrets.token_hex(4)
            log_fault(job.fault, error)
            job.state = "fel"
