"""The settings of one user in one folder of TOML: what the page's forms fill in, and the commands read as files."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile, names_beside
from betalningsansvar.data.profiles.profile import load_profile
from betalningsansvar.data.settings.avsandare import load_sender
from betalningsansvar.data.settings.bokforing import load_bookkeeping
from betalningsansvar.data.settings.kunder import load_customers
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason
from betalningsansvar.operations.parties import Parties, read_parties
from betalningsansvar.tariffs.agreements import load_agreement
from betalningsansvar.tariffs.belopp import load_layer

SENDER, CUSTOMERS, BOOKKEEPING, AMOUNTS = "avsandare.toml", "kunder.toml", "bokforing.toml", "belopp.toml"
AGREEMENTS, PROFILES = "avtal", "profiler"


class SettingsFolderError(StopError):
    """The folder cannot be written. `reason` is the system's."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Inställningarna kunde inte sparas ({reason}). Kontrollera att mappen finns och går att skriva i. "
            "Inget har ändrats."
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the folder holds. Files that cannot be used are left out and told in `faults` (file name → sentences)."""

    sender: NamedFile | None = None
    customers: NamedFile | None = None
    bookkeeping: NamedFile | None = None
    amounts: NamedFile | None = None
    agreements: dict[str, NamedFile] = field(default_factory=dict)
    profiles: dict[str, NamedFile] = field(default_factory=dict)
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stamp: str = ""
    """Differs whenever anything in the folder does."""

    @property
    def parties(self) -> Parties:
        return read_parties(self.sender, self.customers)


_READERS = {
    SENDER: load_sender,
    CUSTOMERS: load_customers,
    BOOKKEEPING: load_bookkeeping,
    AMOUNTS: load_layer,
}


def load_settings(folder: Path) -> Settings:
    """Everything in the folder; a folder that is not there is an empty one. Nothing is raised for a faulty file."""
    faults: dict[str, tuple[str, ...]] = {}
    single = {name: _sound(folder / name, _READERS[name], faults) for name in _READERS}
    agreements = _ids(folder / AGREEMENTS, load_agreement, faults)
    profiles = _ids(folder / PROFILES, load_profile, faults)
    every = [*single.values(), *agreements.values(), *profiles.values()]
    stamp = " ".join(f"{file.sha256}{''.join(b.sha256 for b in file.beside)}" for file in every if file)
    return Settings(
        single[SENDER],
        single[CUSTOMERS],
        single[BOOKKEEPING],
        single[AMOUNTS],
        agreements,
        profiles,
        faults,
        stamp,
    )


def _ids(folder: Path, reader: object, faults: dict[str, tuple[str, ...]]) -> dict[str, NamedFile]:
    """The usable files of a sub-folder by the name of the file without its suffix."""
    if not folder.is_dir():
        return {}
    found = {path.stem: _sound(path, reader, faults) for path in sorted(folder.glob("*.toml"))}
    return {name: file for name, file in found.items() if file}


def _sound(path: Path, reader: object, faults: dict[str, tuple[str, ...]]) -> NamedFile | None:
    """The file if it is there and its reader takes it; what the reader says against it is kept."""
    try:
        file = _read(path)
        if file is not None:
            reader(file)  # type: ignore[operator]
    except StopError as error:
        faults[path.name] = tuple(str(error).split("\n"))
        return None
    except OSError as error:
        faults[path.name] = (f"{path.name}: filen kan inte läsas ({reason(error)}).",)
        return None
    return file


def _read(path: Path) -> NamedFile | None:
    if not path.is_file():
        return None
    content = path.read_bytes()
    beside = [path.parent / name for name in names_beside(content) if Path(name).name == name]
    return NamedFile(path.name, content, tuple(NamedFile(p.name, p.read_bytes()) for p in beside if p.is_file()))


def save_setting(folder: Path, name: str, file: NamedFile) -> None:
    """Keep a file of the folder: `name` is one of the four, or `avtal/ID.toml` or `profiler/ID.toml`.

    It is read strictly first, so that nothing faulty replaces what works, and replaced whole. Raises the reader's
    own StopError, and SettingsFolderError when the folder cannot be written.
    """
    parent, _, plain = name.rpartition("/")
    reader = {AGREEMENTS: load_agreement, PROFILES: load_profile}.get(parent) or _READERS[name]
    reader(file)
    target = folder / parent / plain
    # What the file names comes before the file itself.
    wanted = {target.with_name(other.name): other.content for other in file.beside} | {target: file.content}
    fresh = {path: path.with_name(f".{path.name}.{secrets.token_hex(4)}") for path in wanted}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for path, content in wanted.items():
            fresh[path].write_bytes(content)
        for path in wanted:
            os.replace(fresh[path], path)
    except OSError as error:
        for path in fresh.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise SettingsFolderError(reason(error)) from error


def remove_setting(folder: Path, name: str) -> None:
    """Take a file away; one that is not there is no fault. Raises SettingsFolderError."""
    try:
        (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise SettingsFolderError(reason(error)) from error
