"""The folder beside the target in which a run writes until it is done, and what killed runs have left of theirs.

A run holds a lock on its folder as long as it lives, so that another can tell what is left from what is under way.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from betalningsansvar.data.system_reasons import reason
from betalningsansvar.reports.files.destination import OutputError

try:
    import fcntl
except ImportError:  # Windows has no such lock
    fcntl = None  # type: ignore[assignment]

_SURELY_LEFT_SECONDS = 24 * 3600


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Yield a new, empty folder `.NAME.ny-<hex>` beside the target; what is still there at the end is removed."""
    while True:
        fresh = target.with_name(f".{target.name}.ny-{secrets.token_hex(4)}")
        try:
            with _held(fresh) as ours:
                if ours:
                    yield fresh
                    return
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def sweep(target: Path) -> Iterator[str]:
    """Remove what killed runs left beside the target, and tell it: their half-written folders hold personal data.

    A run killed while it replaced the target had moved the old one aside; that is put back.
    """
    leftover = re.compile(re.escape(f".{target.name}.") + r"(ny|gammal)-[0-9a-f]{8}")
    try:
        found = sorted(path for path in target.parent.iterdir() if leftover.fullmatch(path.name) and path.is_dir())
    except OSError:
        return  # whether anything can be written there is told by whoever tries
    for path in found:
        with suppress(FileNotFoundError), _left(path) as nobodys:  # another sweeps it at the same time
            if not nobodys:
                continue
            if ".gammal-" in path.name and not target.exists():
                path.rename(target)
                yield f"{target.name}: en körning avbröts när den skulle ersätta mappen. Den gamla är tillbakalagd."
            else:
                with suppress(OSError):
                    shutil.rmtree(path)
                    yield f"{path.name}: rester av en avbruten körning är borttagna."


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Make the folder and hold it until the block ends; False where another swept it away before it was held."""
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise OutputError(
            f"{folder.parent}: här kan ingen mapp skapas ({reason(error)}). Välj en annan plats."
        ) from error
    if fcntl is None:
        yield True
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _locked(handle, without_locks=True) and folder.exists()
    finally:
        os.close(handle)


@contextmanager
def _left(folder: Path) -> Iterator[bool]:
    """Whether nobody holds the folder any more; nobody else takes it until the block ends. Raises OSError."""
    if fcntl is None:
        yield time.time() - folder.stat().st_mtime > _SURELY_LEFT_SECONDS
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _locked(handle, without_locks=False)
    finally:
        os.close(handle)


def _locked(handle: int, *, without_locks: bool) -> bool:
    """Whether the lock is ours and nobody else's; `without_locks` is the answer where the file system has none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return without_locks
    return True
