"""The ledger under SIGKILL and under eight issuers at once; `make crash` does the same many hundred times."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.reading import invoices
from tests.crash.child import start_child
from tests.crash.kill import kill_rounds, server_rounds
from tests.crash.struck import Turns
from tests.crash.watch import AFTER, BEFORE, FILES, INSIDE, Step
from tests.ledger.stand import as_counter, issue_lines, line, lines, proof, standing
from tests.postgres import database_url

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")


def test_every_step_has_its_turn() -> None:
    """Also where one in three kills strikes a step later than it was aimed at."""
    inside = [Step(INSIDE, name) for name in ("BEGIN", *(f"INSERT {n}" for n in range(20)), "COMMIT")]
    run = [Step(BEFORE, "SELECT"), Step(BEFORE, "SELECT"), *inside, Step(AFTER, "SELECT"), Step(FILES, "mapp skapas")]
    turns, rng, hit = Turns([run], seconds=1), random.Random(1), Counter[Step]()
    for _ in range(3 * len(run)):
        target = turns.next(rng).step or run[0]
        at = next(n for n, step in enumerate(run) if target.covers(step))
        place = run[min(at + (rng.random() < 1 / 3), len(run) - 1)]
        turns.struck(place)
        hit[place] += 1
    assert turns.inside == {step.label for step in inside}
    assert all(hit[step] >= 1 for step in inside)
    assert sum(hit[step] for step in inside) > hit.total() / 2


def test_killed_in_sqlite(tmp_path: Path) -> None:
    struck = kill_rounds(lambda name: f"sqlite:///{(tmp_path / name).as_posix()}.db", 12, 7, tmp_path)
    assert struck.kills == 12 and struck.phases[INSIDE] >= 6, struck.places


def test_killed_in_postgresql(postgres_server: str, tmp_path: Path) -> None:
    struck = kill_rounds(lambda name: database_url(postgres_server, name), 12, 7, tmp_path)
    assert struck.kills == 12 and struck.phases[INSIDE] >= 6, struck.places


@pytest.mark.usefixtures("postgres_server")
def test_the_server_killed() -> None:
    assert server_rounds(2, 7).kills == 2


def test_eight_issuers_at_once_make_one_set(ledger_url: str) -> None:
    ledger = Ledger.parse(ledger_url)
    wanted = lines(*(line(f"H-{n}", 1 + n % 5, ["1380", "1381", "1384"][n % 3]) for n in range(600)))
    children = [start_child(lambda: issue_lines(ledger, wanted)) for _ in range(8)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
    assert standing(ledger) == as_counter(wanted)
    with ledger.reading() as connection:
        assert [invoice.number for invoice in invoices(connection)] == [1, 2, 3]
    assert proof(ledger).runs == 1


def test_issuers_of_different_months_share_one_row_of_numbers(ledger_url: str) -> None:
    ledger = Ledger.parse(ledger_url)
    wanted = lines(*(line(f"H-{n}") for n in range(200)))
    months = [f"2019-{month:02d}" for month in range(1, 9)]
    children = [start_child(lambda month=month: issue_lines(ledger, wanted, month)) for month in months]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
    found = proof(ledger)
    assert (found.runs, found.invoices, found.lines) == (8, 8, 1600)
