"""What a file is by how its bytes begin, whatever its name says: told when it is none of those that are read."""

from __future__ import annotations

import io
import re
import zipfile

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_BEGINNINGS = (
    (b"%PDF", "en PDF. Ta ut uppgifterna som tabell i stället"),
    (b"\x1f\x8b", "en komprimerad fil (gzip). Packa upp den"),
    (b"7z\xbc\xaf", "en komprimerad fil (7z). Packa upp den"),
    (b"Rar!", "en komprimerad fil (rar). Packa upp den"),
    (b"PAR1", "en Parquet-fil med fel namn. Byt namn på den så att det slutar på .parquet"),
    (b"SQLite format 3", "en databas (SQLite). Ta ut tabellen som CSV"),
    (b"{\\rtf", "ett textdokument (RTF). Ta ut uppgifterna som CSV"),
    (b"\x89PNG", "en bild. Ta ut uppgifterna som tabell i stället"),
    (b"\xff\xd8\xff", "en bild. Ta ut uppgifterna som tabell i stället"),
)


def other_kind(content: bytes) -> str:
    """What the file is and what to do, as the end of a sentence; empty when it may be text or a workbook."""
    if content.startswith(OLE):
        if _ENCRYPTED in content:
            return "en arbetsbok med lösenord. Spara den som .xlsx utan lösenord"
        return "en arbetsbok av äldre slag (.xls). Öppna den och spara som .xlsx"
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(start):
        return "en webbsida (HTML), som en del program kallar Excel. Öppna den i Excel och spara som .xlsx"
    if start.startswith(b"<?xml") or start.startswith(b"<Workbook"):
        return "en XML-fil. Öppna den i Excel och spara som .xlsx, eller ta ut uppgifterna som CSV"
    if start.startswith((b"{", b"[{")):
        return "en JSON-fil. Ta ut uppgifterna som CSV eller .xlsx"
    return _other_archive(content) if content.startswith(ZIP) else ""


def _other_archive(content: bytes) -> str:
    try:
        names = {name.replace("\\", "/").lower() for name in zipfile.ZipFile(io.BytesIO(content)).namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    if "mimetype" in names and "content.xml" in names:
        return "en arbetsbok från LibreOffice (.ods). Öppna den och spara som .xlsx"
    if "xl/workbook.bin" in names:
        return "en binär arbetsbok (.xlsb). Öppna den i Excel och spara som .xlsx"
    if "word/document.xml" in names:
        return "ett Worddokument. Ta ut uppgifterna som CSV eller .xlsx"
    if names and not any(name.startswith("xl/") for name in names):
        return "ett arkiv (zip) med andra filer. Packa upp det och ange filerna i det"
    return ""
