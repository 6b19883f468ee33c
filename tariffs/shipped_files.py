"""The TOML files that come with the program, as they lie in this folder."""

from __future__ import annotations

from importlib.resources import files

from betalningsansvar.data.files.named import NamedFile


def shipped_file(*parts: str) -> NamedFile:
    """One shipped file, e.g. `avtal`, `halland.toml`. Raises FileNotFoundError."""
    return NamedFile(parts[-1], files("betalningsansvar.tariffs").joinpath(*parts).read_bytes())


def shipped_names(folder: str) -> tuple[str, ...]:
    """The names, without `.toml`, of the shipped files of a folder."""
    found = files("betalningsansvar.tariffs").joinpath(folder).iterdir()
    return tuple(sorted(p.name.removesuffix(".toml") for p in found if p.name.endswith(".toml")))
