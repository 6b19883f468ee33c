"""What comes from outside in other shapes: settings, agreements, somebody's e-invoice, a ledger changed or damaged."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError
from betalningsansvar.billing.ledger.verify import require_sound
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.profiles.profile import load_profile
from betalningsansvar.data.settings.avsandare import load_sender
from betalningsansvar.data.settings.befolkning import load_population
from betalningsansvar.data.settings.bokforing import load_bookkeeping
from betalningsansvar.data.settings.kunder import load_customers
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.received import read_invoice
from betalningsansvar.tariffs.agreements import load_agreement
from betalningsansvar.tariffs.belopp import load_layer
from tests.fuzz.cells import changed, shows_nobody
from tests.fuzz.tables import NASTY
from tests.ledger.tampered import change_rows, fill

HOUSE = Path(__file__).parents[2]
_EXAMPLES = HOUSE / "data" / "exempel"
_READERS: dict[Path, Callable[[NamedFile], object]] = {
    _EXAMPLES / "avsandare.toml": load_sender,
    _EXAMPLES / "kunder.toml": load_customers,
    _EXAMPLES / "bokforing.toml": load_bookkeeping,
    _EXAMPLES / "belopp-exempel.toml": load_layer,
    HOUSE / "tariffs" / "avtal" / "vastra-gotaland.toml": load_agreement,
    HOUSE / "tariffs" / "avtal" / "dalarna.toml": load_agreement,
    HOUSE / "data" / "profiles" / "exempel-statusrader.toml": load_profile,
}
_TOML_BITS = (
    b"[[[[[[", b'"""', b"'''", b"= 9" + b"9" * 5_000, b"a." * 500 + b"a = 1", b"= 1e999", b"= nan", b"= 9999-12-31",
    b"= [[[[[]]]]]", b"= {a={a={a=1}}}", b"\x00", b"\xff", "= “x”".encode(), b"= -1", b"= true", b'= ""', b"= 07:30:00",
    b"\n[[regel]]\n", b"\n[fakturanummer]\n", b"\\u0000", b"\\x", b"= 0.1", b"= 2018-02-30", b"= inf",
)  # fmt: skip
_TABLES = ("entry", "run", "invoice", "line", "dispute", "approval", "setting", "law_text")


def toml(rng: random.Random) -> None:
    """A settings file, agreement, amounts or profile, changed: read, or told in a sentence that fits on a screen."""
    path = rng.choice(sorted(_READERS))
    content = path.read_bytes()
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.6:
            at = rng.choice([place for place, byte in enumerate(content) if byte in b"=\n"] or [0])
            content = content[:at] + rng.choice(_TOML_BITS) + content[at + rng.choice((0, 1, 4)) :]
        else:
            content = changed(content, rng)
    try:
        _READERS[path](NamedFile(path.name, content))
    except StopError as stopped:
        assert len(str(stopped)) < 100_000, "a message without end"
        shows_nobody(str(stopped))


def population(rng: random.Random) -> None:
    """A file of inhabitants, changed."""
    content = b"kommun;invanare;invanare_65\n1380;102000;20000\n1383;65000;15000\n"
    with suppress(StopError):
        load_population(NamedFile("befolkning.csv", changed(content, rng)))


def einvoice(rng: random.Random) -> None:
    """Somebody's e-invoice with its XML changed: the lines read come to what is asked for, or it is told."""
    content = (_EXAMPLES / "mottagen-e-faktura.xml").read_bytes()
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.5:
            places = [place for place, byte in enumerate(content) if byte in b"<>"]
            at, end = sorted(rng.sample(places, 2))
            end = end if end - at < 200 else at
            content = content[:at] + rng.choice(NASTY).encode("utf-8", "replace") + content[end:]
        else:
            content = changed(content, rng)
    try:
        got = read_invoice(InputFile.from_bytes("faktura.xml", content))
    except StopError as stopped:
        shows_nobody(str(stopped))
        return
    assert got.amount_ore == int(got.lines["amount_ore"].sum()) + int(got.shown["amount_ore"].sum())
    shows_nobody(got.shown.to_csv())


def tamper(rng: random.Random) -> None:
    """One value of one row of the ledger changed past its guards, or a row removed: it is found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.db"
        path.write_bytes(_ledger())
        statement = _change(path, rng)
        if statement is None:
            return
        change_rows(path, statement)
        try:
            with Ledger.parse(f"sqlite:///{path.as_posix()}", lock_seconds=1).reading() as connection:
                require_sound(connection)
        except BrokenLedgerError:
            return
        raise AssertionError(f"not found: {statement}")


def damage(rng: random.Random) -> None:
    """Bytes of the ledger's file changed: it holds still, or a sentence says that it does not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.db"
        content = bytearray(_ledger())
        for _ in range(rng.choice((1, 3, 30))):
            at = rng.randrange(len(content))
            content[at : at + 8] = rng.randbytes(rng.choice((0, 1, 8, 8)))
        path.write_bytes(bytes(content[: rng.choice((len(content), len(content), rng.randrange(len(content))))]))
        with suppress(StopError), Ledger.parse(f"sqlite:///{path.as_posix()}", lock_seconds=1).reading() as connection:
            require_sound(connection)


@cache
def _ledger() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.db"
        fill(Ledger.parse(f"sqlite:///{path.as_posix()}"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


def _change(path: Path, rng: random.Random) -> str | None:
    """A statement that changes what the ledger says; None where what was drawn changes nothing."""
    connection = sqlite3.connect(path)
    try:
        known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        table = rng.choice([name for name in _TABLES if name in known])
        rows = connection.execute(f"SELECT rowid, * FROM {table}").fetchall()
        if not rows:
            return None
        row = rng.choice(rows)
        if rng.random() < 0.2:
            return f"DELETE FROM {table} WHERE rowid = {row[0]}"
        columns = [found[1] for found in connection.execute(f"PRAGMA table_info({table})")]
        at = rng.randrange(len(columns))
        old = row[at + 1]
        new = old + rng.choice((1, -1, 100)) if isinstance(old, int) else f"{old or ''}{rng.choice('x0 1')}"
        said = str(new) if isinstance(new, int) else "'" + new.replace("'", "''") + "'"
        statement = f"UPDATE {table} SET {columns[at]} = {said} WHERE rowid = {row[0]}"
        try:
            connection.execute("SAVEPOINT x")
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)
        except sqlite3.Error:
            return None  # the table itself refuses the value
        return statement
    finally:
        connection.rollback()
        connection.close()


CLASSES = {
    "toml": toml,
    "befolkning": population,
    "e-faktura": einvoice,
    "liggare-andrad": tamper,
    "liggare-skadad": damage,
}
