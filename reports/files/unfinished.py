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

from betalningsansvar.reports.files.destination import OutputError, reason

try:
    import fcntl
except ImportError:  # Windows has no such lock
    fcntl = None  # type: ignore[assignment]

_SURELY_LEFT_SECONDS = 24 * 3600


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Yield a new, empty folder `.NAME.ny-<hex>` beside the target; what is still there at the end is removed."""
    fresh = target.with_name(f".{target.name}.ny-{secrets.token_hex(4)}")
    try:
        fresh.mkdir(parents=True)
    except OSError as error:
        raise OutputError(
            f"{target.parent}: här kan ingen mapp skapas ({reason(error)}). Välj en annan plats."
        ) from error
    held = _lock(fresh)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if held is not None:
            os.close(held)


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
        if not _is_left(path):
            continue
        if ".gammal-" in path.name and not target.exists():
            path.rename(target)
            yield f"{target.name}: en körning avbröts när den skulle ersätta mappen. Den gamla är tillbakalagd."
        else:
            with suppress(OSError):
                shutil.rmtree(path)
                yield f"{path.name}: rester av en avbruten körning är borttagna."


def _lock(folder: Path) -> int | None:
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _is_left(folder: Path) -> bool:
    """Whether nobody holds the folder any more."""
    if fcntl is None:
        return time.time() - folder.stat().st_mtime > _SURELY_LEFT_SECONDS
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
