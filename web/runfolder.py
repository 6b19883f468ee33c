"""The one folder this process may write in: for the files of a job while it runs, and nothing after.

A process that was killed leaves its folder behind, with underlag in it; the next start removes it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "betalningsansvar-sida-"


def new_run_folder() -> Path:
    """A folder that only this user can read, named after this process; folders of dead processes are removed."""
    sweep(Path(tempfile.gettempdir()))
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def sweep(temporary: Path) -> None:
    """Remove the run folders in `temporary` whose process is gone."""
    for folder in temporary.glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and not _lives(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def job_folder(run_folder: Path) -> Iterator[Path]:
    """A folder for one job, gone when the job is over however it ends."""
    folder = Path(tempfile.mkdtemp(dir=run_folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False  # ours is not made yet: an earlier process had our number
    if os.name == "nt":
        return _lives_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True


def _lives_on_windows(process: int) -> bool:
    """Whether a process can be opened; os.kill would end it there."""
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009
    handle = kernel.OpenProcess(0x1000, False, process)
    if handle:
        kernel.CloseHandle(handle)
    return bool(handle)
