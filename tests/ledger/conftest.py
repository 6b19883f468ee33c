"""A new, empty ledger for each test, in SQLite and in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from betalningsansvar.billing.ledger.connection import Ledger


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger.parse(ledger_url, lock_seconds=2)


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def sqlite_ledger(sqlite_path: Path) -> Ledger:
    return Ledger.parse(f"sqlite:///{sqlite_path.as_posix()}", lock_seconds=1)
