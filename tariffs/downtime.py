"""Downtime windows, in an agreement or in a file of their own: `[[driftstopp]] fran, tom, kalla`."""

from __future__ import annotations

from pathlib import Path

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_table import Table, read_toml
from betalningsansvar.tariffs.records import Downtime


def load_downtimes(file: Path | NamedFile) -> tuple[Downtime, ...]:
    """Read a file of `[[driftstopp]]` blocks. Raises SettingsError with every problem."""
    root = read_toml(file)
    found = downtimes(root, needed=True)
    root.done()
    root.stop()
    return found


def downtimes(root: Table, *, needed: bool = False) -> tuple[Downtime, ...]:
    """The `[[driftstopp]]` blocks of a table; what is wrong goes to the table's problems."""
    found = []
    for table in root.tables("driftstopp", needed=needed):
        fran, tom = table.moment("fran", needed=True), table.moment("tom", needed=True)
        kalla = table.text("kalla", needed=True)
        table.done()
        if fran and tom and fran > tom:
            table.complain(f"fran {fran} är efter tom {tom}.", "fran")
        elif fran and tom and kalla:
            found.append(Downtime(fran, tom, kalla))
    return tuple(found)
