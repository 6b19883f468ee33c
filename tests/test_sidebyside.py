"""Papers written by several processes: the same bytes, faults told, and nothing left running or half-written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.sidebyside import Job, WriterDiedError, writers

INTERRUPTED = RuntimeError("stopp")


@dataclass(frozen=True)
class Work:
    """A file to write; `fate` is what comes of it."""

    path: Path
    fate: str = ""


def work(job: Work) -> None:
    if job.fate == "dies":
        os._exit(1)
    if job.fate:
        raise StopError(job.fate)
    job.path.write_text(str(os.getpid()), encoding="utf-8")


def jobs(folder: Path, **fates: str) -> list[Job]:
    return [partial(work, Work(folder / str(number), fates.get(f"job{number}", ""))) for number in range(6)]


def do_all(jobs: list[Job], processes: int, done: Job, meanwhile: Job = lambda: None) -> None:
    with writers(processes, work) as others:
        others.do_all(jobs, done, meanwhile=meanwhile)


@pytest.mark.parametrize("processes", [1, 2])
def test_every_job_is_done_and_counted(tmp_path: Path, processes: int) -> None:
    counted: list[int] = []
    do_all(jobs(tmp_path), processes, lambda: counted.append(1))
    assert len(counted) == 6
    writers = {int(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()}
    assert len([*tmp_path.iterdir()]) == 6 and (writers == {os.getpid()}) == (processes == 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_fault_in_order_is_told(tmp_path: Path, processes: int) -> None:
    with pytest.raises(StopError, match=r"^en sak$"):
        do_all(jobs(tmp_path, job1="en sak", job2="en annan"), processes, lambda: None)


def test_a_process_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriterDiedError, match="Inget är skrivet"):
        do_all(jobs(tmp_path, job2="dies"), 2, lambda: None)


def test_what_is_told_may_end_it(tmp_path: Path) -> None:
    def stop() -> None:
        raise INTERRUPTED

    with pytest.raises(RuntimeError, match="stopp"):
        do_all(jobs(tmp_path), 2, stop)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_program_does_itself_meanwhile(tmp_path: Path, processes: int) -> None:
    do_all(jobs(tmp_path), processes, lambda: None, partial(work, Work(tmp_path / "own")))
    assert (tmp_path / "own").read_text(encoding="utf-8") == str(os.getpid()) and len([*tmp_path.iterdir()]) == 7


def test_a_fault_meanwhile_ends_it(tmp_path: Path) -> None:
    def stop() -> None:
        raise INTERRUPTED

    with pytest.raises(RuntimeError, match="stopp"):
        do_all(jobs(tmp_path), 2, lambda: None, stop)
