"""What a database says, as a sentence; never with a value out of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from betalningsansvar.billing.ledger.errors import (
    UNCHANGED,
    BrokenLedgerError,
    DatabaseError,
    LedgerError,
    NoLedgerError,
)

P = ParamSpec("P")
R = TypeVar("R")
_UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)

_SQLITE = {
    "SQLITE_BUSY": "ett annat program håller den låst. Försök igen när det är klart",
    "SQLITE_LOCKED": "ett annat program håller den låst. Försök igen när det är klart",
    "SQLITE_READONLY": "den är skrivskyddad. Se över rättigheterna till filen och dess mapp",
    "SQLITE_FULL": "disken är full. Gör plats och kör igen",
    "SQLITE_IOERR": "disken kan inte läsas eller skrivas, eller är full. Se över den och kör igen",
    "SQLITE_NOTADB": "filen är ingen SQLite-databas. Ange rätt fil",
    "SQLITE_CORRUPT": "filen är skadad. Återställ den från en säkerhetskopia",
    "SQLITE_PERM": "du saknar rätt att använda filen",
    "SQLITE_CONSTRAINT": "databasen vägrade en rad som bryter liggarens ordning",
}
_POSTGRES = {
    "55P03": "en annan användare håller den låst. Försök igen när den är klar",
    "25006": "den är skrivskyddad",
    "53100": "disken är full. Gör plats och kör igen",
    "42501": "användaren saknar rätt till detta",
    "28P01": "fel användarnamn eller lösenord",
    "28000": "användaren släpps inte in",
    "3D000": "databasen finns inte. Skapa den först",
    "P0001": "databasen vägrade en rad som bryter liggarens ordning",
}
_DAMAGED = "den innehåller text som inte kan läsas; filen är skadad. Återställ den från en säkerhetskopia"
_UNREACHABLE = "databasen svarar inte. Se över adressen och att servern är igång"
_CLOSED = ("57P01", "57P02", "57P03", "08")


@contextmanager
def plain_errors(address: str) -> Iterator[None]:
    """Turn what the database says into a LedgerError that names the ledger by `address` (without password)."""
    try:
        yield
    except DBAPIError as error:
        raise _plain(error.orig, address) from error
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise DatabaseError(f"Liggaren {address}: databasen kan inte nås ({kind}). {UNCHANGED}", kind) from error
    except UnicodeDecodeError as error:
        # SQLite's own message can quote the damaged bytes, and Python's then stumbles on them.
        raise LedgerError(f"Liggaren {address}: {_DAMAGED}. {UNCHANGED}") from error
    except Exception as error:
        # What goes past SQLAlchemy to the driver comes back as the driver's own error.
        if not isinstance(error, sqlite3.Error) and not hasattr(error, "sqlstate"):
            raise
        raise _plain(error, address) from error


def _plain(error: BaseException | None, address: str) -> LedgerError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CANTOPEN"):
        return NoLedgerError(f"{address} (filen finns inte, eller du saknar rätt till dess mapp)")
    state = getattr(error, "sqlstate", None) or ""
    known = next((text for code, text in _SQLITE.items() if name.startswith(code)), None) or _POSTGRES.get(state)
    if known is None and (state.startswith(_CLOSED) or (hasattr(error, "sqlstate") and not state)):
        known = _UNREACHABLE
    if known is None and "decode" in str(error):
        known = _DAMAGED
    # The database's own sentence can quote a cell, so only its code is given.
    code = name or state or type(error).__name__
    return DatabaseError(f"Liggaren {address}: {known or f'databasen säger {code}'}. {UNCHANGED}", code)


def readable(read: Callable[P, R]) -> Callable[P, R]:
    """A reader of rows for which a value that cannot be what it should is a BrokenLedgerError, not a fault of ours.

    The value is not told: it can be anything that stood in the file.
    """

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except _UNREADABLE as error:
            raise BrokenLedgerError(
                f"det finns uppgifter som inte kan läsas ({read.__name__}); rader har ändrats, eller filen är skadad. "
                "Återställ den från en säkerhetskopia."
            ) from error

    return reading
