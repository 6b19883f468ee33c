"""Files that open only with a password: workbooks by Excel's own encryption, PDF by the format's (AES-256 both)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.data.identity import telling_row
from betalningsansvar.data.stop import StopError

if TYPE_CHECKING:
    import pandas as pd


class ProtectionError(StopError):
    """The underlag cannot be protected as asked. A file that could not be encrypted has been removed."""


def require_encryption() -> None:
    """Raise ProtectionError naming the extra when the libraries that encrypt are not installed."""
    try:
        for library in ("msoffcrypto", "pypdf", "cryptography"):
            import_module(library)
    except ImportError:
        raise ProtectionError(
            "Lösenordsskydd kräver msoffcrypto-tool och pypdf. Installera dem: pip install 'betalningsansvar[skydd]'"
        ) from None


def require_anonymous_references(cases: pd.DataFrame) -> None:
    """Stop before identities are replaced by codes, when a reference of the same case would still tell who it is.

    `cases` is the case frame with the real `patient_id`. Raises ProtectionError naming file, row and column, never
    the value.
    """
    for column in ("arende_id", "vardtillfalle_id"):
        row = telling_row(cases, column)
        if row is not None:
            case = cases.iloc[row]
            raise ProtectionError(
                f"{case['fil']} rad {case['rad']}: {column} innehåller patientens nummer, så koder skulle inte dölja "
                "något. Ge ärendena egna beteckningar i källsystemet."
            )


def protect_underlag(folder: Path, password: str) -> None:
    """Encrypt every file of the folder's `underlag`: what identifies patients. Raises ProtectionError."""
    for path in sorted((folder / "underlag").iterdir()):
        encrypt(path, password)


def encrypt(path: Path, password: str) -> None:
    """Encrypt a workbook (`.xlsx`) or a `.pdf` where it stands.

    What was encrypted is opened again with the password and held against the original before it takes the
    original's place. On any fault the readable file is removed and ProtectionError raised; the text shows neither
    password nor content.
    """
    require_encryption()
    try:
        sealed = _SEALED_AND_CHECKED[path.suffix](path.read_bytes(), password)
        if sealed is None:
            raise ProtectionError(
                f"{path.name}: det som krypterades går inte att öppna som det som lades in. Inget är utlagt."
            )
        path.write_bytes(sealed)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, Exception) and not isinstance(error, ProtectionError | OSError):
            raise ProtectionError(
                f"{path.name}: gick inte att kryptera ({type(error).__name__}). Inget är utlagt."
            ) from None
        raise


def _sealed_workbook(readable: bytes, password: str) -> bytes | None:
    import msoffcrypto

    sealed, opened = BytesIO(), BytesIO()
    msoffcrypto.OfficeFile(BytesIO(readable)).encrypt(password, sealed)
    file = msoffcrypto.OfficeFile(BytesIO(sealed.getvalue()))
    file.load_key(password=password, verify_password=True)
    file.decrypt(opened, verify_integrity=True)
    return sealed.getvalue() if opened.getvalue() == readable else None


def _sealed_pdf(readable: bytes, password: str) -> bytes | None:
    from pypdf import PdfReader, PdfWriter

    writer, sealed = PdfWriter(clone_from=BytesIO(readable)), BytesIO()
    writer.encrypt(password, algorithm="AES-256")
    writer.write(sealed)
    before, after = PdfReader(BytesIO(readable)), PdfReader(BytesIO(sealed.getvalue()), password=password)
    if not after.is_encrypted or len(before.pages) != len(after.pages):
        return None
    # A PDF is written anew, so its bytes differ; what stands on the pages must not.
    same = all(a.extract_text() == b.extract_text() for a, b in zip(before.pages, after.pages, strict=True))
    return sealed.getvalue() if same else None


_SEALED_AND_CHECKED: dict[str, Callable[[bytes, str], bytes | None]] = {".xlsx": _sealed_workbook, ".pdf": _sealed_pdf}
