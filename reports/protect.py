"""A workbook that opens only with a password: Excel's own encryption (AES), which LibreOffice opens too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import ModuleType


class ProtectionError(Exception):
    """A file could not be encrypted. It has been removed if it would have been left readable."""


def require_encryption() -> ModuleType:
    """The library that encrypts. Raises ProtectionError naming the extra when it is not installed."""
    try:
        import msoffcrypto
    except ImportError:
        raise ProtectionError(
            "--password-file needs msoffcrypto-tool. Install it: pip install 'betalningsansvar[skydd]'"
        ) from None
    library: ModuleType = msoffcrypto
    return library


def encrypt(path: Path, password: str) -> None:
    """Encrypt a workbook (`.xlsx`) where it stands.

    What was encrypted is opened again with the password and held against the original before it takes the
    original's place. On any fault the readable file is removed and ProtectionError raised; the text shows neither
    password nor content.
    """
    library = require_encryption()
    readable = path.read_bytes()
    try:
        sealed = _sealed(library, readable, password)
        if _opened(library, sealed, password) != readable:
            raise ProtectionError(f"{path.name}: what was encrypted does not open as what went in.")
        path.write_bytes(sealed)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, Exception) and not isinstance(error, ProtectionError | OSError):
            raise ProtectionError(f"{path.name}: could not be encrypted ({type(error).__name__}).") from None
        raise


def _sealed(library: ModuleType, readable: bytes, password: str) -> bytes:
    sealed = BytesIO()
    library.OfficeFile(BytesIO(readable)).encrypt(password, sealed)
    return sealed.getvalue()


def _opened(library: ModuleType, sealed: bytes, password: str) -> bytes:
    opened = BytesIO()
    file = library.OfficeFile(BytesIO(sealed))
    file.load_key(password=password, verify_password=True)
    file.decrypt(opened, verify_integrity=True)
    return opened.getvalue()
