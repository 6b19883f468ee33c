"""A PostgreSQL server of one's own, in a temporary folder, on a local socket, for as long as a test run lasts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MISSING = "needs the PostgreSQL server programs (initdb, pg_ctl), e.g. apt-get install postgresql"


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, if they are installed and this system has local sockets."""
    if sys.platform == "win32":
        return None
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server; yields the beginning of its URLs, to be followed by `database?host=…` as `database_url` does."""
    programs = server_programs()
    assert programs is not None, MISSING
    # A socket's path may be 100 characters at most, so the folder is not below pytest's long ones.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        options = f"-k {folder} -h '' -c fsync=off -c max_connections=40"
        _run([programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "ledger", "-E", "UTF8", "--locale=C"])
        _run([programs / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"])
        try:
            yield f"host={quote(str(folder), safe='')}"
        finally:
            _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database_url(server: str, database: str) -> str:
    """The URL of a database of the running server, which is made if it does not exist."""
    import psycopg

    host = server.removeprefix("host=")
    with psycopg.connect(f"postgresql://ledger@/postgres?host={host}", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f'CREATE DATABASE "{database}"')
    return f"postgresql://ledger@/{database}?host={host}"


def _run(command: list[str | Path]) -> None:
    # The server refuses to run as root.
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    with tempfile.TemporaryFile() as output:
        # pg_ctl leaves the server running with our pipe open, so its words go to a file.
        done = subprocess.run([*prefix, *map(str, command)], stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert done.returncode == 0, output.read().decode()
