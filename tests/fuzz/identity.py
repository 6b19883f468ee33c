"""A personal number in a dress of its own in a place where none should be: only the underlag shows it.

The number is a personnummer, samordningsnummer or reservnummer (all invented); the place is a cell, a header, the name
of a file or a sheet, a setting, or a word on the command line; the command is any that reads such a thing.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import xlsxwriter

from tests.fuzz.desk import EXAMPLES, LEDGER, SETTINGS, Desk, desk, other_text, shows, texts_of, toml_text
from tests.fuzz.page import pages_of
from tests.fuzz.tables import COLUMNS, sound_row

_MONTH = ("--month", "2018-11")
_MONTHS = ("--from", "2018-11", "--to", "2018-11")
_PARTIES = ("--avsandare", "in/avsandare.toml", "--kunder", "in/kunder.toml")


def number_of(rng: random.Random) -> str:
    """An invented number of one of the three kinds, with the century and a sign before the last four."""
    day = rng.randint(1, 28) + rng.choice((0, 0, 60))
    last = f"{rng.choice(('98', '99', 'A9', 'T9'))}{rng.randrange(100):02d}"
    return f"{rng.choice((18, 19, 19, 20))}{rng.randrange(100):02d}{rng.randint(1, 12):02d}{day:02d}-{last}"


_DRESSES: tuple[Callable[[str], str], ...] = (
    lambda n: n,
    lambda n: n.replace("-", ""),
    lambda n: n[2:],
    lambda n: n[2:].replace("-", ""),
    lambda n: n.replace("-", "+"),
    lambda n: n.replace("-", "\u2011"),
    lambda n: n.replace("-", "\u2212"),
    lambda n: n.replace("-", "\u00a0"),
    lambda n: n.replace("-", " - "),
    lambda n: n.replace("-", "\ufffd"),
    lambda n: f"Anna Ek {n}",
    lambda n: f"pat {n.replace('-', '')} i säng 4",
    lambda n: f"{n.replace('-', '')}.0",
    lambda n: f"{n[2:].replace('-', '')},0",
    lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]}-{n[9:]}",
    lambda n: f"{n[:2]} {n[2:]}",
    lambda n: f"({n})",
    lambda n: f"{n}/1",
    lambda n: f"{n[:8]}\u200b-{n[9:]}",
    lambda n: "".join(chr(ord(m) + 0xFEE0) if m.isdigit() else m for m in n),
    lambda n: "".join(chr(0x0660 + int(m)) if m.isdigit() else m for m in n),
    lambda n: f"pnr:{n};",
    lambda n: f'="{n.replace("-", "")}"',
    lambda n: f"'{n}",
    lambda n: n.lower(),
    lambda n: f"{n} {n}",
)


@dataclass
class Drawn:
    """What lies on the desk for one input: two cases, in a file by a name, and what is typed about them."""

    rng: random.Random
    number: str
    rows: list[list[str]] = field(default_factory=list)
    header: list[str] = field(default_factory=lambda: [*COLUMNS])
    name: str = "uttag"
    sheet: str = "Blad1"
    word: str = "K-1"

    def dressed(self) -> str:
        return self.rng.choice(_DRESSES)(self.number)

    def put(self, at: Desk) -> str:
        """The table on the desk, as CSV or as a workbook."""
        table = [self.header, *self.rows]
        if self.sheet == "Blad1" and self.rng.random() < 0.8:
            return at.put(f"{self.name}.csv", as_csv(table))
        return at.put(f"{self.name}.xlsx", as_workbook(table, self.sheet))


def identity(rng: random.Random) -> None:
    """One number in one or two places, and one command."""
    drawn = Drawn(rng, number_of(rng))
    drawn.rows = [sound_row(number, rng) for number in (1, 2)]
    for row in drawn.rows:
        row[COLUMNS.index("folkbokforingskommun")] = "1380"
        row[COLUMNS.index("patient_id")] = drawn.number
    for _ in range(rng.randint(1, 2)):
        rng.choice(_PLACES)(drawn)
    with desk() as at:
        command = rng.choices([*_COMMANDS], [*_COMMANDS.values()])[0]
        told = [*command(at, drawn)]
        _shows_nobody(at, drawn.number, told)


def _shows_nobody(at: Desk, number: str, told: list[str]) -> None:
    """Nothing but the underlag has the number: what was printed, the pages, every file and its name, the ledger."""
    kept = {path.name: path.read_bytes() for path in at.folder.glob("liggare.db*")}
    for name, content in {**at.written(), **kept}.items():
        assert not shows(name, number), "the name of a file"
        if not name.partition("/")[2].startswith("underlag/"):
            told += [f"{name}: {text}" for text in texts_of(content)]
    for text in (*at.told, *told):
        assert not shows(text, number), f"a patient is shown: {_around(text, number)!r}"


def _around(text: str, number: str) -> str:
    lines = [line for line in text.splitlines() if shows(line, number)]
    return (lines[0] if lines else text)[:300]


def _in_cell(*names: str) -> Callable[[Drawn], None]:
    def place(drawn: Drawn) -> None:
        row = drawn.rng.choice(drawn.rows)
        row[COLUMNS.index(drawn.rng.choice(names))] = drawn.dressed()

    return place


def _in_header(drawn: Drawn) -> None:
    drawn.header = [*drawn.header, drawn.rng.choice((drawn.dressed(), f"Anteckning {drawn.dressed()}"))]
    drawn.rows = [[*row, "x"] for row in drawn.rows]


def _in_place_of_a_header(drawn: Drawn) -> None:
    drawn.header[drawn.rng.randrange(len(drawn.header))] = drawn.dressed()


def _in_file_name(drawn: Drawn) -> None:
    drawn.name = drawn.dressed().replace("/", "_")


def _in_sheet_name(drawn: Drawn) -> None:
    wanted = "".join(mark for mark in drawn.dressed() if mark not in "[]:*?/\\'")
    drawn.sheet = wanted[:31]


def _in_word(drawn: Drawn) -> None:
    drawn.word = drawn.dressed()


def _above_the_header(drawn: Drawn) -> None:
    drawn.rows = [[*drawn.header], *drawn.rows]
    drawn.header = [drawn.dressed(), *[""] * (len(COLUMNS) - 1)]


def _in_a_broken_row(drawn: Drawn) -> None:
    row = drawn.rng.choice(drawn.rows)
    row.insert(drawn.rng.randrange(len(row)), drawn.dressed())


_PLACES = (
    _in_cell("arende_id"),
    _in_cell("arende_id", "vardtillfalle_id"),
    _in_cell("enhet", "avslut"),
    _in_cell("folkbokforingskommun", "placeringskommun", "vardform"),
    _in_cell("inskriven", "utskrivningsklar", "utskriven", "sip_kallelse", "sip_kravs", "aterkallad"),
    _in_cell("patient_id"),
    _in_header,
    _in_place_of_a_header,
    _in_file_name,
    _in_sheet_name,
    _in_word,
    _in_word,
    _above_the_header,
    _in_a_broken_row,
)


def _check(at: Desk, drawn: Drawn) -> Iterator[str]:
    out = ("--out", drawn.rng.choice(("a.csv", "a.xlsx")))
    at.run("check", drawn.put(at), *out, *drawn.rng.choice(((), _MONTH)))
    yield ""


def _bill(at: Desk, drawn: Drawn) -> Iterator[str]:
    more = drawn.rng.choice((("--out", "ut"), ("--out", "ut", *_PARTIES), ("--preview", "--as-of", "2018-11-14")))
    at.run("bill", drawn.put(at), *_MONTH, *more)
    yield ""


def _explain(at: Desk, drawn: Drawn) -> Iterator[str]:
    case = drawn.rng.choice(drawn.rows)[0]
    at.run("explain", drawn.put(at), "--case", drawn.rng.choice((case, drawn.word)), *drawn.rng.choice(((), _MONTH)))
    yield ""


def _stats(at: Desk, drawn: Drawn) -> Iterator[str]:
    at.put("b.csv", f"kommun;invanare\n1380;102000\n{drawn.word};1\n")
    more = drawn.rng.choice(((), ("--befolkning", "in/b.csv")))
    at.run("stats", drawn.put(at), *_MONTHS, "--out", "stat.csv", *more)
    yield ""


def _issue(at: Desk, drawn: Drawn) -> Iterator[str]:
    path = drawn.put(at)
    more = drawn.rng.choice(((), ("--confirm", "--out", "ut"), ("--confirm", "--out", "ut", *_PARTIES)))
    if at.run("issue", path, *_MONTH, "--ledger", LEDGER, "--by", drawn.word, *more):
        at.run("ledger", "approve", path, *_MONTH, "--ledger", LEDGER, "--by", drawn.word)
        at.run("ledger", "compare", path, "--ledger", LEDGER, "--out", "skillnader.csv")
        at.run("ledger", "export", "--ledger", LEDGER, "--out", "export")
    yield ""


def _dispute(at: Desk, drawn: Drawn) -> Iterator[str]:
    row = ["H-1", "", "PAT-1", *sound_row(1, drawn.rng)[3:]]
    row[COLUMNS.index("folkbokforingskommun")] = "1380"
    path = at.put("rena.csv", as_csv([[*COLUMNS], row]))
    at.run("issue", path, *_MONTH, "--ledger", LEDGER, "--confirm")
    about = drawn.rng.choice((("--case", drawn.word), ("--row", "1")))
    reason = drawn.rng.choice(("FEL_DATUM", drawn.word))
    at.run("ledger", "dispute", "1", *about, "--reason", reason, "--by", drawn.word, "--ledger", LEDGER)
    at.run("ledger", "disputes", "--ledger", LEDGER, "--out", "tvister.xlsx")
    table = [["Bestridande", "Faktura", "Rad", "Ärende", "Orsak"], ["", "1", "", drawn.word, reason]]
    returned = at.put("svar.xlsx", as_workbook(table, "Bestridanden"))
    at.run("ledger", "dispute", "--from", returned, "--ledger", LEDGER)
    yield ""


def _settings(at: Desk, drawn: Drawn) -> Iterator[str]:
    name = drawn.rng.choice(("avsandare.toml", "kunder.toml"))
    at.put(name, other_text(SETTINGS[name].read_text(encoding="utf-8"), drawn.word, drawn.rng))
    at.run("bill", drawn.put(at), *_MONTH, "--out", "ut", *_PARTIES)
    yield ""


def _law(at: Desk, drawn: Drawn) -> Iterator[str]:
    """An agreement or amounts of one's own."""
    name = drawn.rng.choice(("nationell.toml", "dalarna.toml", "belopp-exempel.toml"))
    path = at.put(name, other_text(SETTINGS[name].read_text(encoding="utf-8"), drawn.word, drawn.rng))
    chosen = ("--tariffs", path) if name.startswith("belopp") else ("--agreement", path)
    if drawn.rng.random() < 0.5:
        at.run("agreements", "check", *(("nationell", *chosen) if name.startswith("belopp") else (path,)))
    else:
        at.run("explain", drawn.put(at), "--case", drawn.rows[-1][0], *chosen)
    yield ""


def _scenario(at: Desk, drawn: Drawn) -> Iterator[str]:
    named = f"[[scenario]]\nnamn = {toml_text(drawn.word)}\nskal = {toml_text(drawn.word)}\ndagar = 4\n"
    if drawn.rng.random() < 0.5:
        named = other_text(SETTINGS["scenarier.toml"].read_text(encoding="utf-8"), drawn.word, drawn.rng)
    at.run("scenario", drawn.put(at), *_MONTHS, "--scenarios", at.put("scen.toml", named), "--out", "ut")
    yield ""


def _year(at: Desk, drawn: Drawn) -> Iterator[str]:
    at.run("reconcile", drawn.put(at), "--year", "2018", "--out", "ut")
    yield ""


def _profile(at: Desk, drawn: Drawn) -> Iterator[str]:
    path = drawn.put(at)
    at.run("profile", "suggest", path)
    name = "exempel-arendetabell.toml"
    own = at.put(name, other_text(SETTINGS[name].read_text(encoding="utf-8"), drawn.word, drawn.rng))
    table = (EXAMPLES / "profiler" / "arendetabell.csv").read_text(encoding="utf-8")
    odd = at.put("tabell.csv", table.replace(drawn.rng.choice(("M1", "1380", "Medicin 3", "Klar kl")), drawn.dressed()))
    at.run("check", drawn.rng.choice((path, odd)), "--profile", own)
    yield ""


def _page(at: Desk, drawn: Drawn) -> Iterator[str]:
    path = at.folder / drawn.put(at)
    yield from pages_of([(path.name, path.read_bytes())])


_COMMANDS = {
    _check: 6, _explain: 3, _stats: 2, _profile: 2, _law: 2, _settings: 1, _bill: 1, _scenario: 1, _issue: 0.7,
    _dispute: 0.7, _page: 1, _year: 0.2,
}  # fmt: skip


def as_csv(table: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(table)
    return out.getvalue()


def as_workbook(table: list[list[str]], sheet: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet)
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                page.write_string(row, column, value)
    return out.getvalue()


CLASSES = {"identitet": identity}
