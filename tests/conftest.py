"""What every test shares: the same random examples on every machine, and no time limit for a slow one."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import MISSING, database_url, running_server, server_programs

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# What `make quick` leaves out: databases, processes, large random worlds, the type checker on a changed copy.
SLOW = (
    "crash/",
    "ledger/",
    "web/",
    "test_bokslut",
    "test_closed_model",
    "test_cli_output",
    "test_cli_words",
    "test_einvoice",
    "test_ended_runs",
    "test_full_disk",
    "test_fuzz",
    "test_operations",
    "test_properties",
    "test_protect",
    "test_readme",
    "test_scenario",
    "test_toml_faults",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server that only this run uses; without its programs the tests that need it are skipped."""
    if server_programs() is None:
        pytest.skip(MISSING)
    pytest.importorskip("psycopg", reason="needs the extra `postgres`")
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that does not exist yet, in each database."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'ledger.db').as_posix()}"
    return database_url(request.getfixturevalue("postgres_server"), f"l{uuid.uuid4().hex}")
