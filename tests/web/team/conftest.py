"""A team server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.team.stand import TeamStand, new_team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamStand]:
    made = new_team(tmp_path, ledger=f"sqlite:///{tmp_path / 'faktura.db'}")
    yield made
    made.here.state.end()
    made.here.pool.shutdown()
