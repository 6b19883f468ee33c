"""The disk of the database is full: at any size of its file, and at any statement to the server, nothing is changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import LedgerError
from tests.ledger.stand import issue_lines, line, lines, proof
from tests.ledger.tampered import A

MANY = lines(*(line(f"H-{n}") for n in range(2_000)))
FULL = r"full.*Inget är ändrat"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's file size")
@pytest.mark.parametrize("limit", [0, 4_096, 20_000, 60_000, 120_000])
def test_sqlite_at_any_size_of_its_log(sqlite_ledger: Ledger, limit: int) -> None:
    import resource

    issue_lines(sqlite_ledger, A)
    before = proof(sqlite_ledger)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(LedgerError, match=FULL):
            issue_lines(sqlite_ledger, MANY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert proof(sqlite_ledger) == before
    issue_lines(sqlite_ledger, MANY)
    assert proof(sqlite_ledger) != before


def test_postgresql_at_any_statement(ledger: Ledger) -> None:
    if ledger.url.get_backend_name() == "sqlite":
        pytest.skip("SQLite has a file of its own, above")
    issue_lines(ledger, A)
    before = proof(ledger)
    for room in count():
        try:
            with _room_for(room):
                issue_lines(ledger, MANY)
            break
        except LedgerError as told:
            assert "disken är full. Gör plats och kör igen. Inget är ändrat" in str(told)
        assert proof(ledger) == before
    assert room > 3 and proof(ledger) != before


@contextmanager
def _room_for(inserts: int) -> Iterator[None]:
    """A server that says that its disk is full when it is given more."""
    import psycopg

    given = count(1)

    def writing(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT") and next(given) > inserts:
            raise psycopg.errors.DiskFull("could not extend file")

    event.listen(Engine, "before_cursor_execute", writing)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", writing)
