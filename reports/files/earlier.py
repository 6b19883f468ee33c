"""What an earlier run left in a folder: its manifest tells, and the files must still be those."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.reports.files.destination import Made, OutputError
from betalningsansvar.reports.files.manifest import Fingerprint, written

ISSUE = "issue"
# What the system itself puts into a folder that somebody has looked at.
_OF_THE_SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A folder as it stands: who made it, and its files (name below it, SHA-256)."""

    made: Made
    files: tuple[Fingerprint, ...]


def earlier_run(folder: Path, manifest: Path, wanted: Made | None) -> EarlierRun:
    """The run that `wanted` may replace. Raises OutputError saying why the folder is left alone."""
    told = _told(manifest)
    made = _maker(told)
    if made is None or told is None:
        raise OutputError(
            f"{folder}: har inget {manifest.name} som säger vem som skrev den, så den ersätts inte. Välj en annan mapp."
        )
    if made.command == ISSUE:
        raise OutputError(f"{folder}: innehåller utfärdade fakturor och ersätts aldrig. Välj en annan mapp.")
    if made != wanted:
        raise OutputError(
            f"{folder}: skrevs av {made.command} för {made.period} och ersätts bara av samma slags körning. "
            "Välj en annan mapp."
        )
    listed = _listed(told.get("files"))
    found = tuple(f for f in written(folder) if Path(f.name).name not in _OF_THE_SYSTEM and f.name != manifest.name)
    foreign = sorted(f.name for f in found if f.name not in listed)
    # Pipes and devices; a link that leads nowhere too.
    foreign += sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not (p.is_file() or p.is_dir()))
    changed = sorted(f.name for f in found if listed.get(f.name, f.sha256) != f.sha256)
    if foreign or changed:
        what = f"{foreign[0]}, som körningen inte skrev" if foreign else f"{changed[0]}, som har ändrats sedan dess"
        raise OutputError(f"{folder}: innehåller {what}, och ersätts därför inte. Välj en annan mapp.")
    return EarlierRun(made, found)


def _told(manifest: Path) -> Mapping[str, object] | None:
    if not manifest.is_file():  # to read a pipe is to wait
        return None
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _maker(told: Mapping[str, object] | None) -> Made | None:
    made = told.get("made") if told else None
    if not isinstance(made, dict):
        return None
    command, period = made.get("command"), made.get("period")
    return Made(command, period) if isinstance(command, str) and isinstance(period, str) else None


def _listed(files: object) -> dict[str, str]:
    """Name → SHA-256 of the files as a manifest lists them."""
    entries = files if isinstance(files, list) else []
    if isinstance(files, dict):
        entries = [{"name": name, "sha256": sha} for name, sha in files.items()]
    return {str(e.get("name")): str(e.get("sha256")) for e in entries if isinstance(e, dict)}
