"""A disk that is full from the n-th write on: to files and folders below one folder, and to a SQLite database."""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event


class Disk:
    """Room for `room` more writes; `written` is how many were tried."""

    def __init__(self, folder: Path, room: int) -> None:
        self.folder, self.room = str(folder.resolve()), room
        self.written = 0

    def write(self) -> None:
        self.written += 1
        if self.written > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")

    def holds(self, path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.path.realpath(os.fsdecode(path)).startswith(self.folder)


class _File(io.FileIO):
    """A file on the disk, without a buffer: what is written is a write at once."""

    disk: Disk

    def write(self, content: Any) -> int:
        self.disk.write()
        return super().write(content)


@contextmanager
def disk(folder: Path, room: int) -> Iterator[Disk]:
    """Until the block ends, every file that is written below `folder`, and every folder made, takes room."""
    there = Disk(folder, room)
    real_open, real_mkdir = io.open, os.mkdir

    def opened(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+") or not there.holds(file):
            return real_open(file, mode, buffering, *rest, **named)
        there.write()
        raw = _File(file, mode.replace("b", "").replace("t", ""))
        raw.disk = there
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **named)

    def mkdir(path: Any, *rest: Any, **named: Any) -> None:
        if there.holds(path):
            there.write()
        real_mkdir(path, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opened)
        patch.setattr(builtins, "open", opened)
        patch.setattr(os, "mkdir", mkdir)
        yield there


@contextmanager
def full_database(pages: int) -> Iterator[None]:
    """Until the block ends, a SQLite database may have so many pages, and not one more."""

    def limited(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limited)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limited)
