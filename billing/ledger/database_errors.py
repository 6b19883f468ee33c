"""What a database says, as a sentence; never with a value out of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError, NoLedgerError

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
        raise LedgerError(
            f"Liggaren {address}: databasen kan inte nås ({type(error).__name__}). {UNCHANGED}"
        ) from error
    except Exception as error:
        # What goes past SQLAlchemy to the driver comes back as the driver's own error.
        if not hasattr(error, "sqlite_errorname") and not hasattr(error, "sqlstate"):
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
        known = "den innehåller text som inte kan läsas; filen är skadad. Återställ den från en säkerhetskopia"
    # The database's own sentence can quote a cell, so only its code is given.
    code = name or state or type(error).__name__
    return LedgerError(f"Liggaren {address}: {known or f'databasen säger {code}'}. {UNCHANGED}")
