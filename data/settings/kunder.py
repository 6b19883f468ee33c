"""The recipients of invoices: each kommun's address and reference, kept in one TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.party import Party, read_party
from betalningsansvar.data.toml_table import Table, read_toml, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Kund(Party):
    """One kommun as recipient. `referens` is the beställarreferens that it wants on its invoices."""

    kommunkod: str
    referens: str = ""


def load_customers(file: Path | NamedFile) -> dict[str, Kund]:
    """The recipients by kommunkod, one `[[kund]]` each.

    Raises SettingsError with every fault: unknown key, wrong type, unknown or repeated kommunkod.
    """
    root = read_toml(file)
    found: dict[str, Kund] = {}
    for table in root.tables("kund", needed=False):
        code = _kommunkod(table, found)
        kund = Kund(kommunkod=code, **read_party(table), referens=table.optional_text("referens"))
        table.done()
        found[code] = kund
    root.done()
    root.stop()
    return found


def _kommunkod(table: Table, found: dict[str, Kund]) -> str:
    code = table.text("kommunkod", needed=True, wanted="fyra siffror inom citattecken") or ""
    if code and code not in kommuner():
        table.complain(
            f"kommunkod = {shown(code)} är ingen av de 290. Skriv fyra siffror inom citattecken.", "kommunkod"
        )
    elif code in found:
        table.complain(f"kommunkod {code} står i ett tidigare [[kund]] också. Behåll ett av dem.", "kommunkod")
    return code
