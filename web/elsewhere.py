"""Large files are read in a process of their own, which can be ended at once whatever the Excel reader is doing.

What is sent goes there, and what was read comes back, through pipes: no byte of it is written to a file. The process
ends with this one, also when this one is killed, and its memory goes with it.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.log import Fault, fault_of

if TYPE_CHECKING:
    from betalningsansvar.operations.inputs import Read, ReadRequest
    from betalningsansvar.operations.requests import Progress

_BEAT_SECONDS = 0.2


class ReadingEndedError(StopError):
    """The process that read the files was ended from outside, as a system does when memory runs out."""

    def __init__(self) -> None:
        super().__init__(
            "Datorn avbröt läsningen av filerna, troligen för att minnet inte räckte. Dela uttaget i flera filer, "
            "eller spara det som CSV med bara de kolumner som behövs."
        )


class ElsewhereError(Exception):
    """A fault of the program in the process that read: `fault` tells where it arose there."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


def read_elsewhere(request: ReadRequest, progress: Progress) -> Read:
    """As `operations.inputs.read`, in a process that lives as long as the reading.

    `progress` is told the newest step again several times a second; what it raises ends the process at once. Raises
    InputError, and ReadingEndedError.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    said: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    talk = threading.Thread(target=_talk, args=(process, request, said), daemon=True)
    talk.start()
    told = ("Läser filerna", 0, 2 * len(request.files) + 2)
    try:
        while True:
            try:
                kind, what = said.get(timeout=_BEAT_SECONDS)
            except Empty:
                progress(*told)
                continue
            if kind == "read":
                read: Read = what
                return read
            if kind == "fault":
                raise ElsewhereError(what)
            if kind == "stopped":
                raise what
            told = what
            progress(*told)
    finally:
        process.kill()
        talk.join()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not sent yet
                pipe.close()  # type: ignore[union-attr]


def _talk(process: subprocess.Popen[bytes], request: ReadRequest, said: SimpleQueue[tuple[str, Any]]) -> None:
    """Send the request, and hear what the process says until it ends."""
    assert process.stdin and process.stdout
    try:
        pickle.dump(request, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        while True:
            said.put(pickle.load(process.stdout))
    except (OSError, EOFError, pickle.UnpicklingError):
        said.put(("stopped", ReadingEndedError()))


def _main() -> None:
    """The process: read what is sent on stdin, and tell each step and the end of it on stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the page, which ends this
    stdout = sys.stdout.buffer
    sys.stdout = sys.stderr
    request = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_the_page, daemon=True).start()

    from betalningsansvar.data.system_reasons import machine_error
    from betalningsansvar.operations.inputs import read

    try:
        _say(stdout, "read", read(request, lambda *step: _say(stdout, "step", step)))
    except StopError as error:
        _say(stdout, "stopped", error)
    except Exception as error:
        told = machine_error(error)
        _say(stdout, "stopped" if told else "fault", told or fault_of(error))
    os._exit(0)


def _say(stdout: IO[bytes], kind: str, what: object) -> None:
    pickle.dump((kind, what), stdout, pickle.HIGHEST_PROTOCOL)
    stdout.flush()


def _end_with_the_page() -> None:
    """Nothing more is sent: stdin ends when the process that sent is gone."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    _main()
