"""Schablon tables: what each kommun was invoiced in the base year, and the printed monthly share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError, read_toml
from betalningsansvar.tariffs.strict import Table


@dataclass(frozen=True, slots=True)
class SchablonRow:
    """One kommun: `year_ore` invoiced in the base year, `month_ore` as printed in the decision."""

    kommun: str
    year_ore: int
    month_ore: int


@dataclass(frozen=True, slots=True)
class Schablon:
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


def load_schablon(name: str, own: Sequence[NamedFile] = ()) -> Schablon:
    """`<name>.toml` among the `own` files of the agreement, else the shipped table. Raises SettingsError."""
    for file in own:
        if file.name == f"{name}.toml":
            return _read(file)
    if name not in shipped_tables():
        raise SettingsError([f"schablontabellen {name}.toml finns varken bredvid avtalsfilen eller i programmet."])
    content = files("betalningsansvar.tariffs").joinpath("schablon", f"{name}.toml").read_bytes()
    return _read(NamedFile(f"{name}.toml", content))


def shipped_tables() -> tuple[str, ...]:
    """The names of the tables that come with the program."""
    folder = files("betalningsansvar.tariffs").joinpath("schablon")
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")))


def _read(file: NamedFile) -> Schablon:
    content, _ = read_toml(file)
    problems: list[str] = []
    root = Table(content, file.name, problems)
    texts = {key: root.text(key, needed=True) or "" for key in ("id", "namn", "kalla", "status")}
    year = root.whole("summa_ar_kronor", minimum=0, maximum=10**9, needed=True)
    month = root.whole("summa_manad_kronor", minimum=0, maximum=10**9, needed=True)
    rows: list[SchablonRow] = []
    for table in root.tables("kommun"):
        code = table.text("kod", needed=True)
        year_kr = table.whole("ar_kronor", minimum=0, maximum=10**9, needed=True)
        month_kr = table.whole("manad_kronor", minimum=0, maximum=10**9, needed=True)
        table.done()
        if code is None or year_kr is None or month_kr is None:
            continue
        if code in {row.kommun for row in rows}:
            table.complain(f"kommun {code} stands twice.")
        rows.append(SchablonRow(code, year_kr * 100, month_kr * 100))
    root.done()
    if problems or year is None or month is None:
        raise SettingsError(problems)
    return Schablon(**texts, rows=tuple(rows), printed_year_ore=year * 100, printed_month_ore=month * 100)
