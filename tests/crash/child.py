"""A child process that shares nothing open with its parent, and the blow that ends it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from betalningsansvar.data.stop import StopError
from tests.crash.watch import Aim, Watch


def start_child(run: Callable[[], object], *, quiet: bool = False) -> int:
    """Run a function in a child process; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        if quiet:
            os.dup2(nowhere, 2)
        run()
        os._exit(0)
    except StopError as error:
        os.write(2, f"{error}\n".encode())
        os._exit(1)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(2)


def finished(run: Callable[[], object], watch: Watch, folder: Path | None = None) -> None:
    """Let a child do all of it, and write down its steps."""
    watch.reset()
    _, status = os.waitpid(start_child(_followed(run, watch, Aim(), folder)), 0)
    assert os.waitstatus_to_exitcode(status) == 0


def struck(
    run: Callable[[], object],
    watch: Watch,
    aim: Aim,
    blow: Callable[[int], object],
    folder: Path | None = None,
    *,
    quiet: bool = False,
) -> bool:
    """Strike a child (`blow` takes its process id) where the aim says; False when it had ended in peace before."""
    watch.reset()
    child = start_child(_followed(run, watch, aim, folder), quiet=quiet)
    start = time.monotonic()
    while not (watch.reached if aim.step else time.monotonic() - start >= aim.seconds):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0, "the child ended by itself"
            return False
        time.sleep(0.0005)
    time.sleep(aim.late or 0)
    blow(child)
    watch.release()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)


def _followed(run: Callable[[], object], watch: Watch, aim: Aim, folder: Path | None) -> Callable[[], object]:
    def followed() -> object:
        watch.follow(aim, folder)
        return run()

    return followed
