"""Processes of our own: one that dies while it starts is no wait without end, none outlives the program, and Ctrl-C is
heard by the program alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from multiprocessing import util
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest

from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.operations.part import NO_RECORDS, Done, Job
from betalningsansvar.operations.part_engines import PartError, pool_of
from betalningsansvar.operations.statistics import StatisticsCounting
from betalningsansvar.reports.files.sidebyside import WriterDiedError, writers
from tests.nation_files import MARK

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL to send")

HOUSE = Path(__file__).parents[1]
SECRET = bytes(range(48))
JOB = Job(StatisticsCounting({}, by_region=False), date(2018, 11, 1), {}, np.arange(100_000, dtype=np.uint64), SECRET)
"""As large as that of a country: many times a pipe."""
PARTS = [Part(InputFile("a.parquet", None), (number,), number, 1, 1, 1) for number in range(4)]


def sees(part: Part, job: Job) -> Done:
    """How much of the job has come."""
    return Done((job.secret, len(job.apart)), NO_RECORDS, pd.DataFrame(), job.apart[:0], part.first, ())


def waits(part: Part, job: Job) -> Done:
    """Tells which process it is, and takes its time."""
    told = Path(os.environ[MARK])
    told.with_suffix(".new").write_text(str(os.getpid()), encoding="ascii")
    told.with_suffix(".new").rename(told)
    time.sleep(60)
    return sees(part, job)


def work() -> None:
    """What `writers` are asked for."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def starting(monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    """What happens to each process as soon as it is there."""
    started = util.spawnv_passfds

    def spawnv_passfds(path: bytes, words: list[object], descriptors: list[int]) -> int:
        pid: int = started(path, words, descriptors)
        if "--multiprocessing-fork" in map(str, words):
            happens(pid)
        return pid

    monkeypatch.setattr(util, "spawnv_passfds", spawnv_passfds)


def computed() -> list[object]:
    """What the pool comes to, or how it stops; fails if it does neither."""
    found: list[object] = []

    def run() -> None:
        try:
            found.extend(pool_of(2)(sees, PARTS, JOB))
        except PartError as error:
            found.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "it waits for a process that is dead"
    return found


def test_a_process_that_dies_while_it_starts_is_replaced(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []

    def kill_the_first(pid: int) -> None:
        if not killed:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    starting(monkeypatch, kill_the_first)
    found = dict(computed())  # type: ignore[call-overload]
    assert killed and {part.first for part in found} == {0, 1, 2, 3}
    assert {done.sums for done in found.values()} == {(SECRET, 100_000)}
    assert not [*temporary.iterdir()], "the job is still there"


def test_processes_that_all_die_while_they_start_stop_the_run(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, lambda pid: os.kill(pid, signal.SIGKILL))
    (stop,) = computed()
    assert isinstance(stop, PartError) and "processen som räknade den dog" in str(stop)
    assert not [*temporary.iterdir()]


def test_processes_that_cannot_be_started_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(pid: int) -> None:
        raise OSError

    starting(monkeypatch, no_room)
    (stop,) = computed()
    assert isinstance(stop, PartError)


def test_the_secret_of_the_run_is_not_in_the_file_of_the_job(temporary: Path) -> None:
    running = pool_of(1)(sees, PARTS, JOB)
    next(running)
    (job,) = temporary.rglob("job")
    assert job.stat().st_size > 500_000 and SECRET not in job.read_bytes() and job.parent.stat().st_mode & 0o77 == 0
    running.close()  # type: ignore[attr-defined]
    assert not [*temporary.iterdir()]


@pytest.mark.parametrize("fault", [BrokenProcessPool, OSError])
def test_a_writer_that_dies_before_the_others_are_asked_is_told(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def submit(pool: ProcessPoolExecutor, *asked: object) -> None:
        raise fault

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    with pytest.raises(WriterDiedError, match="Inget är skrivet"), writers(2, work):
        pass


PROGRAMS = {
    "parts": "[*pool_of(2)(COMPUTE, PARTS, JOB)]",
    "papers": "\n    with writers(2, COMPUTE) as others: others.do_all([partial(COMPUTE, PARTS[0], JOB)], print)",
}
PROGRAM = """
from functools import partial
from tests.test_processes import *
patch = pytest.MonkeyPatch()
signal.signal(signal.SIGTERM, signal.default_int_handler)
def heard_by_all(pid):
    def press():
        for _ in range(60):
            time.sleep(0.01)
            os.kill(pid, signal.SIGINT)
        os.kill(os.getpid(), int(sys.argv[-1]))
    thread = Thread(target=press)
    thread.start()
    thread.join()
COMPUTE = sees if "-press" in sys.argv else waits
if COMPUTE is sees:
    starting(patch, heard_by_all)
try: {}
except KeyboardInterrupt:
    print("Avbrutet", flush=True)
    os._exit(1)
"""


def program(name: str, mark: Path, *words: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(HOUSE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {MARK: str(mark), "PYTHONPATH": path, "TMPDIR": str(mark.parent)}
    command = [sys.executable, "-c", PROGRAM.format(PROGRAMS[name]), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, cwd=HOUSE, stdout=pipe, stderr=pipe, text=True)


def until(happened: Callable[[], bool]) -> Iterator[None]:
    last = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < last
        time.sleep(0.05)
        yield


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_process_outlives_a_program_that_is_killed(name: str, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    running = program(name, mark)
    [*until(mark.exists)]
    running.kill()
    running.communicate(timeout=30)
    worker = int(mark.read_text(encoding="ascii"))
    [*until(lambda: not alive(worker))]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_process_that_is_starting_tells_nothing_of_what_ends_the_program(
    name: str, sent: signal.Signals, tmp_path: Path
) -> None:
    said, told = program(name, tmp_path / "pid", "-press", str(int(sent))).communicate(timeout=120)
    assert (said, told) == ("Avbrutet\n", "")
