"""A PostgreSQL server of one's own, in a temporary folder, on a local socket, for as long as a test run lasts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Server:
    """A server in a folder of its own. `address` is the end of its URLs, to be completed by `database_url`."""

    programs: Path
    folder: Path
    fsync: bool

    @property
    def address(self) -> str:
        return f"host={quote(str(self.folder), safe='')}"

    def make(self) -> None:
        data = self.folder / "data"
        _run([self.programs / "initdb", "-D", data, "-A", "trust", "-U", "ledger", "-E", "UTF8", "--locale=C"])

    def start(self) -> None:
        fsync = "on" if self.fsync else "off"
        options = f"-k {self.folder} -h '' -c fsync={fsync} -c max_connections=40"
        data, log = self.folder / "data", self.folder / "log"
        _run([self.programs / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start"])

    def stop(self) -> None:
        _run([self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop"])

    def kill(self) -> None:
        """SIGKILL to every process of the server at once, as when the power goes."""
        main = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        own = [int(each) for each in Path(f"/proc/{main}/task/{main}/children").read_text(encoding="utf-8").split()]
        for process in (main, *own):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for process in (main, *own):
            while Path(f"/proc/{process}").exists() and not _is_zombie(process):
                time.sleep(0.01)
        # Where nobody buries the dead, their process ids still seem alive, and the locks they left look held.
        for lock in (self.folder / "data" / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)


@contextmanager
def started_server(*, fsync: bool = False) -> Iterator[Server]:
    """A server that runs until the block ends."""
    programs = server_programs()
    assert programs is not None, MISSING
    # A socket's path may be 100 characters at most, so the folder is not below pytest's long ones.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = Server(programs, folder, fsync)
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server; yields the end of its URLs, as `database_url` takes it."""
    with started_server() as server:
        yield server.address


def _is_zombie(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def database_url(server: str, database: str) -> str:
    """The URL of a database of the running server, which is made if it does not exist."""
    import psycopg

    host = server.removeprefix("host=")
    with psycopg.connect(f"postgresql://ledger@/postgres?host={host}", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f'CREATE DATABASE "{database}"')
    return f"postgresql://ledger@/{database}?host={host}"


def fresh_database_url(server: str, database: str) -> str:
    """The URL of a database that is new; what had its name is gone."""
    import psycopg

    host = server.removeprefix("host=")
    with psycopg.connect(f"postgresql://ledger@/postgres?host={host}", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    return database_url(server, database)


def _run(command: list[str | Path]) -> None:
    # The server refuses to run as root.
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    with tempfile.TemporaryFile() as output:
        # pg_ctl leaves the server running with our pipe open, so its words go to a file.
        done = subprocess.run([*prefix, *map(str, command)], stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert done.returncode == 0, output.read().decode()
