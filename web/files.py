"""A file that an operation writes, as bytes: it is made in the run folder and is gone when it has been read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from betalningsansvar.web.place import place
from betalningsansvar.web.runfolder import job_folder


@contextmanager
def folder() -> Iterator[Path]:
    """A folder in the run folder, gone when the block is over."""
    with job_folder(place().run_folder) as own:
        yield own


def made(name: str, write: Callable[[Path], object]) -> bytes:
    """What `write` writes to a path of that name."""
    with folder() as own:
        path = own / name
        write(path)
        return path.read_bytes()


def zipped(folder: Path) -> bytes:
    """Every file below the folder as a zip, in the order of their names, with no time of its own in it."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return content.getvalue()
