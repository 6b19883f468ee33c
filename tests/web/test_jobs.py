"""A job leaves nothing behind: not when it is done, stopped, broken or killed."""

from __future__ import annotations

import csv
import errno
import gc
import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from openpyxl import Workbook

from betalningsansvar.data import intake
from betalningsansvar.data.files import excelfile
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.web import runfolder
from betalningsansvar.web.holds import NOTHING
from betalningsansvar.web.jobs import BusyError, Job, Jobs, Progress
from betalningsansvar.web.screens import check
from tests.full_disk import disk
from tests.web.stand import EXAMPLE, Browser, Stand


@pytest.fixture
def jobs(stand: Stand) -> Jobs:
    return Jobs(stand.here.pool, stand.here.run_folder)


def ended(job: Job) -> str:
    for _ in range(200):
        if not job.running:
            return job.state
        time.sleep(0.02)
    raise AssertionError("the job did not end")


def start(jobs: Jobs, work: Callable[[Path, Progress], object]) -> Job:
    return jobs.start("u", "Gör något", work, back="/", holds=NOTHING)


def test_what_a_job_makes_is_kept_and_its_folder_not(jobs: Jobs, stand: Stand) -> None:
    def work(folder: Path, step: Progress) -> str:
        (folder / "x").write_text("x", encoding="utf-8")
        step(1, 2)
        return "klart"

    job = start(jobs, work)
    assert ended(job) == "klart" and job.result == "klart" and (job.done, job.total) == (1, 2)
    assert list(stand.here.run_folder.iterdir()) == []


def broken(folder: Path, _: Progress) -> None:
    (folder / "x").write_text("x", encoding="utf-8")
    raise ZeroDivisionError("19121212-1212")


def stopped(folder: Path, _: Progress) -> None:
    (folder / "x").write_text("x", encoding="utf-8")
    raise StopError("Det går inte.")


def on_a_full_disk(folder: Path, _: Progress) -> None:
    with disk(folder, 1):
        (folder / "x").write_text("x", encoding="utf-8")


@pytest.mark.parametrize(("work", "state"), [(broken, "fel"), (stopped, "stoppat"), (on_a_full_disk, "stoppat")])
def test_a_job_that_fails_leaves_nothing(
    jobs: Jobs, stand: Stand, work: Callable[[Path, Progress], None], state: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = start(jobs, work)
    assert ended(job) == state
    assert list(stand.here.run_folder.iterdir()) == []
    assert "1212" not in caplog.text


def test_a_full_disk_is_told_by_the_job_and_by_the_page(
    jobs: Jobs, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(jobs, on_a_full_disk)
    assert ended(job) == "stoppat" and "disken är full" in str(job.error)
    address = browser.upload()

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(check, "page", fail)
    answer = browser.get(f"{address}/kontroll")
    assert answer.status_code == 422 and "disken är full" in answer.text and "Fel nummer" not in answer.text


def waiting_work(begun: Event, go_on: Event) -> Callable[[Path, Progress], None]:
    def work(folder: Path, step: Progress) -> None:
        (folder / "x").write_text("x", encoding="utf-8")
        begun.set()
        go_on.wait(10)
        step(1, 2)

    return work


def test_a_job_that_is_stopped_leaves_nothing(jobs: Jobs, stand: Stand) -> None:
    begun, go_on = Event(), Event()
    job = start(jobs, waiting_work(begun, go_on))
    assert begun.wait(10)
    with pytest.raises(BusyError):
        start(jobs, stopped)
    job.cancel()
    go_on.set()
    assert ended(job) == "avbrutet" and job.result is None
    assert list(stand.here.run_folder.iterdir()) == []


def test_wiping_an_upload_stops_its_job(jobs: Jobs, stand: Stand) -> None:
    begun, go_on = Event(), Event()
    job = start(jobs, waiting_work(begun, go_on))
    assert begun.wait(10)
    jobs.end_of("u")
    go_on.set()
    assert ended(job) == "avbrutet" and jobs.find(job.id) is None


def test_all_files_of_a_month(stand: Stand, browser: Browser) -> None:
    address = browser.upload()
    answer = browser.post(f"{address}/manad/2018-11/filer?avtal=halland")
    job = answer.headers["Location"]
    assert answer.status_code == 303 and "Hämta zip-filen" in browser.follow(job).text
    fetched = browser.get(f"{job}/fil")
    assert fetched.headers["Content-Disposition"].startswith('attachment; filename="betalningsansvar_2018-11.zip"')
    names = zipfile.ZipFile(io.BytesIO(fetched.data)).namelist()
    assert "fakturor/faktura_1380_2018-11.xlsx" in names and "manifest.json" in names
    assert list(stand.here.run_folder.iterdir()) == []


def test_avbryt_on_the_page(browser: Browser) -> None:
    address = browser.upload()
    job = browser.post(f"{address}/manad/2018-11/filer").headers["Location"]
    assert browser.post(f"{job}/avbryt").headers["Location"] == job
    assert "Avbrutet" in browser.follow(job).text
    assert browser.get(f"{job}/fil").status_code == 404


def test_a_second_job_waits_its_turn(browser: Browser) -> None:
    address = browser.upload()
    job = browser.post(f"{address}/manad/2018-11/filer?avtal=halland").headers["Location"]
    answer = browser.post(f"{address}/manad/2018-11/filer?avtal=halland", {"pdf": "ja"})
    assert answer.status_code == 422 and 'value="ja" checked' in answer.text
    browser.follow(job)


def test_other_pages_answer_while_files_are_written(browser: Browser) -> None:
    address = browser.upload()
    job = browser.post(f"{address}/manad/2018-11/filer?avtal=halland").headers["Location"]
    assert browser.get(f"{address}/kontroll").status_code == 200
    browser.follow(job)


def test_a_folder_left_by_a_killed_process_is_gone_after_the_next_start(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        dead = process.pid
    left, alive, ours = (tmp_path / f"betalningsansvar-sida-{n}-x" for n in (dead, os.getppid(), os.getpid()))
    other = tmp_path / "annat"
    for folder in (left, alive, ours, other):
        folder.mkdir()
        (folder / "underlag.xlsx").write_bytes(b"x")
    runfolder.sweep(tmp_path)
    assert not left.exists() and not ours.exists() and alive.exists() and other.exists()


def test_the_run_folder_is_this_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert runfolder.new_run_folder().stat().st_mode & 0o777 == 0o700


def test_what_was_stopped_in_time_is_not_kept(jobs: Jobs) -> None:
    """Stopped after its last step: it is either stopped and nothing is kept, or done and kept."""
    kept: list[object] = []
    made, go_on = Event(), Event()

    def work(_folder: Path, _step: Progress) -> str:
        made.set()
        go_on.wait(10)
        return "x"

    job = jobs.start("u", "Gör något", work, back="/", holds=NOTHING, keep=kept.append)
    assert made.wait(10)
    job.cancel()
    go_on.set()
    assert ended(job) == "avbrutet" and kept == []


def test_what_is_done_is_not_stopped_afterwards(jobs: Jobs) -> None:
    job = start(jobs, lambda *_: "x")
    assert ended(job) == "klart"
    job.cancel()
    assert job.state == "klart" and job.result == "x"


def book_of(rows: int) -> InputFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in list(csv.reader(io.StringIO(EXAMPLE.read_text(encoding="utf-8-sig")), delimiter=";"))[:rows]:
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return InputFile.from_bytes("a.xlsx", made.getvalue())


def test_a_reading_that_is_broken_off_leaves_the_collection_of_garbage_as_it_was() -> None:
    def tell(what: str, *_: int) -> None:
        if "till och med" in what:
            assert not gc.isenabled()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        intake.read_files([book_of(6)], tell)
    assert gc.isenabled()


def test_the_rows_of_a_sheet_are_told_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excelfile, "_ROWS_AT_A_TIME", 2)
    told: list[str] = []
    intake.read_files([book_of(6)], lambda what, *_: told.append(what))
    assert told[:5] == [
        "Läser a.xlsx",
        "Öppnar arbetsboken a.xlsx",
        "Läser till och med rad 3 i a.xlsx",
        "Läser till och med rad 5 i a.xlsx",
        "Läser till och med rad 6 i a.xlsx",
    ]
