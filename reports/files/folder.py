"""The output folder: it appears whole, or not at all, and takes the place of nothing but its own earlier self."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from betalningsansvar.data.system_reasons import reason
from betalningsansvar.reports.files.destination import Destination, Made, OutputError
from betalningsansvar.reports.files.earlier import EarlierRun, earlier_run
from betalningsansvar.reports.files.unfinished import sweep, unfinished

MANIFEST = "manifest.json"


@contextmanager
def output_folder(out: Path | Destination) -> Iterator[Path]:
    """Yield an empty folder beside the target; when the block ends without an exception it becomes the target.

    What may stand there is told by `require_free`, which is asked first; an earlier run that is replaced moves aside,
    and is removed when the new one stands in its place. A folder that appears meanwhile is left alone. Any exception
    in the block, KeyboardInterrupt too, removes what was written. A manifest in the folder gets a note of who made
    it. Raises OutputError, also for a full disk.
    """
    chosen = Destination.of(out)
    target = chosen.path
    for told in sweep(target):
        chosen.tell(told)
    replaced = require_free(chosen)
    try:
        with unfinished(target) as fresh:
            yield fresh
            if chosen.made:
                _note_maker(fresh / MANIFEST, chosen.made)
            _put(fresh, target, replaced)
    except OSError as error:
        raise OutputError(f"{target}: det gick inte att skriva ({reason(error)}). Inget är utlagt.") from error


def require_free(out: Path | Destination) -> EarlierRun | None:
    """Refuse a target that must not be replaced, before any long work; returns the run that is to be replaced.

    An empty folder may stand there. With `force` an earlier run may, if its manifest says that the same use case made
    it for the same period and that the folder holds nothing else, and every file is as it was written. Never what was
    issued, and never a folder that an input lies in. Raises OutputError.
    """
    chosen = Destination.of(out)
    target = chosen.path
    for path in chosen.inputs:
        if path.resolve() == target:
            raise OutputError(f"{target}: är indata till körningen och kan inte vara dess utdata. Välj en annan mapp.")
    if not target.exists():
        return None
    if not target.is_dir():
        raise OutputError(f"{target}: är en fil, och resultatet är en mapp. Välj ett annat namn.")
    if not any(target.iterdir()):
        return None
    for path in chosen.inputs:
        if path.resolve().is_relative_to(target):
            raise OutputError(f"{target}: i mappen ligger {path.name}, som körningen läser. Välj en annan mapp.")
    if not chosen.force:
        raise OutputError(f"{target}: mappen finns redan och är inte tom. Välj en annan.", exists=True)
    return earlier_run(target, target / MANIFEST, chosen.made)


def _note_maker(manifest: Path, made: Made) -> None:
    if not manifest.is_file():
        return
    content = json.loads(manifest.read_bytes())
    content["made"] = {"command": made.command, "period": made.period}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    manifest.write_text(text, encoding="utf-8", newline="\n")


def _put(fresh: Path, target: Path, replaced: EarlierRun | None) -> None:
    """Put `fresh` at `target`; on failure the old folder is put back."""
    if replaced is None:
        if target.is_dir() and os.name == "nt":
            target.rmdir()  # an empty one is in the way there; one that has been filled is not removed
        try:
            fresh.rename(target)
        except OSError:
            if target.exists():
                raise OutputError(
                    f"{target}: skapades av någon annan under körningen och lämnas som den är. Välj en annan mapp."
                ) from None
            raise
        return
    if replaced != earlier_run(target, target / MANIFEST, replaced.made):
        raise OutputError(f"{target}: ändrades av någon annan under körningen och lämnas som den är. Kör igen.")
    old = fresh.with_name(fresh.name.replace(".ny-", ".gammal-"))
    try:
        target.rename(old)
        fresh.rename(target)
    except BaseException as error:
        if old.exists() and not target.exists():
            old.rename(target)
        if isinstance(error, PermissionError):
            raise OutputError(
                f"{target}: kan inte ersättas; en fil i den är nog öppen i Excel. Stäng den och kör igen. "
                "Inget är ändrat."
            ) from error
        raise
    try:
        shutil.rmtree(old)
    except OSError as error:
        raise OutputError(
            f"{target}: det nya ligger på plats, men det gamla kunde inte tas bort ({reason(error)}). "
            f"Ta bort {old} för hand."
        ) from error
