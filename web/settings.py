"""What the settings folder and the program itself offer to choose from. Nothing is opened that is not listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

if TYPE_CHECKING:
    from betalningsansvar.data.files.named import NamedFile


def profile_ids() -> tuple[str, ...]:
    """The profiles that can be chosen."""
    from betalningsansvar.data.profiles.profile import shipped_profiles

    return shipped_profiles()


def profile_by_id(chosen: str) -> str | NamedFile | None:
    """A listed profile; blank is none; anything else is not there (404)."""
    if not chosen:
        return None
    if chosen not in profile_ids():
        abort(404)
    return chosen
