"""What most commands begin with: the data and the law that their options name, read by the operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.commands.files import Files
from betalningsansvar.commands.progress import progress

if TYPE_CHECKING:
    from betalningsansvar.operations.inputs import Read
    from betalningsansvar.operations.law import Law


def read_data(files: Files, paths: Sequence[Path], profile: str | None) -> Read:
    """The data of the command, read and checked."""
    from betalningsansvar.data.profiles.profile import shipped_profiles
    from betalningsansvar.operations.inputs import ReadRequest, read

    chosen = files.chosen(profile, shipped_profiles()) if profile else None
    found = files.found(paths)
    with progress() as told:
        return read(ReadRequest(found.files, date.today(), chosen, found.passed_over), told)


def read_law(files: Files, agreement: str, tariffs: Path | None, as_known: date | None = None) -> Law:
    """The agreement and the amounts of the command."""
    from betalningsansvar.operations.law import LawRequest, find_law
    from betalningsansvar.tariffs.agreements import shipped_ids

    return find_law(LawRequest(files.chosen(agreement, shipped_ids()), files.named(tariffs), as_known))
