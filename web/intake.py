"""From files that somebody sent to an upload that every screen can ask about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.web.choices import listed_profile
from betalningsansvar.web.place import place

if TYPE_CHECKING:
    from betalningsansvar.operations.inputs import Read, ReadRequest

AS_JOB_BYTES = 5 * 1024 * 1024
"""Files that are larger together are read as a job, with progress."""

Files = tuple[tuple[str, bytes], ...]


def is_large(files: Files) -> bool:
    return sum(len(content) for _, content in files) > AS_JOB_BYTES


def read_request(files: Files, profile: str) -> ReadRequest:
    """What was sent, to be read today by a listed profile."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.inputs import ReadRequest

    named = tuple(InputFile.from_bytes(name or "fil utan namn", content) for name, content in files)
    return ReadRequest(named, place().today, listed_profile(profile))


def read_upload(files: Files, profile: str) -> Read:
    """Read and check what was sent. Raises InputError with the problems of all files at once."""
    from betalningsansvar.operations.inputs import read

    return read(read_request(files, profile))


def read_at_start(paths: tuple[Path, ...]) -> Files:
    """The files named at the start, and those in the folders named, as name and bytes. Raises InputError.

    Nothing is parsed before a browser asks.
    """
    from betalningsansvar.data.files.inputs import find_files

    return tuple((file.name, file.read()) for file in find_files(paths).files)


def load_libraries() -> None:
    """Load what the first upload needs. It takes most of a second: it is done when the first page has been shown."""
    import betalningsansvar.operations.inputs
    import betalningsansvar.operations.month  # noqa: F401


def files_at_start() -> Files:
    """The files named at the start, for the first session that asks; none for the others. Raises InputError when they
    cannot be opened."""
    here = place()
    with here.lock:
        waiting, here.waiting = here.waiting, None
    return waiting.result() if waiting else ()
