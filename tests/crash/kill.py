"""Kill `issue` at random moments and look at what is left. `python -m tests.crash.kill --rounds 300`

A child process issues a month and is killed with SIGKILL after a random part of the time it takes. Left must be a
ledger that holds, with the month as it was before or wholly as wanted; and the next issue must complete the work.
Every second round runs the real command on files, the other rounds go straight to the ledger, where a larger part of
the time is inside the transaction.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import pandas as pd

from betalningsansvar import cli
from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.period import Month
from betalningsansvar.data.intake import read_cases
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.ledger.stand import as_counter, issue_lines, line, lines, proof, standing
from tests.postgres import database_url, running_server

ROUNDS_PER_LEDGER = 20
LINES = 400
# The straight way spends its first part reading; the moments worth most are those of the transaction.
_FIRST_MOMENT = (0.4, 0)
COMMAND_MONTH = "2018-11"
EXAMPLE = Path(__file__).parents[2] / "data" / "exempel" / "halland-2018-11-12.csv"


@dataclass(frozen=True)
class Job:
    """One way to issue: what runs in the child, the month it issues and the lines that must stand afterwards."""

    run: Callable[[], object]
    period: str
    wanted: pd.DataFrame


def kill_rounds(url_of: Callable[[str], str], rounds: int, seed: int, folder: Path) -> Counter[str]:
    """Kill until `rounds` have struck `before` anything was kept or `after`; `late` counts those that had ended.

    Raises AssertionError or BrokenLedgerError at the first ledger that does not hold.
    """
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    files = _two_versions(folder)
    for number in count():
        if seen["before"] + seen["after"] == rounds:
            break
        if number % ROUNDS_PER_LEDGER == 0:
            url = url_of(f"kill{seed}_{number}")
            ledger = Ledger.parse(url)
            seconds = [0.5, 0.5]
        kind = number % 2
        job = _command(url, rng.choice(files)) if kind else _straight(ledger, rng)
        before = _standing(ledger, job.period)
        ended = _start_and_kill(job.run, rng.uniform(_FIRST_MOMENT[kind], 1) * seconds[kind])
        left = _standing(ledger, job.period)
        wanted = as_counter(job.wanted)
        assert left in (before, wanted), f"round {number}: part of the month was kept"
        seen["late" if ended else "after" if left == wanted and before != wanted else "before"] += 1

        start = time.monotonic()
        _in_child(job.run)
        seconds[kind] = time.monotonic() - start
        assert _standing(ledger, job.period) == wanted, f"round {number}: the next issue did not complete the work"
        assert plan_issue(ledger, job.wanted, job.period, None).nothing_to_do
        proof(ledger)
    return seen


def _standing(ledger: Ledger, period: str) -> Counter[tuple[object, ...]]:
    try:
        proof(ledger)
        return standing(ledger, period)
    except NoLedgerError:
        return Counter()


def _straight(ledger: Ledger, rng: random.Random) -> Job:
    """Lines of a month, some of them other than in the round before."""
    period = f"2019-{rng.randint(1, 3):02d}"
    wanted = lines(*(line(f"H-{n}", rng.randint(1, 3), rng.choice(["1380", "1384"])) for n in range(LINES)))
    return Job(lambda: issue_lines(ledger, wanted, period), period, wanted)


def _command(url: str, file: Path) -> Job:
    arguments = ["issue", str(file), "--month", COMMAND_MONTH, "--agreement", "halland", "--ledger", url, "--confirm"]
    return Job(lambda: cli.main(arguments, standalone_mode=False), COMMAND_MONTH, _computed(file))


def _computed(file: Path) -> pd.DataFrame:
    intake = read_cases([file])
    cases, issues = check_cases(intake.cases, intake.issues)
    month = Month.parse(COMMAND_MONTH)
    return wanted_lines(charged_lines(bill(cases, issues, find_agreement("halland"), load(), month)))


def _two_versions(folder: Path) -> list[Path]:
    """The example, and the example without every third row."""
    rows = EXAMPLE.read_text(encoding="utf-8-sig").splitlines()
    shorter = folder / "shorter.csv"
    shorter.write_text("\n".join(row for n, row in enumerate(rows) if n == 0 or n % 3), encoding="utf-8")
    return [EXAMPLE, shorter]


def _start_and_kill(run: Callable[[], object], after: float) -> bool:
    """Kill the child `after` seconds; True when it had ended by itself."""
    child = start_child(run)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def _in_child(run: Callable[[], object]) -> None:
    _, status = os.waitpid(start_child(run), 0)
    assert os.waitstatus_to_exitcode(status) == 0


def start_child(run: Callable[[], object]) -> int:
    """Run a function in a child process that shares nothing open with this one; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        run()
        os._exit(0)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)


def main() -> None:
    """Both databases, one after the other."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _told("SQLite", chosen.rounds, kill_rounds(_in_files(folder), chosen.rounds, chosen.seed, Path(folder)))
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        url_of = partial(database_url, server)
        _told("PostgreSQL", chosen.rounds, kill_rounds(url_of, chosen.rounds, chosen.seed, Path(folder)))


def _in_files(folder: str) -> Callable[[str], str]:
    return lambda ledger: f"sqlite:///{(Path(folder) / ledger).as_posix()}.db"


def _told(database: str, rounds: int, seen: Counter[str]) -> None:
    counts = ", ".join(f"{number} {what}" for what, number in sorted(seen.items()))
    print(f"{database}: {rounds} kills ({counts}); every ledger held and was completed.", flush=True)


if __name__ == "__main__":
    main()
