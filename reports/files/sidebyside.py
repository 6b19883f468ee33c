"""Many files written side by side by a few processes, or one after the other where that costs less.

A process is started anew, as on Windows, and imports the program's own main module: only a program that does nothing
when it is imported may ask for more than one.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from betalningsansvar.data.stop import StopError

Job = TypeVar("Job")

MOST = min(os.cpu_count() or 1, 8)
"""As many processes as can be of use: each takes some 150 MB."""


class WriterDiedError(StopError):
    """A process that wrote files was ended from outside, as a system does when memory runs out."""

    def __init__(self) -> None:
        super().__init__(
            "En process som skrev filer avbröts utifrån, troligen för att minnet inte räckte. Inget är skrivet. "
            "Stäng andra program och försök igen."
        )


def do_all(work: Callable[[Job], None], jobs: Sequence[Job], processes: int, done: Callable[[], None]) -> None:
    """Do `work` for every job; `done` is called after each, in the order of `jobs`, and what it raises ends it all.

    `work` is a function of a module, and it and the jobs can be pickled. Nothing runs any more when this returns or
    raises: what the first job in order raises, or WriterDiedError.
    """
    if min(processes, len(jobs)) < 2:
        for job in jobs:
            work(job)
            done()
        return
    from concurrent.futures import ProcessPoolExecutor  # costs start-up time
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        min(processes, len(jobs)), get_context("spawn"), initializer=_begin, initargs=(gc.get_threshold(),)
    )
    try:
        for future in [pool.submit(work, job) for job in jobs]:
            future.result()
            done()
    except BrokenProcessPool:
        raise WriterDiedError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(looking: tuple[int, int, int]) -> None:
    """In a new process: it ends with the program, which hears Ctrl-C, and looks for garbage as seldom."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*looking)
    threading.Thread(target=_end_with_the_program, daemon=True).start()


def _end_with_the_program() -> None:
    from multiprocessing import parent_process

    program = parent_process()
    assert program is not None
    program.join()
    os._exit(1)
