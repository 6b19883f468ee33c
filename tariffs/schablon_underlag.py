"""Schablon tables: what each kommun was invoiced in the base year, and the printed monthly share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import read_toml
from betalningsansvar.tariffs.shipped_files import shipped_file, shipped_names

MARKS = ("T", "S", "I")


@dataclass(frozen=True, slots=True)
class SchablonRow:
    """One kommun: `year_ore` invoiced in the base year, `month_ore` as printed in the decision."""

    kommun: str
    year_ore: int
    month_ore: int


@dataclass(frozen=True, slots=True)
class SchablonTable:
    """A schablon table. The printed totals are kept apart: they were rounded on their own."""

    id: str
    namn: str
    kalla: str
    status: str
    rows: tuple[SchablonRow, ...]
    printed_year_ore: int
    printed_month_ore: int

    @property
    def month_ore(self) -> int:
        """The sum of the printed monthly rows, which need not equal the printed total."""
        return sum(row.month_ore for row in self.rows)

    @property
    def year_ore(self) -> int:
        return sum(row.year_ore for row in self.rows)


def schablon_text(name: str, beside: Sequence[NamedFile] = ()) -> NamedFile:
    """The file `<name>.toml` beside the agreement, or the shipped one of that name. Raises SettingsError."""
    own = next((file for file in beside if file.name == f"{name}.toml"), None)
    if own:
        return own
    if name in shipped_names("schablon"):
        return shipped_file("schablon", f"{name}.toml")
    known = ", ".join(shipped_names("schablon"))
    raise SettingsError(
        [f"{name}.toml finns inte bredvid avtalet. Lägg den där, eller använd en känd tabell: {known}."]
    )


def load_schablon(name: str, beside: Sequence[NamedFile] = ()) -> SchablonTable:
    """The table `name`, from a file beside the agreement or among the shipped ones. Raises SettingsError."""
    root = read_toml(schablon_text(name, beside))
    texts = {key: root.text(key, needed=True) or "" for key in ("id", "namn", "kalla")}
    status = root.text("status", needed=True, allowed=MARKS) or ""
    if texts["id"] and texts["id"] != name:
        root.complain(f'id = "{texts["id"]}", men filen heter {name}.toml. De ska vara lika.', "id")
    year = root.whole("summa_ar_kronor", minimum=0, maximum=10**9, needed=True)
    month = root.whole("summa_manad_kronor", minimum=0, maximum=10**9, needed=True)
    rows: list[SchablonRow] = []
    for table in root.tables("kommun"):
        code = table.text("kod", needed=True)
        year_kr = table.whole("ar_kronor", minimum=0, maximum=10**9, needed=True)
        month_kr = table.whole("manad_kronor", minimum=0, maximum=10**9, needed=True)
        table.done()
        if code is not None and code not in kommuner():
            table.complain(f'kod = "{code}" är ingen av de 290 kommunkoderna.', "kod")
        if code is None or year_kr is None or month_kr is None:
            continue
        if code in {row.kommun for row in rows}:
            table.complain(f"kommunen {code} står två gånger.", "kod")
        rows.append(SchablonRow(code, year_kr * 100, month_kr * 100))
    root.done()
    root.stop()
    assert year is not None and month is not None
    return SchablonTable(
        **texts, status=status, rows=tuple(rows), printed_year_ore=year * 100, printed_month_ore=month * 100
    )
