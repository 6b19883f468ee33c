"""Kill `issue` at chosen moments and look at what is left. `python -m tests.crash.kill --rounds 500`

A child process issues a month and is killed with SIGKILL: two rounds of three inside the transaction, at a statement
drawn among all it has (exactly before it, or a moment into it), the rest at any time, also while files are published.
Where each kill struck is counted. Left must be a ledger that holds, with the month as it was before or wholly as
wanted; and the next issue must complete the work. Every third round runs the real command on files. In PostgreSQL the
server itself, with fsync, is killed in the same way.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.crash.watch import AFTER, BEFORE, INSIDE, Watch
from tests.figures import keep
from tests.ledger.stand import as_counter, issue_lines, line, lines, proof, standing
from tests.postgres import Server, database_url, running_server, started_server

ROUNDS_PER_LEDGER = 20
LINES = 400
COMMAND_MONTH = "2018-11"
EXAMPLE = Path(__file__).parents[2] / "data" / "exempel" / "halland-2018-11-12.csv"


@dataclass(frozen=True)
class Job:
    """One way to issue: what is killed, what completes the work, the month and the lines that must then stand."""

    run: Callable[[], object]
    again: Callable[[], object]
    period: str
    wanted: pd.DataFrame


@dataclass(frozen=True)
class Aim:
    """Strike after `seconds`, or at `step`: just before its statement, or, `late`, so many seconds into it."""

    seconds: float = 0
    step: int = 0
    late: float | None = None


@dataclass(frozen=True)
class Run:
    """What a whole run took, and its first and last step inside the transaction; a guess until one has been seen."""

    seconds: float = 1.0
    first: int = 0
    last: int = 0

    def aim(self, rng: random.Random) -> Aim:
        if not self.last or rng.random() < 1 / 4:
            return Aim(seconds=rng.uniform(0, 1.1) * self.seconds)
        return Aim(step=rng.randint(self.first, self.last + 1), late=rng.choice([None, rng.uniform(0, 0.002)]))


@dataclass
class Struck:
    """Where the kills struck, and how many left the month as it was, or as wanted; `late` came after the end."""

    phases: Counter[int] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    late: int = 0

    @property
    def kills(self) -> int:
        return self.phases.total()

    def add(self, watch: Watch, *, kept: bool) -> None:
        place = watch.place
        self.phases[place.phase] += 1
        self.kept += kept
        if place.phase == INSIDE:
            self.statements[place.label] += 1

    def told(self) -> Sequence[str]:
        """Lines for people."""
        before, inside, after = (self.phases[phase] for phase in (BEFORE, INSIDE, AFTER))
        return [
            f"{self.kills} kills: {before} before BEGIN, {inside} inside the transaction, {after} after COMMIT or with "
            f"files unpublished; {self.kept} left the month as wanted, the others as it was.",
            *(f"  {number:>4}  {label}" for label, number in sorted(self.statements.items())),
        ]


def kill_rounds(url_of: Callable[[str], str], rounds: int, seed: int, folder: Path) -> Struck:
    """Kill until `rounds` have struck before the child had ended, and say where.

    Raises AssertionError or BrokenLedgerError at the first ledger that does not hold.
    """
    rng = random.Random(seed)
    struck = Struck()
    files = _two_versions(folder)
    watch = Watch()
    for number in count():
        if struck.kills == rounds:
            break
        if number % ROUNDS_PER_LEDGER == 0:
            url = url_of(f"kill{seed}_{number}")
            ledger = Ledger.parse(url)
            runs = {False: Run(), True: Run()}
        by_command = number % 3 == 2
        job = _command(url, files[number // 3 % 2], folder / f"ut{number}") if by_command else _straight(ledger, rng)
        before = _standing(ledger, job.period)
        watch.reset()
        ended = _start_and_kill(job.run, watch, runs[by_command].aim(rng))
        left = _standing(ledger, job.period)
        wanted = as_counter(job.wanted)
        assert left in (before, wanted), f"round {number}: part of the month was kept"
        if ended:
            struck.late += 1
        else:
            struck.add(watch, kept=left == wanted and before != wanted)
        watch.reset()
        start = time.monotonic()
        _in_child(_followed(job.again, watch))
        if watch.place.last:
            runs[by_command] = Run(time.monotonic() - start, watch.place.first, watch.place.last)
        assert _standing(ledger, job.period) == wanted, f"round {number}: the next issue did not complete the work"
        assert plan_issue(ledger, job.wanted, job.period, None).nothing_to_do
        proof(ledger)
    return struck


def server_rounds(rounds: int, seed: int) -> Struck:
    """Kill the PostgreSQL server, with fsync on, in the middle of an issue, start it, and look at what is left."""
    rng = random.Random(seed)
    struck = Struck()
    watch = Watch()
    run = Run()
    with started_server(fsync=True) as server:
        ledger = Ledger.parse(database_url(server.address, "server"))
        issue_lines(ledger, lines(line("H-0")), "2019-12")
        while struck.kills < rounds:
            job = _straight(ledger, rng)
            before = _standing(ledger, job.period)
            watch.reset()
            ended = _start_and_strike_server(job.run, watch, run.aim(rng), server)
            left = _standing(ledger, job.period)
            wanted = as_counter(job.wanted)
            assert left in (before, wanted), "part of the month was kept"
            if ended:
                struck.late += 1
            else:
                struck.add(watch, kept=left == wanted)
            watch.reset()
            start = time.monotonic()
            _in_child(_followed(job.again, watch))
            if watch.place.last:
                run = Run(time.monotonic() - start, watch.place.first, watch.place.last)
            assert _standing(ledger, job.period) == wanted, "the next issue did not complete the work"
            proof(ledger)
    return struck


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

    def run() -> object:
        return issue_lines(ledger, wanted, period)

    return Job(run, run, period, wanted)


def _command(url: str, file: Path, out: Path) -> Job:
    words = ["issue", str(file), "--month", COMMAND_MONTH, "--agreement", "halland", "--ledger", url, "--confirm"]
    words.append("--allow-missing")

    def run() -> object:
        return cli.main([*words, "--out", str(out)], standalone_mode=False)

    return Job(run, lambda: cli.main(words, standalone_mode=False), COMMAND_MONTH, _computed(file))


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


def _start_and_kill(run: Callable[[], object], watch: Watch, aim: Aim) -> bool:
    """Kill the child where the aim says; True when it had ended by itself."""
    child = start_child(_followed(run, watch, aim.step if aim.late is None else 0))
    ended = _wait(child, watch, aim)
    if ended is not None:
        return ended
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def _start_and_strike_server(run: Callable[[], object], watch: Watch, aim: Aim, server: Server) -> bool:
    """Kill the server where the aim says, and start it again; True when the child had ended before."""
    child = start_child(_followed(run, watch), quiet=True)
    ended = _wait(child, watch, aim)
    server.kill()
    if ended is None:
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status) == 0
    server.start()
    return bool(ended)


def _wait(child: int, watch: Watch, aim: Aim) -> bool | None:
    """Until the moment aimed at (None), or until the child ended by itself (True) or was killed (False)."""
    start = time.monotonic()
    while True:
        if aim.step and watch.place.steps >= aim.step:
            time.sleep(aim.late or 0)
            return None
        if not aim.step and time.monotonic() - start >= aim.seconds:
            return None
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.WIFEXITED(status)
        time.sleep(0.0002)


def _followed(run: Callable[[], object], watch: Watch, die_at: int = 0) -> Callable[[], object]:
    def followed() -> object:
        watch.follow(die_at)
        return run()

    return followed


def _in_child(run: Callable[[], object]) -> None:
    _, status = os.waitpid(start_child(run), 0)
    assert os.waitstatus_to_exitcode(status) == 0


def start_child(run: Callable[[], object], *, quiet: bool = False) -> int:
    """Run a function in a child process that shares nothing open with this one; returns its process id."""
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


def main() -> None:
    """Both databases, one after the other, and the server."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--server-rounds", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--figures", action="store_true", help="write the figures into docs/sakerhet.md")
    chosen = options.parse_args()
    told = [f"Frö {chosen.seed}.", ""]
    with tempfile.TemporaryDirectory() as folder:
        told += _tell("SQLite", kill_rounds(_in_files(folder), chosen.rounds, chosen.seed, Path(folder)))
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        url_of = partial(database_url, server)
        told += _tell("PostgreSQL", kill_rounds(url_of, chosen.rounds, chosen.seed, Path(folder)))
    told += _tell("PostgreSQL's server, with fsync", server_rounds(chosen.server_rounds, chosen.seed))
    if chosen.figures:
        keep("crash", told)


def _in_files(folder: str) -> Callable[[str], str]:
    return lambda ledger: f"sqlite:///{(Path(folder) / ledger).as_posix()}.db"


def _tell(database: str, struck: Struck) -> list[str]:
    lines = [f"{database}: every ledger held and was completed.", *struck.told()]
    print(*lines, sep="\n", flush=True)
    return [f"- {line}" for line in lines]


if __name__ == "__main__":
    main()
