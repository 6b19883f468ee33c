"""Kill `issue` at chosen moments and look at what is left. `python -m tests.crash.kill --rounds 500`

A child process issues a month and is killed with SIGKILL: before BEGIN, before or into each statement of the
transaction in turn, at COMMIT, after it, at each kind of file it makes, and at any time. Every fourth round makes a new
ledger, every fourth runs the real command, the others correct a month. Where each kill struck is counted. Left must
be a ledger that holds, with the month as it was before or wholly as wanted, and a folder that is whole or not there;
and the next run must complete the work and tell what it swept. In PostgreSQL the server itself, with fsync, is killed
in the same way.
"""

from __future__ import annotations

import argparse
import gc
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import count
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.reading import invoices
from tests.crash.child import finished, killed, struck
from tests.crash.jobs import Job, command, straight, two_versions
from tests.crash.struck import Struck, Turns, told
from tests.crash.watch import Watch
from tests.figures import keep
from tests.ledger.stand import as_counter, proof, standing
from tests.postgres import database_url, fresh_database_url, started_server

ROUNDS_PER_LEDGER = 4
_NEW, _COMMAND, _STRAIGHT = "new", "command", "straight"
_KINDS = (_NEW, _STRAIGHT, _COMMAND, _STRAIGHT)


class _Rounds:
    """The ledger of the moment and what is done to it; a new one each time the kind is new."""

    def __init__(self, url_of: Callable[[str], str], rng: random.Random, folder: Path) -> None:
        self._url_of, self._rng, self._folder = url_of, rng, folder
        self._versions: Sequence[tuple[Path, pd.DataFrame]] = two_versions(folder)
        self._number = count()
        self.url = ""

    @property
    def ledger(self) -> Ledger:
        return Ledger.parse(self.url)

    def job(self, kind: str) -> Job:
        number = next(self._number)
        if kind == _NEW:
            self.url = self._url_of(f"kill{number}")
        if kind != _COMMAND:
            return straight(self.ledger, self._rng)
        alone = self._folder / str(number)
        alone.mkdir()
        return command(self.url, *self._versions[self._rng.randint(0, 1)], alone / "ut")


def kill_rounds(url_of: Callable[[str], str], rounds: int, seed: int, folder: Path, start: float = 0) -> Struck:
    """Kill until `rounds` have struck before the child had ended, and say where; `start` as `Turns` takes it.

    Raises AssertionError or BrokenLedgerError at the first ledger that does not hold.
    """
    rng = random.Random(seed)
    work, watch, found = _Rounds(url_of, rng, folder), Watch(), Struck()
    turns = _rehearsed(work, watch, start)
    found.all_inside = set().union(*(each.inside for each in turns.values()))
    while found.kills < rounds:
        for kind in _KINDS[: rounds - found.kills]:
            job, aim = work.job(kind), turns[kind].next(rng)
            before = _month(work.ledger, job.period)
            directory = job.folder.out.parent if job.folder else None
            hit = struck(job.run, watch, aim, killed, directory)
            if hit:
                turns[kind].struck(watch.place)
            left = _look(work, job, before, watch, found, hit=hit)
            _complete(work, job, left, found)
        _report(found)
    return found


def server_rounds(rounds: int, seed: int) -> Struck:
    """Kill the PostgreSQL server, with fsync on, in the middle of an issue, start it, and look at what is left."""
    rng = random.Random(seed)
    with started_server(fsync=True) as server, tempfile.TemporaryDirectory() as folder:
        work = _Rounds(lambda name: database_url(server.address, name), rng, Path(folder))
        watch, found = Watch(), Struck()
        turns = _rehearsed(work, watch)[_STRAIGHT]
        found.all_inside = turns.inside
        blows: list[int] = []

        def blow(child: int) -> None:
            server.kill()
            blows.append(child)

        while found.kills < rounds:
            job = work.job(_STRAIGHT)
            before = _month(work.ledger, job.period)
            hit = struck(job.run, watch, turns.next(rng), blow, quiet=True)
            if blows:
                server.start()
                blows.clear()
            if hit:
                turns.struck(watch.place)
            left = _look(work, job, before, watch, found, hit=hit)
            _complete(work, job, left, found)
            _report(found)
    return found


def _rehearsed(work: _Rounds, watch: Watch, at: float = 0) -> Mapping[str, Turns]:
    """Each kind done in peace, to know its steps: a new ledger, and twice what then corrects.

    First it is done here, so that every child starts with all that is imported and cached on the way.
    """
    _warm(work)
    turns = {}
    for kind, times in ((_NEW, 1), (_STRAIGHT, 2), (_COMMAND, 2)):
        runs = []
        start = time.monotonic()
        for _ in range(times):
            job = work.job(kind)
            finished(job.run, watch, job.folder.out.parent if job.folder else None)
            runs.append(watch.steps)
        turns[kind] = Turns(runs, (time.monotonic() - start) / times, at)
    return turns


def _warm(work: _Rounds) -> None:
    for kind in (_NEW, _STRAIGHT, _COMMAND):
        job = work.job(kind)
        job.run()
    assert job.folder and job.export
    shutil.rmtree(job.folder.out)
    job.export()
    gc.collect()
    gc.freeze()


def _look(
    work: _Rounds, job: Job, before: Counter[tuple[object, ...]], watch: Watch, found: Struck, *, hit: bool
) -> Counter[tuple[object, ...]]:
    """All or nothing: in the ledger, and in the folder. Returns what stands for the month."""
    left, wanted = _standing(work.ledger, job.period), as_counter(job.wanted)
    assert left in (before, wanted), f"{watch.place}: part of the month was kept"
    if job.folder and job.folder.out.exists():
        job.folder.require_whole(work.url)
        found.whole += hit
    if hit:
        found.add(watch, kept=left == wanted and before != wanted)
    else:
        found.late += 1
    return left


def _complete(work: _Rounds, job: Job, left: Counter[tuple[object, ...]], found: Struck) -> None:
    """The next run makes the ledger as wanted and the folder whole, sweeps what is left, and tells it."""
    ledger, wanted, folder = work.ledger, as_counter(job.wanted), job.folder
    swept = folder.left if folder else ()
    if folder is None or not folder.out.exists():
        finished(job.export if job.export and left == wanted else job.run, Watch())
    assert _standing(ledger, job.period) == wanted, "the next issue did not complete the work"
    assert plan_issue(ledger, job.wanted, job.period, None).nothing_to_do
    if folder:
        folder.require_whole(work.url)
        assert not folder.left, "the next run left the rests"
        if swept:
            assert "rester av en avbruten körning" in folder.terminal.read_text(encoding="utf-8")
            found.swept += 1


def _standing(ledger: Ledger, period: str) -> Counter[tuple[object, ...]]:
    """The month as it stands, in a ledger that holds, its invoices numbered without a gap."""
    try:
        proof(ledger)
        with ledger.reading() as connection:
            numbers = [invoice.number for invoice in invoices(connection)]
    except NoLedgerError:
        return Counter()
    assert numbers == list(range(1, len(numbers) + 1)), "the numbers have a gap"
    return standing(ledger, period)


def _month(ledger: Ledger, period: str) -> Counter[tuple[object, ...]]:
    """The month as it stands, in a ledger that was proved a moment ago."""
    try:
        return standing(ledger, period)
    except NoLedgerError:
        return Counter()


def _report(found: Struck) -> None:
    if found.kills % 50 == 0:
        print(f"{time.strftime('%H:%M:%S')} {found.kills} kills", file=sys.stderr, flush=True)


def _in_sqlite(rounds: int, seed: int, start: float) -> Struck:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return kill_rounds(lambda ledger: f"sqlite:///{(folder / ledger).as_posix()}.db", rounds, seed, folder, start)


def _in_postgresql(rounds: int, seed: int, start: float) -> Struck:
    with tempfile.TemporaryDirectory() as folder, started_server() as server:
        address = server.address
        return kill_rounds(lambda _: fresh_database_url(address, "kill"), rounds, seed, Path(folder), start)


def _shown(name: str, parts: Sequence[Future[Struck]]) -> Struck:
    struck = sum((part.result() for part in parts), Struck())
    print(*told({name: struck}), "", sep="\n", file=sys.stderr, flush=True)
    return struck


def main() -> None:
    """Both databases and the server, side by side."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--server-rounds", type=int, help="of the server; a part of the others unless given")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--side-by-side", type=int, default=1, help="how many processes share each database's rounds")
    options.add_argument("--figures", action="store_true", help="write the figures into docs/sakerhet.md")
    chosen = options.parse_args()
    of_server = chosen.server_rounds or max(chosen.rounds * 2 // 25, 1)
    parts = min(chosen.side_by_side, chosen.rounds)
    shares = [chosen.rounds // parts + (n < chosen.rounds % parts) for n in range(parts)]
    with ProcessPoolExecutor(2 * parts + 1) as pool:
        runs = {"PostgreSQL:s server": [pool.submit(server_rounds, of_server, chosen.seed)]}
        for name, work in (("PostgreSQL", _in_postgresql), ("SQLite", _in_sqlite)):
            runs[name] = [pool.submit(work, share, chosen.seed + n, n / parts) for n, share in enumerate(shares)]
        found = {name: _shown(name, runs[name]) for name in reversed(runs)}
    lines = [f"Frö {chosen.seed}. Varje liggare höll, inget var borta eller dubbelt, och nästa körning gjorde klart."]
    lines += ["", *told(found)]
    print(*lines, sep="\n")
    if chosen.figures:
        keep("crash", lines)


if __name__ == "__main__":
    main()
