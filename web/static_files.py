"""The page's own style and script, read once and served under names that change with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

# Windows tells Python what a .js is by its registry, which may say text/plain: the types stand here.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent, and the name that holds the first of its SHA-256."""

    versioned: str
    content: bytes
    type: str


def static_files() -> dict[str, StaticFile]:
    """Every file of the folder `static`, by its plain name."""
    found = {}
    for entry in files("betalningsansvar.web").joinpath("static").iterdir():
        stem, _, suffix = entry.name.rpartition(".")
        if f".{suffix}" in TYPES:
            content = entry.read_bytes()
            version = hashlib.sha256(content).hexdigest()[:12]
            found[entry.name] = StaticFile(f"{stem}.{version}.{suffix}", content, TYPES[f".{suffix}"])
    return found
