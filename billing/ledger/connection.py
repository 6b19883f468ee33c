"""Reaching the ledger: one address, short transactions, one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from betalningsansvar.billing.ledger.database_errors import plain_errors
from betalningsansvar.billing.ledger.errors import LedgerAddressError, LedgerError, NoLedgerError
from betalningsansvar.billing.ledger.migrations import record_upgrade, require_current, upgrade, version
from betalningsansvar.billing.ledger.pool import kept_connections, kept_engine
from betalningsansvar.billing.ledger.schema import LEDGER_SCHEMA
from betalningsansvar.data.shown import is_text

OpenLedger = Connection
"""A ledger being read or written, for who passes it on without knowing what a database is."""

LOCK_SECONDS = 30
"""How long a writer waits for another before it gives up."""

_POSTGRES_LOCK = 0x6C_65_64_67_65_72  # any number, the same in every program that writes this ledger


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger by its address, e.g. `sqlite:///faktura.db` or `postgresql://user@host/faktura`."""

    url: URL
    lock_seconds: int = LOCK_SECONDS

    @classmethod
    def parse(cls, text: str, lock_seconds: int = LOCK_SECONDS) -> Ledger:
        """From the address as typed. Raises LedgerAddressError for one that is neither SQLite nor PostgreSQL."""
        if not is_text(text):
            raise LedgerAddressError
        try:
            url = make_url(text)
        except ArgumentError:
            raise LedgerAddressError from None
        backend = url.get_backend_name()
        if backend == "postgresql" or url.drivername == "postgres":
            return cls(url.set(drivername="postgresql+psycopg"), lock_seconds)
        if backend != "sqlite" or url.database in (None, "", ":memory:"):
            raise LedgerAddressError
        return cls(url, lock_seconds)

    @property
    def address(self) -> str:
        """For people: never with the password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of a ledger that exists. Raises NoLedgerError, LedgerError."""
        with plain_errors(self.address), self._connect(create=False) as connection:
            require_current(connection)
            yield connection

    def require_existing(self) -> None:
        """Raise NoLedgerError where there is no ledger, of whatever version."""
        with plain_errors(self.address), self._connect(create=False) as connection:
            if version(connection) == 0:
                raise NoLedgerError(self.address)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Until the block ends, connections to the ledger are kept for the next transaction; a SQLite file needs none.
        Raises LedgerError."""
        if self.url.get_backend_name() == "sqlite":
            yield
            return
        with ExitStack() as stack:
            with _driver_needed():
                stack.enter_context(kept_connections(self.url))
            yield

    @contextmanager
    def writing(self, at: str) -> Iterator[Connection]:
        """The only writer, until the block ends and everything in it is kept, or, on any exception, nothing.

        Makes the ledger where there is none and brings an older schema up; `at` is the moment as ISO text in UTC.
        Raises LedgerError when another writer does not finish within `lock_seconds`.
        """
        with self._only_writer() as connection:
            upgrade(connection, at)
            yield connection
            record_upgrade(connection, at)

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """The only writer, where the caller makes a ledger from one that exists; all of it is kept when
        the block ends, or nothing. Raises LedgerError."""
        with self._only_writer() as connection:
            yield connection

    @contextmanager
    def _only_writer(self) -> Iterator[Connection]:
        with plain_errors(self.address), self._connect(create=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{self.lock_seconds}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
            yield connection

    @contextmanager
    def _connect(self, *, create: bool) -> Iterator[Connection]:
        engine = self._sqlite(create) if self.url.get_backend_name() == "sqlite" else self._postgres(create)
        with engine.connect() as connection:
            yield connection

    def _sqlite(self, create: bool) -> Engine:
        address = _file_address(str(self.url.database), "rwc" if create else "rw")

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(address, uri=True, timeout=self.lock_seconds, isolation_level=None)

        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
            if create:
                _keep_a_log(connection)
            else:
                connection.execute("PRAGMA query_only = ON")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if create else "BEGIN")

        return engine

    def _postgres(self, create: bool) -> Engine:
        engine = kept_engine(self.url)
        if engine is None:
            with _driver_needed():
                engine = create_engine(
                    self.url,
                    poolclass=NullPool,
                    hide_parameters=True,
                    connect_args={"connect_timeout": self.lock_seconds},
                )
        # The writer looks only after it holds the lock; a snapshot taken before would be stale.
        if create:
            return engine.execution_options(isolation_level="READ COMMITTED")
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def _driver_needed() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise LedgerError(
            "En liggare i PostgreSQL behöver tillägget `postgres`: pip install 'betalningsansvar[postgres]'"
        ) from None


def _file_address(path: str, mode: str) -> str:
    path = path.replace("\\", "/")
    if path[1:2] == ":":
        path = f"///{path}"
    return f"file:{quote(path)}?mode={mode}"


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Write-ahead log: readers see the ledger while it is written. It is a property of the file, set once."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and LEDGER_SCHEMA.name not in tables:
        return  # someone else's file, about to be refused
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another writer is making the same ledger at this moment, and sets it.
        if not str(error.sqlite_errorname).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise
