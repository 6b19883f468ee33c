"""The paths of a command line become files here, and nowhere below; what a run reads, it never overwrites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from betalningsansvar.data.files.inputs import Found, InputFile
    from betalningsansvar.data.files.named import NamedFile
    from betalningsansvar.reports.files.destination import Destination


class Files:
    """The files of one command. Remembers every path it has read, so that no output becomes one of them."""

    def __init__(self) -> None:
        self._read: list[Path] = []

    def found(self, paths: Sequence[Path]) -> Found:
        """The data of the command. Raises InputError."""
        from betalningsansvar.data.files.inputs import find_files

        found = find_files(paths)
        self._read += [path for path in paths if path.is_dir()]
        self._read += [file.path for file in found.files if file.path]
        return found

    def received(self, paths: Sequence[Path]) -> tuple[InputFile, ...]:
        """The invoices that a kommun got. Raises InputError."""
        from betalningsansvar.data.received import found_received

        found = tuple(map(found_received, paths))
        self._read += paths
        return found

    def named(self, path: Path | None) -> NamedFile | None:
        """A file that an option names, with the files it refers to. Raises FileUnreadableError."""
        from betalningsansvar.data.files.named import read_named

        if path is None:
            return None
        file = read_named(path)
        self._read += [path, *(path.parent / one.name for one in file.beside)]
        return file

    def kept(self, paths: Sequence[Path]) -> list[NamedFile]:
        """Files that were sent or kept, and those in folders, by their paths: text, JSON, XML and CSV."""
        from betalningsansvar.data.files.named import NamedFile, read_named

        found = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
        kinds = (".txt", ".json", ".xml", ".csv")
        chosen = [file for file in found if file in paths or (file.is_file() and file.suffix.lower() in kinds)]
        return [NamedFile(str(file), read_named(file).content) for file in chosen]

    def ledger(self, url: str) -> str:
        """The address of the ledger; a file of SQLite is one that no output may be."""
        if url.startswith("sqlite:///"):
            self._read.append(Path(url.removeprefix("sqlite:///")))
        return url

    def chosen(self, text: str, ids: Sequence[str]) -> str | NamedFile:
        """What an ID|FIL option names: one of the `ids`, else a file. Else the text, which is no id."""
        path = Path(text)
        return self._named(path) if text not in ids and (path.suffix == ".toml" or path.is_file()) else text

    def destination(self, out: Path, *, force: bool = False) -> Destination:
        """Where the command writes; what a broken run had left there is told on stderr when it is removed."""
        from betalningsansvar.reports.files.destination import Destination

        return Destination(out, tuple(self._read), force, tell=lambda told: click.echo(told, err=True))

    def _named(self, path: Path) -> NamedFile:
        file = self.named(path)
        assert file is not None
        return file


def readable_stem(path: Path) -> str:
    """The file's name without its ending, with `?` for bytes that are no text: as a TOML file can hold it."""
    return path.stem.encode("utf-8", "replace").decode("utf-8")


def write_new(path: Path, text: str) -> None:
    """Write a file to begin from. Raises OutputError when something stands there, or the disk is full."""
    from betalningsansvar.data.system_reasons import reason
    from betalningsansvar.reports.files.destination import OutputError

    try:
        with path.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise OutputError(f"{path}: finns redan och skrivs inte över. Välj ett annat namn.") from None
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError(f"{path}: det gick inte att skriva ({reason(error)}).") from error
