"""Runs that are ended or killed while they write, and two at once, for every command that writes something long."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.reading import invoices
from betalningsansvar.cli import main
from betalningsansvar.commands.progress import ended
from tests.ledger.stand import issue_lines, proof
from tests.ledger.tampered import A

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM and no SIGKILL to send")

EXAMPLE = Path(__file__).parents[1] / "data" / "exempel"
LEDGER = "sqlite:///faktura.db"
MONTH = ("data.csv", "--month", "2018-11", "--agreement", "halland")
SPAN = ("data.csv", "--from", "2018-11", "--to", "2018-12")
PARTIES = ("--avsandare", "avsandare.toml", "--kunder", "kunder.toml")
COMMANDS: dict[str, tuple[str, ...]] = {
    "bill": ("bill", *MONTH, "--out", "ut"),
    "reconcile": ("reconcile", "data.csv", "--year", "2018", "--agreement", "halland", "--out", "ut"),
    "scenario": ("scenario", *SPAN, "--vary", "dagar=2..3", "--out", "ut"),
    "demo": ("demo", "ut", "--cases", "50"),
    "export": ("ledger", "export", "--ledger", LEDGER, "--format", "xlsx", "--out", "ut"),
    "check": ("check", "data.csv", "--out", "ut.xlsx"),
    "stats": ("stats", *SPAN, "--out", "ut.csv"),
    "letter": ("ledger", "letter", "1", "--ledger", LEDGER, *PARTIES, "--out", "ut.pdf"),
}
# Something happens to the run when it begins its second write.
PROGRAM = """
import os, sys, time
told = sys.argv.pop(1)
begun = []
def writing(happens, given):
    if happens in ("open", "os.mkdir") and ".ny-" in str(given[0]):
        begun.append(given[0])
        if len(begun) == 2:
            time.sleep(3) if told == "wait" else os.kill(os.getpid(), int(told))
sys.addaudithook(writing)
from betalningsansvar.cli import main
main()
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with data, settings, and a ledger with a dispute in it."""
    for name in ("halland-2018-11-12.csv", "avsandare.toml", "kunder.toml", "logo.png"):
        shutil.copy(EXAMPLE / name, tmp_path / name.replace("halland-2018-11-12", "data"))
    monkeypatch.chdir(tmp_path)
    typed("issue", *MONTH, "--ledger", LEDGER, "--confirm")
    typed("ledger", "dispute", "1", "--row", "1", "--reason", "FEL_DATUM", "--ledger", LEDGER)
    return tmp_path


def typed(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, (words, done.output)
    return done.stderr


def started(told: int | str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(told), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outputs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if "ut" in path.name.split("."))


@pytest.mark.parametrize(("name", "sent"), [*((name, signal.SIGTERM) for name in COMMANDS), ("bill", signal.SIGINT)])
def test_a_run_that_is_ended_leaves_nothing_and_says_so(name: str, sent: signal.Signals, here: Path) -> None:
    run = started(sent, *COMMANDS[name])
    _, told = run.communicate(timeout=120)
    assert run.returncode == 1 and "Avbrutet" in told and "Traceback" not in told, told
    assert outputs(here) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_killed_run_left_is_swept_and_told(name: str, here: Path) -> None:
    killed = started(signal.SIGKILL, *COMMANDS[name])
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    (left,) = outputs(here)
    assert ".ny-" in left
    assert f"{left}: rester av en avbruten körning är borttagna." in typed(*COMMANDS[name])
    assert outputs(here) == [COMMANDS[name][COMMANDS[name].index("--out") + 1] if "--out" in COMMANDS[name] else "ut"]


def test_issuing_that_is_ended_while_it_writes_says_that_the_invoices_stand(here: Path) -> None:
    words = ("issue", "data.csv", "--month", "2018-12", *MONTH[3:], "--ledger", LEDGER, "--confirm", "--out", "ut")
    run = started(signal.SIGTERM, *words)
    said, told = run.communicate(timeout=120)
    assert run.returncode == 1 and "Utfärdat. Fakturanummer: " in said
    assert "Avbrutet innan filerna var skrivna. Fakturorna är utfärdade och står i liggaren, som körning" in told
    assert "ledger export --format xlsx --run N" in told and outputs(here) == []


def test_two_runs_of_one_folder_at_once_leave_one_of_them_whole(here: Path) -> None:
    both = [started("wait", *COMMANDS["bill"]) for _ in range(2)]
    told = [run.communicate(timeout=180)[1] for run in both]
    assert sorted(run.returncode for run in both) == [0, 1], told
    (refused,) = (said for said, run in zip(told, both, strict=True) if run.returncode)
    assert "skapades av någon annan under körningen" in refused or "mappen finns redan" in refused
    assert outputs(here) == ["ut"]
    typed(*COMMANDS["bill"], "--force")


def test_two_that_issue_a_month_at_once_make_one_set(here: Path, ledger_url: str) -> None:
    words = ("issue", *MONTH, "--ledger", ledger_url, "--confirm")
    both = [started("wait", *words, "--out", out) for out in ("ut.a", "ut.b")]
    told = [" ".join(run.communicate(timeout=180)) for run in both]
    assert sum("Utfärdat. Fakturanummer: " in said for said in told) == 1, told
    for said, run in zip(told, both, strict=True):
        assert "Traceback" not in said
        assert run.returncode == 0 or "Planen gäller inte längre: liggaren har fått post" in said, said
    assert len(outputs(here)) == 1
    ledger = Ledger.parse(ledger_url)
    with ledger.reading() as connection:
        numbers = [invoice.number for invoice in invoices(connection)]
    assert numbers == list(range(1, len(numbers) + 1)) and proof(ledger).runs == 1


def test_issuing_that_is_ended_at_any_statement_leaves_all_or_nothing_and_says_so(ledger_url: str) -> None:
    """The signal is taken where Python next looks: before a statement, before COMMIT, or when that is done."""
    ledger = Ledger.parse(ledger_url)
    issue_lines(ledger, A)
    words = ("issue", *MONTH, "--ledger", ledger_url, "--confirm", "--allow-missing")
    before = proof(ledger)
    for at in count(1, 3):
        with _ended_at(at) as steps:
            done = CliRunner().invoke(main, list(words))
        if done.exit_code == 0:
            break
        assert done.exit_code == 1 and "Avbrutet medan det utfärdades: allt står i liggaren, eller inget" in done.stderr
        assert steps[-1] == "checkin" or proof(ledger) == before, steps
        if proof(ledger) != before:
            break
    assert "INSERT" in " ".join(steps) and "commit" in steps and proof(ledger).runs == before.runs + 1


@contextmanager
def _ended_at(step: int) -> Iterator[list[str]]:
    """A run told to end at that step of the writer's transaction."""
    steps: list[str] = []

    def take(what: str) -> None:
        if steps or what.startswith(("BEGIN IMMEDIATE", "SET LOCAL lock_timeout")):
            steps.append(what)
            if len(steps) == step:
                ended.set()
                raise KeyboardInterrupt

    def executing(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        take(statement)

    def committing(_c: object) -> None:
        take("commit")

    def leaving(*_: object) -> None:
        take("checkin")

    listening = {"before_cursor_execute": executing, "commit": committing, "checkin": leaving}
    for name, listener in listening.items():
        event.listen(Engine, name, listener)
    try:
        yield steps
    finally:
        for name, listener in listening.items():
            event.remove(Engine, name, listener)
