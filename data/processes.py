"""Processes of our own beside the program: none outlives it, and only the program hears Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


@contextmanager
def out_of_hearing() -> Iterator[None]:
    """What starts processes. Ctrl-C, or an order to end, is heard by the program after the block: a process that hears
    it while it imports, or that is left without what it was to do, would tell of that in a traceback."""
    with _deferred(), _blocked():
        yield


@contextmanager
def _blocked() -> Iterator[None]:
    """What is started inherits that SIGINT does not come through."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _deferred() -> Iterator[None]:
    """What is under way is done before a signal ends it; another thread of the process may have heard it."""
    if threading.current_thread() is not threading.main_thread():  # the only one that a signal interrupts
        yield
        return
    heard: list[int] = []
    ending = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda number, frame: heard.append(number)) for each in ending]
    try:
        yield
    finally:
        for each, handler in zip(ending, before, strict=True):
            signal.signal(each, handler)
        if heard:
            signal.raise_signal(heard[0])


def started_together(pool: ProcessPoolExecutor) -> ProcessPoolExecutor:
    """The pool, all of whose processes start at its first job. One that started as another was found dead could be
    waited for without end (Python before 3.12)."""
    pool._safe_to_dynamically_spawn_children = False  # type: ignore[attr-defined]
    return pool


def serve_the_program() -> None:
    """In a new process: it does not hear Ctrl-C, and ends with the program, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    from multiprocessing import parent_process  # costs start-up time

    program = parent_process()
    assert program is not None
    program.join()
    os._exit(1)
