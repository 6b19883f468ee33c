"""The output folder: it appears whole, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from betalningsansvar.data.stop import StopError

MANIFEST = "manifest.json"


class OutputError(StopError):
    """The output cannot be written. What stood at the target still stands there, unless the text says otherwise."""


@contextmanager
def output_folder(target: Path, *, force: bool) -> Iterator[Path]:
    """Yield an empty folder beside `target`; when the block ends without an exception it becomes `target`.

    An existing folder is refused, unless it is empty, or `force` is given and it holds the manifest of an
    earlier run; it then moves aside, and is removed when the new one stands in its place. Any exception in
    the block, KeyboardInterrupt too, removes what was written. Raises OutputError, also for a full disk.
    """
    target = Path(os.path.abspath(target))
    require_free(target, force=force)
    fresh = _sibling(target, "ny")
    try:
        fresh.mkdir(parents=True)
    except OSError as error:
        raise OutputError(
            f"{target.parent}: no folder can be made here ({_reason(error)}). Choose another --out."
        ) from error
    try:
        yield fresh
        _swap(fresh, target)
    except OSError as error:
        raise OutputError(f"{target}: writing failed ({_reason(error)}). Nothing was published.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def require_free(target: Path, *, force: bool) -> None:
    """Refuse a target that must not be replaced, before any long work. Raises OutputError."""
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(f"{target}: is a file, and the output is a folder. Choose another --out.")
    if not any(target.iterdir()):
        return
    if not force:
        raise OutputError(f"{target}: the folder exists. Choose another --out, or replace it with --force.")
    if not (target / MANIFEST).is_file():
        raise OutputError(
            f"{target}: has no {MANIFEST}, so no earlier run wrote it, and --force does not replace it. "
            "Choose another --out."
        )


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` at `target`; on failure the old folder is put back."""
    if not target.exists():
        fresh.rename(target)
        return
    old = _sibling(target, "gammal")
    try:
        target.rename(old)
        fresh.rename(target)
    except BaseException as error:
        if old.exists() and not target.exists():
            old.rename(target)
        if isinstance(error, PermissionError):
            raise OutputError(
                f"{target}: cannot be replaced; a file in it is probably open in Excel. Close it and run again. "
                "Nothing was changed."
            ) from error
        raise
    try:
        shutil.rmtree(old)
    except OSError as error:
        raise OutputError(
            f"{target}: the new output is in place, but the one it replaced could not be removed "
            f"({_reason(error)}). Remove {old} by hand."
        ) from error


def _sibling(target: Path, word: str) -> Path:
    return target.with_name(f".{target.name}.{word}-{secrets.token_hex(4)}")


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
