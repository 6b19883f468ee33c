"""Computing in processes beside the program: while a month is computed for one officer, the others' pages are answered.

A worker is sent a request and gives back the result. It keeps nothing between, neither in memory nor on disk, and what
is uploaded stays where it is: in the program's memory.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, TypeVar

from betalningsansvar.data.processes import out_of_hearing, serve_the_program
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.elsewhere import ElsewhereError
from betalningsansvar.web.log import Fault, fault_of

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = 4
_PIPE_BYTES = 1 << 20
"""A thread that reads or writes must wait for its turn among all others after each piece: let the pieces be few."""


class Workers:
    """As many as the computer has cores, and at most four: each takes some 200 MB."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._every = [_Worker() for _ in range(min(os.cpu_count() or 1, _MOST))]
        for worker in self._every:
            self._idle.put(worker)

    def compute(self, operation: Callable[[Asked], Answer], request: Asked) -> Answer:
        """What `operation` gives for `request`, in the turn it was asked. Raises its StopErrors, and ElsewhereError for
        a fault of ours."""
        asked = pickle.dumps((operation, request), pickle.HIGHEST_PROTOCOL)
        worker = self._idle.get()
        try:
            kind, what = worker.ask(asked)
        finally:
            self._idle.put(worker)
        if kind == "stopped":
            raise what
        if kind == "fault":
            raise ElsewhereError(what)
        answer: Answer = what
        return answer

    def end(self) -> None:
        """End them; what they were doing is not waited for."""
        for worker in self._every:
            worker.end()


class _Worker:
    """One process, which is replaced when it has been ended from outside, as a system does when memory runs out."""

    def __init__(self) -> None:
        self._start()

    def ask(self, asked: bytes) -> tuple[str, Any]:
        try:
            return self._ask(asked)
        except (OSError, EOFError):
            self.end()
            self._start()
        try:
            return self._ask(asked)
        except (OSError, EOFError):
            self.end()
            self._start()
            return "fault", Fault("WorkerEnded", "två gånger")

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        for end in (self._to, self._back):
            end.close()

    def _start(self) -> None:
        context = get_context("spawn")
        theirs, self._to = context.Pipe(duplex=False)
        self._back, answers = context.Pipe(duplex=False)
        for pipe in (self._to, self._back):
            _widen(pipe)
        self._process = context.Process(target=_work, args=(theirs, answers), daemon=True)
        with out_of_hearing():
            self._process.start()
        theirs.close()
        answers.close()

    def _ask(self, asked: bytes) -> tuple[str, Any]:
        self._to.send_bytes(asked)
        found: tuple[str, Any] = pickle.loads(self._back.recv_bytes())
        return found


def _widen(pipe: Connection) -> None:
    with suppress(ImportError, AttributeError, OSError):  # where the system has no such pipes, they are as they are
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _work(asked: Connection, answers: Connection) -> None:
    """The process: answer until the program is gone, however that ends."""
    serve_the_program()
    from betalningsansvar.web.intake import load_libraries

    load_libraries()
    with suppress(EOFError):
        while True:
            answers.send_bytes(_answer(asked.recv_bytes()))


def _answer(asked: bytes) -> bytes:
    try:
        operation, request = pickle.loads(asked)
        found = ("done", operation(request))
        return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
    except StopError as error:
        return pickle.dumps(("stopped", error), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        # Its text may tell of a patient, and would be told in the program's log.
        return pickle.dumps(("fault", fault_of(error)), pickle.HIGHEST_PROTOCOL)
