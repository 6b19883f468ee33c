"""What stops work on the ledger, in words for the person who asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from betalningsansvar.data.stop import StopError


class LedgerError(StopError):
    """The ledger cannot be used as asked. Nothing was changed."""


class NoLedgerError(LedgerError):
    """There is no ledger at the address."""


class BrokenLedgerError(LedgerError):
    """The ledger contradicts itself: something was edited, removed or written past the program."""


_SQLITE = {
    "SQLITE_BUSY": "another program holds it locked. Try again when it is done",
    "SQLITE_LOCKED": "another program holds it locked. Try again when it is done",
    "SQLITE_READONLY": "it is read-only. Check the rights of the file and its folder",
    "SQLITE_FULL": "the disk is full. Make room and run again",
    "SQLITE_IOERR": "the disk could not be read or written, or is full. Check it and run again",
    "SQLITE_NOTADB": "the file is no SQLite database. Name the right file",
    "SQLITE_CORRUPT": "the file is damaged. Restore it from a backup",
    "SQLITE_PERM": "you lack the right to use the file",
    "SQLITE_CONSTRAINT": "the database refused a row that breaks the ledger's order",
}
_POSTGRES = {
    "55P03": "another user holds it locked. Try again when they are done",
    "25006": "it is read-only",
    "53100": "the disk is full. Make room and run again",
    "42501": "the user lacks the right to do this",
    "28P01": "the user name or password is wrong",
    "28000": "the user is not let in",
    "3D000": "the database does not exist. Create it first",
    "P0001": "the database refused a row that breaks the ledger's order",
}


@contextmanager
def plain_errors(address: str) -> Iterator[None]:
    """Turn what the database says into a LedgerError that names the ledger by `address` (without password)."""
    try:
        yield
    except DBAPIError as error:
        raise _plain(error.orig, address) from error
    except SQLAlchemyError as error:
        raise LedgerError(f"Ledger {address}: {error}. Nothing was changed.") from error
    except Exception as error:
        # What goes past SQLAlchemy to the driver comes back as the driver's own error.
        if not hasattr(error, "sqlite_errorname") and not hasattr(error, "sqlstate"):
            raise
        raise _plain(error, address) from error


def _plain(error: BaseException | None, address: str) -> LedgerError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CANTOPEN"):
        return NoLedgerError(f"Ledger {address}: the file does not exist, or you lack the right to its folder.")
    known = next((text for code, text in _SQLITE.items() if name.startswith(code)), None)
    known = known or _POSTGRES.get(getattr(error, "sqlstate", None) or "")
    if known is None:
        lines = str(error).strip().splitlines()
        known = f"the database says: {lines[0] if lines else type(error).__name__}"
    return LedgerError(f"Ledger {address}: {known}. Nothing was changed.")
