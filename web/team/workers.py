"""Computing in processes beside the program: while a month is computed for one officer, the others' pages are answered.

A worker is sent a request and gives back the result. It keeps nothing between, neither in memory nor on disk, and what
is uploaded stays where it is: in the program's memory.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Lock
from typing import TypeVar

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.elsewhere import ElsewhereError
from betalningsansvar.web.log import fault_of

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = 4


class Workers:
    """As many as the computer has cores, and at most four: each takes some 200 MB."""

    def __init__(self) -> None:
        self._count, self._lock = min(os.cpu_count() or 1, _MOST), Lock()
        self._pool = self._new()

    def compute(self, operation: Callable[[Asked], Answer], request: Asked) -> Answer:
        """What `operation` gives for `request`. Raises its StopErrors, and ElsewhereError for a fault of ours."""
        pool = self._pool
        try:
            return pool.submit(_answer, operation, request).result()
        except BrokenProcessPool:
            # Somebody ended a worker, or the memory did. Others take over, and what was asked is asked once more.
            return self._instead_of(pool).submit(_answer, operation, request).result()

    def end(self) -> None:
        """Let them go; what they were doing is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self._count, get_context("spawn"), initializer=_begin)
        for _ in range(self._count):
            pool.submit(_ready)
        return pool

    def _instead_of(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is broken:
                self._pool = self._new()
            return self._pool


def _begin() -> None:
    """In a new worker: it ends with the program, however that ends, and has loaded what it needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_program, daemon=True).start()
    from betalningsansvar.web.intake import load_libraries

    load_libraries()


def _end_with_the_program() -> None:
    program = parent_process()
    assert program is not None
    program.join()
    os._exit(1)


def _ready() -> None:
    """Nothing: a worker is started when there is something to do."""


def _answer(operation: Callable[[Asked], Answer], request: Asked) -> Answer:
    try:
        return operation(request)
    except StopError:
        raise
    except Exception as error:
        # Its text may tell of a patient, and would be told in the program's log.
        raise ElsewhereError(fault_of(error)) from None
