"""Passwords and keys come from files, never from the command line, where every user of the computer can read them.

No message here shows what is in the file.
"""

from __future__ import annotations

from pathlib import Path

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason

_SHORTEST, _LONGEST = 8, 255  # Excel takes no longer one


class SecretFileError(StopError):
    """The file with a password or key cannot be used."""


def read_password(path: Path) -> str:
    """The password on the file's only line, 8–255 characters. Raises SecretFileError."""
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretFileError(f"{path}: är inte UTF-8-text. Spara lösenordet som UTF-8.") from None
    lines = text.splitlines() or [""]
    if len(lines) > 1:
        raise SecretFileError(f"{path}: har mer än en rad. Skriv lösenordet ensamt på den första.")
    if not _SHORTEST <= len(lines[0]) <= _LONGEST:
        raise SecretFileError(f"{path}: lösenordet har {len(lines[0])} tecken. Det ska ha {_SHORTEST}–{_LONGEST}.")
    return lines[0]


def read_key(path: Path) -> bytes:
    """The file's bytes as they are: the key. Raises SecretFileError when it cannot be read."""
    return _bytes(path)


def _bytes(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise SecretFileError(f"{path}: är ingen vanlig fil. Spara hemligheten i en fil och ange den.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise SecretFileError(f"{path}: kan inte läsas ({reason(error)}). Kontrollera namnet och mappen.") from None
