"""Many files written side by side by a few processes, or one after the other where that costs less.

A process is started anew, as on Windows, and imports the program's own main module: only a program that does nothing
when it is imported may ask for more than one.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from betalningsansvar.data.processes import out_of_hearing, serve_the_program, started_together
from betalningsansvar.data.stop import StopError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Job = Callable[[], None]

MOST = min(os.cpu_count() or 1, 8)
"""As many processes as can be of use: each takes some 150 MB."""


class WriterDiedError(StopError):
    """A process that wrote files was ended from outside, as a system does when memory runs out."""

    def __init__(self) -> None:
        super().__init__(
            "En process som skrev filer avbröts utifrån, troligen för att minnet inte räckte. Inget är skrivet. "
            "Stäng andra program och försök igen."
        )


class Writers:
    """Those who do jobs: processes that have been told to start, or this one where there are none."""

    def __init__(self, pool: ProcessPoolExecutor | None = None) -> None:
        self._pool = pool

    def do_all(
        self,
        jobs: Sequence[Job],
        done: Callable[[], None],
        *,
        meanwhile: Job = lambda: None,
        leaving_python: Sequence[Job] = (),
    ) -> None:
        """Do every job, best the largest first, and `meanwhile` what this process has to do itself.

        `done` is called after each job, in their order, and what it raises ends it all. A job that another process is
        to do can be pickled. Jobs that are `leaving_python` to others while they run, as typst does, are done by a
        thread where there is no other process. Raises what the first job in order raises.
        """
        from concurrent.futures import ThreadPoolExecutor  # costs start-up time

        thread = ThreadPoolExecutor(1)
        try:
            futures = _asked_of(self._pool, jobs) if self._pool else []
            futures += [(self._pool or thread).submit(job) for job in leaving_python]
            for job in () if self._pool else jobs:
                job()
                done()
            meanwhile()
            for future in futures:
                future.result()
                done()
        finally:
            thread.shutdown(cancel_futures=True)


@contextmanager
def writers(processes: int, asked: Callable[..., None]) -> Iterator[Writers]:
    """So many processes beside this one, that start now, while their jobs are made ready; fewer than two are none.

    They import the module of the function that they will be `asked` for. Nothing runs any more after the block. Raises
    WriterDiedError.
    """
    if processes < 2:
        yield Writers()
        return
    from concurrent.futures import ProcessPoolExecutor  # costs start-up time
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    looking = gc.get_threshold()
    pool = started_together(ProcessPoolExecutor(processes, get_context("spawn"), _begin, (looking,)))
    try:
        _asked_of(pool, [partial(_know, asked)] * processes)
        yield Writers(pool)
    except BrokenProcessPool:
        raise WriterDiedError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _asked_of(pool: ProcessPoolExecutor, jobs: Sequence[Job]) -> list[Future[None]]:
    """The jobs given to the pool, which starts its processes as it is given them."""
    try:
        with out_of_hearing():
            return [pool.submit(job) for job in jobs]
    except OSError:  # a process could not be started, or one died while the next was
        raise WriterDiedError from None


def _know(asked: Callable[..., None]) -> None:
    """To be given a function is to import its module."""


def _begin(looking: tuple[int, int, int]) -> None:
    """In a new process: it serves the program, and looks for garbage as seldom."""
    serve_the_program()
    gc.set_threshold(*looking)
