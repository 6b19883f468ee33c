"""Large files are read in a process of its own: what comes back is the same, and it ends the moment it is to end."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.web import elsewhere, intake, state
from betalningsansvar.web.elsewhere import ElsewhereError, ReadingEndedError, read_elsewhere
from betalningsansvar.web.log import fault_of
from betalningsansvar.web.place import Place
from tests.web.large import large_workbook
from tests.web.running import running
from tests.web.stand import EXAMPLE, Browser, Stand, new_stand
from tests.web.team.stand import new_team

TODAY = date(2019, 1, 15)


def asked(name: str, content: bytes) -> ReadRequest:
    return ReadRequest((InputFile.from_bytes(name, content),), TODAY)


def silent(*_: object) -> None:
    pass


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were begun."""
    processes: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(elsewhere.subprocess, "Popen", Noted)
    return processes


def until(true: Callable[[], object], seconds: float = 60) -> float:
    """Wait until it is true; how long it took."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, "it did not come"
        time.sleep(0.01)
    return time.monotonic() - start


def in_the_process(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Run some code in every process that is begun, before anything else."""
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    ("name", "content"), [(EXAMPLE.name, EXAMPLE.read_bytes()), ("a.xlsx", large_workbook())], ids=["csv", "xlsx"]
)
def test_what_is_read_elsewhere_is_what_is_read_here(
    name: str, content: bytes, begun: list[subprocess.Popen[bytes]]
) -> None:
    told: tuple[list[Any], list[Any]] = ([], [])
    here = read(asked(name, content), lambda *step: told[0].append(step))
    there = read_elsewhere(asked(name, content), lambda *step: told[1].append(step))
    pd.testing.assert_frame_equal(there.cases, here.cases)
    pd.testing.assert_frame_equal(there.issues, here.issues)
    assert (there.sources, there.profile, there.today) == (here.sources, here.profile, here.today)
    assert list(dict.fromkeys(told[1]))[-len(told[0]) :] == list(dict.fromkeys(told[0]))
    assert all(process.poll() is not None for process in begun)


def test_why_files_cannot_be_read_comes_back_whole() -> None:
    with pytest.raises(InputError) as here:
        read(asked("x.csv", b"a;b\r\n1;2\r\n"))
    with pytest.raises(InputError) as there:
        read_elsewhere(asked("x.csv", b"a;b\r\n1;2\r\n"), silent)
    assert str(there.value) == str(here.value) and there.value.problems == here.value.problems


BREAKS = """
def fail(*_): return {}["19121212-1212"]
import betalningsansvar.operations.inputs as inputs
inputs.read = fail
"""


def test_a_fault_there_is_told_by_its_place_and_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_process(tmp_path, monkeypatch, BREAKS)
    with pytest.raises(ElsewhereError) as told:
        read_elsewhere(asked("x.csv", b"x"), silent)
    fault = fault_of(told.value)
    assert fault.kind == "KeyError" and "sitecustomize.py:2" in fault.places and "1212" not in str(fault)


def test_a_process_that_the_system_ends_is_told(begun: list[subprocess.Popen[bytes]]) -> None:
    def end(*_: object) -> None:
        begun[0].kill()

    with pytest.raises(ReadingEndedError, match="minnet"):
        read_elsewhere(asked("stor.xlsx", large_workbook(50)), end)


def test_what_progress_raises_ends_the_process(begun: list[subprocess.Popen[bytes]]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_elsewhere(asked("stor.xlsx", large_workbook(50)), stop)
    assert begun[0].returncode not in (None, 0)
    assert begun[0].stdin and begun[0].stdin.closed and begun[0].stdout and begun[0].stdout.closed


LISTENS = """
import os, sys
def listen(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and ".pyc" not in str(args[0]):
        os.write(noted, (str(args[0]) + "\\n").encode())
noted = os.open({path!r}, os.O_WRONLY | os.O_CREAT)
os.write(noted, b"listens\\n")
sys.addaudithook(listen)
"""


def test_no_byte_reaches_the_disk_there_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = tmp_path / "opened.txt"
    in_the_process(tmp_path, monkeypatch, LISTENS.format(path=str(noted)))
    read_elsewhere(asked("a.xlsx", large_workbook()), silent)
    read_elsewhere(asked(EXAMPLE.name, EXAMPLE.read_bytes() + b"\r\n" * 900_000), silent)
    assert noted.read_text(encoding="utf-8").splitlines() == ["listens"]


LARGE = large_workbook(300)


def opening(browser: Browser) -> str:
    """Send a large workbook; the address of its job once the workbook is being opened."""
    job = browser.send([("stor.xlsx", LARGE)]).headers["Location"]
    until(lambda: "Öppnar arbetsboken stor.xlsx" in browser.get(job).text)
    return job


@pytest.fixture(params=["alone", "team"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Browser]]:
    """A browser of one's own computer, and of a team server."""
    ledger = f"sqlite:///{tmp_path / 'faktura.db'}"
    if request.param == "alone":
        stand = new_stand(tmp_path, ledger=ledger)
        here, browser = stand.here, stand.browser()
    else:
        team = new_team(tmp_path, ledger=ledger)
        here, browser = team.here, team.officer("Eva", "kontrollera")
    yield here, browser
    here.state.end()
    here.pool.shutdown()


def test_a_large_workbook_is_stopped_while_it_is_opened(
    own: tuple[Place, Browser], begun: list[subprocess.Popen[bytes]]
) -> None:
    here, browser = own
    earlier = browser.upload()
    job = opening(browser)
    assert begun[0].poll() is None
    browser.post(f"{job}/avbryt")
    took = until(lambda: "data-pagar" not in browser.get(job).text)
    assert took < 5, "benchmarks/web.py says how long: a fraction of a second"
    assert "Avbrutet" in browser.get(job).text
    assert begun[0].poll() not in (None, 0), "it was ended, and did not come to its end"
    assert list(here.run_folder.iterdir()) == []
    assert browser.get(f"{earlier}/kontroll").status_code == 200
    assert browser.get("/").text.count("/kontroll") == 1, "nothing of it is kept"


@pytest.mark.parametrize("wiped_by", ["the end", "idling"])
def test_what_is_wiped_is_not_read_on(
    wiped_by: str, stand: Stand, browser: Browser, begun: list[subprocess.Popen[bytes]]
) -> None:
    job = browser.send([("stor.xlsx", LARGE)]).headers["Location"]
    until(lambda: begun)
    if wiped_by == "the end":
        stand.here.state.end()
    else:
        stand.here.state._clock = lambda: time.monotonic() + state.IDLE_SECONDS + 1
        stand.here.state.sweep()
        assert browser.get(job).status_code == 404
    until(lambda: begun[0].poll() is not None)
    assert begun[0].returncode != 0, "it was ended, and did not come to its end"


def test_a_large_file_named_at_the_start_is_read_as_a_job(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "AS_JOB_BYTES", 1000)
    stand.here.waiting = stand.here.pool.submit(lambda: ((EXAMPLE.name, EXAMPLE.read_bytes()),))
    browser = stand.browser()
    job = browser.get("/").headers["Location"]
    assert browser.get("/").status_code == 200, "the other pages are there meanwhile"
    findings = browser.follow(job).headers["Location"]
    assert browser.get(findings).status_code == 200 and findings in browser.get("/").text


def test_it_ends_when_the_page_is_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", elsewhere.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin
    pickle.dump(asked("stor.xlsx", LARGE), process.stdin)
    process.stdin.close()
    assert process.wait(60) == 1, "it ended at once, and did not come to its end"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are listed there")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_page(end: int, tmp_path: Path) -> None:
    with running(temporary=tmp_path) as page:
        answer, _ = page.upload("stor.xlsx", LARGE, page.cookie())
        assert re.fullmatch(r"/jobb/\w{32}", answer.getheader("Location") or "")
        until(lambda: page.children)
        (child,) = page.children
        time.sleep(1)
        os.kill(page.process.pid, end)
        until(lambda: not Path(f"/proc/{child}").exists())
