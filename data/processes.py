"""Processes of our own beside the program: none outlives it, and only the program hears Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def out_of_hearing() -> Iterator[None]:
    """What starts processes. A Ctrl-C meanwhile is heard by the program after the block, not by a process that is still
    importing, or waits for what it is to do: it would tell of that in a traceback."""
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
    """What is under way is done before SIGINT ends it; another thread of the process may have heard it."""
    if threading.current_thread() is not threading.main_thread():  # the only one that a signal interrupts
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


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
