"""A page for each test, and one with the example on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.stand import Browser, Stand, new_stand


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = new_stand(tmp_path, ledger=f"sqlite:///{tmp_path / 'faktura.db'}")
    yield made
    made.here.state.end()
    made.here.pool.shutdown()


@pytest.fixture
def browser(stand: Stand) -> Browser:
    return stand.browser()
