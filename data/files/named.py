"""A file that somebody chose, as its name and its bytes. Only the border (commands, page) turns a path into one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of settings, an agreement, amounts: `name` without folders, and `content` as it was read.

    `beside` are the files that it refers to by name: the schablon tables of an agreement, the logotyp of a sender.
    What is not among them does not exist, whatever lies on the disk.
    """

    name: str
    content: bytes
    beside: tuple[NamedFile, ...] = ()

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    def find(self, name: str) -> NamedFile | None:
        """The file beside this one that has the name."""
        return next((file for file in self.beside if file.name == name), None)


class FileUnreadableError(StopError):
    """A named file cannot be read. `path` as it was given, `reason` of the system, None when there is no such file."""

    def __init__(self, path: Path, reason: str | None) -> None:
        self.path, self.reason = path, reason
        told = f"kan inte läsas ({reason})" if reason else "finns inte"
        super().__init__(f"{path}: filen {told}. Kontrollera namnet och mappen.")


def names_beside(content: bytes) -> tuple[str, ...]:
    """The files that a settings file of ours refers to: `underlag` of its rules (as NAME.toml) and its `logotyp`.

    Found by their lines, not by parsing: whoever reads the file strictly tells what is wrong with it.
    """
    found = _REFERENCE.findall(content.decode("utf-8-sig", errors="replace"))
    return tuple(dict.fromkeys(f"{name}.toml" if key == "underlag" else name for key, name in found))


_REFERENCE = re.compile(r"""^[ \t]*(underlag|logotyp)[ \t]*=[ \t]*["']([^"'\n]{1,500})["']""", re.MULTILINE)


def read_named(path: Path) -> NamedFile:
    """Read a file the user pointed at, with the files it refers to that stand beside it. Raises FileUnreadableError."""
    content = _read(path)
    beside = [(name, path.parent / name) for name in names_beside(content)]
    return NamedFile(path.name, content, tuple(NamedFile(name, _read(p)) for name, p in beside if p.is_file()))


def as_named(file: Path | NamedFile) -> NamedFile:
    """The file, read if it is a path."""
    return read_named(file) if isinstance(file, Path) else file


def _read(path: Path) -> bytes:
    # A pipe or a device gives bytes for ever, or none.
    if path.exists() and not path.is_file():
        raise FileUnreadableError(path, "den är ingen vanlig fil")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileUnreadableError(path, None) from None
    except OSError as error:
        raise FileUnreadableError(path, reason(error)) from error
