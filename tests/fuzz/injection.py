"""Hostile text in every field that reaches an output: it stays a text, whatever opens the file.

Every text holds `ond`, or makes an element or attribute of that name where something reads it as markup.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.intake import read_files
from betalningsansvar.data.stop import StopError
from tests.fuzz import opened
from tests.fuzz.desk import EXAMPLES, LEDGER, SETTINGS, Desk, desk, other_text, toml_text
from tests.fuzz.identity import as_csv, as_workbook
from tests.fuzz.page import pages_of
from tests.fuzz.tables import COLUMNS, sound_row

_MONTH = ("--month", "2018-11")
_PARTIES = ("--avsandare", "in/avsandare.toml", "--kunder", "in/kunder.toml")
_HOSTILE = (
    "=1+1", '=HYPERLINK("http://ond.example","ond")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1", "\uff1d1+1", "{=1+1}", "'=1", '=WEBSERVICE("http://ond")', "=A1",
    "_x0041_ond", "_x000D_", "<ond-x>", '"><ond-x>', "' q-ond='1", '" q-ond="1', "` q-ond=`1", "javascript:ond()",
    "<script>ond()</script>", "<svg onload=ond()>", "<img src=x onerror=ond()>", "</script><ond-x>",
    "</style><ond-x>", "</textarea></title><ond-x>", "<!--ond", "-->", "<![CDATA[ond", "]]>", "&lt;ond-x&gt;",
    "&amp;ond", "&#0;", "&#x41;", "&ond;", "<?ond?>", '<!ENTITY ond "x">', '#panic("ond")', '#read("/etc/passwd")',
    "$ond$", "#{ond}", "*ond*", "_ond_", "`ond`", "@ond", "= Ond", "\\", '\\"', "\\u{41}", '"', '""', "{", "}",
    "{ond}", '#VER "A" 1', 'a"b\\c', "../../ond", "..\\..\\ond", "/etc/ond", "C:\\ond", "CON", "aux", "nul.csv",
    "ond.", "ond ", "a:b", "a|b", "a*b?", "~", "\u202eond", "\u2066ond", "o\u200bnd", "%s%n", "{0}", "{self}",
    "%(ond)s", "${ond}", "{{ 7*7 }}", "{% raw %}", "{{ond", "x" * 2_000, "å" * 300, "ond;ond,ond\tond|ond",
    "ond\nond", "ond\r\nond", "\x1b[31mond", "\x9b31mond", "\x07", "\x00", "\ufffe", "\U0001f600", "\ufdfa" * 30,
    "e\u0301" * 30, "' OR 1=1 --", "1e5", "1/2", "TRUE", "00123", "\u2028ond", "%0d%0aSet-Cookie: ond=1",
)  # fmt: skip
_FREE = ("arende_id", "vardtillfalle_id", "patient_id", "enhet", "avslut", "placeringskommun", "sip_kravs", "utskriven")


def hostile(rng: random.Random) -> str:
    text = rng.choice(_HOSTILE)
    return text if rng.random() < 0.7 else text + rng.choice(("", " ", "1")) + rng.choice(_HOSTILE)


def injection(rng: random.Random) -> None:
    """One desk with hostile text here and there, one command, and every file that came out."""
    with desk() as at:
        rng.choices([*_COMMANDS], [*_COMMANDS.values()])[0](at, rng)
        for told in at.told:
            opened.terminal(told)
        for name, content in at.written().items():
            opened.look(name, content)


def _table(rng: random.Random) -> list[list[str]]:
    """A few cases of Halmstad, some with hostile text, and now and then a column of one's own."""
    header, rows = [*COLUMNS], [sound_row(number, rng) for number in range(1, rng.randint(2, 4))]
    for row in rows:
        row[COLUMNS.index("folkbokforingskommun")] = "1380"
        for name in rng.sample(_FREE, rng.choice((1, 1, 2))):
            row[COLUMNS.index(name)] = hostile(rng)
    if rng.random() < 0.2:
        header.append(hostile(rng) or "x")
        rows = [[*row, "x"] for row in rows]
    return [header, *rows]


def _file_name(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return "uttag"
    return hostile(rng).replace("/", "_").replace("\0", "")[:80]


def _put(at: Desk, rng: random.Random, table: list[list[str]] | None = None) -> str:
    table = table or _table(rng)
    if rng.random() < 0.2:
        sheet = "".join(mark for mark in hostile(rng) if mark.isprintable() and mark not in "[]:*?/\\'")[:31] or "x"
        return at.put(f"{_file_name(rng)}.xlsx", as_workbook(table, sheet))
    return at.put(f"{_file_name(rng)}.csv", as_csv(table))


def _settings(at: Desk, rng: random.Random) -> None:
    """One setting in one of the files that tell who sends, receives and books."""
    name = rng.choice(("avsandare.toml", "kunder.toml", "bokforing.toml"))
    at.put(name, other_text(SETTINGS[name].read_text(encoding="utf-8"), hostile(rng), rng))


def _ids(at: Desk, path: str) -> set[str]:
    """The ids of the cases as the intake reads them."""
    file = at.folder / path
    try:
        intake = read_files([InputFile.from_bytes(f"a{file.suffix}", file.read_bytes())])
    except StopError:
        return set()
    return {str(name) for name in intake.cases["arende_id"]}


def _check(at: Desk, rng: random.Random) -> None:
    out = rng.choice(("a.csv", "a.xlsx"))
    if at.run("check", _put(at, rng), "--out", out) and out == "a.csv":
        opened.rows_for_people((at.folder / out).read_bytes())
        (at.folder / out).unlink()


def _bill(at: Desk, rng: random.Random) -> None:
    path = _put(at, rng)
    if rng.random() < 0.4:
        _settings(at, rng)
    pdf = ("--pdf",) if rng.random() < 0.05 else ()
    if not at.run("bill", path, *_MONTH, "--out", "ut", *pdf, *rng.choice(((), _PARTIES))):
        return
    written = at.written()
    listed = {row[0] for row in opened.rows(written["ut/arenden.csv"])[1:]}
    assert listed == _ids(at, path), "what a program reads is not what stood there"
    billed = {row[0] for row in opened.rows(written["ut/fakturarader.csv"])[1:]}
    for name, content in written.items():
        if name.startswith("ut/fakturor/") and name.endswith(".xlsx") and billed:
            opened.workbook(content)


def _issue(at: Desk, rng: random.Random) -> None:
    path = _put(at, rng)
    if rng.random() < 0.5:
        _settings(at, rng)
    by = hostile(rng).replace("\0", "") or "x"
    if not at.run("issue", path, *_MONTH, "--ledger", LEDGER, *_PARTIES, "--confirm", "--by", by):
        return
    form = rng.choice(("csv", "xlsx", "ubl", "sie"))
    own = {"ubl": _PARTIES, "sie": (*_PARTIES[:2], "--bokforing", "in/bokforing.toml")}.get(form, ())
    if not at.run("ledger", "export", "--ledger", LEDGER, "--format", form, *own, "--out", "ut"):
        assert form == "sie", f"what was issued cannot be written as {form}: {at.told[-1]}"
    told = "\n".join(opened.xml(content) for name, content in at.written().items() if name.endswith(".xml"))
    charged = {row[0] for row in opened.rows(at.written()["ut/fakturarader.csv"])[1:]} if form == "csv" else set()
    assert charged <= _ids(at, path), "what a program reads is not what stood there"
    assert not told or any(name in told for name in _ids(at, path)), "the e-invoice names no case"
    at.run("ledger", "show", "1", "--ledger", LEDGER)
    at.run("ledger", "list", "--ledger", LEDGER)


def _dispute(at: Desk, rng: random.Random) -> None:
    at.run("issue", _put(at, rng), *_MONTH, "--ledger", LEDGER, *_PARTIES, "--confirm")
    text = hostile(rng).replace("\0", "")
    at.run("ledger", "dispute", "1", "--row", "1", "--reason", "FEL_DATUM", "--by", text, "--ledger", LEDGER)
    table = [["Bestridande", "Faktura", "Rad", "Ärende", "Orsak"], ["", "1", "", hostile(rng), hostile(rng)]]
    returned = at.put("svar.xlsx", as_workbook(table, "Bestridanden"))
    at.run("ledger", "dispute", "--from", returned, "--ledger", LEDGER)
    at.run("ledger", "disputes", "--ledger", LEDGER, "--out", "tvister.xlsx")
    if rng.random() < 0.2:
        _settings(at, rng)
        at.run("ledger", "letter", "1", "--ledger", LEDGER, *_PARTIES, "--out", "brev.pdf")


def _law(at: Desk, rng: random.Random) -> None:
    """An agreement of one's own, with hostile words and name, in what explains and what is issued by it."""
    name = _file_name(rng).replace('"', "").strip() or "eget"
    own = other_text(SETTINGS["nationell.toml"].read_text(encoding="utf-8"), hostile(rng), rng)
    own = own.replace('id = "nationell"', f"id = {toml_text(name)}")
    path = at.put(f"{name}.toml", own)
    if at.run("agreements", "check", path, "--through", "2018-12") and rng.random() < 0.5:
        data = _put(at, rng, [[*COLUMNS], [*sound_row(1, rng)]])
        at.run("issue", data, *_MONTH, "--agreement", path, "--ledger", LEDGER, "--confirm", "--out", "ut")
        at.run("ledger", "export", "--ledger", LEDGER, "--out", "export")


def _explain(at: Desk, rng: random.Random) -> None:
    table = _table(rng)
    case = rng.choice((table[1][0], hostile(rng))).replace("\0", "")
    at.run("explain", _put(at, rng, table), "--case", case)


def _stats(at: Desk, rng: random.Random) -> None:
    at.run("stats", _put(at, rng), "--from", "2018-11", "--to", "2018-11", "--out", "stat.csv")


def _scenario(at: Desk, rng: random.Random) -> None:
    own = other_text(SETTINGS["scenarier.toml"].read_text(encoding="utf-8"), hostile(rng), rng)
    own = own.replace("Fem dagar", toml_text(hostile(rng))[1:-1])
    months = ("--from", "2018-11", "--to", "2018-11")
    at.run("scenario", _put(at, rng), *months, "--scenarios", at.put("s.toml", own), "--out", "ut")


def _year(at: Desk, rng: random.Random) -> None:
    at.run("reconcile", _put(at, rng), "--year", "2018", "--out", "ut")


def _profile(at: Desk, rng: random.Random) -> None:
    at.run("profile", "suggest", _put(at, rng))
    name = "exempel-arendetabell.toml"
    own = at.put(name, other_text(SETTINGS[name].read_text(encoding="utf-8"), hostile(rng), rng))
    table = (EXAMPLES / "profiler" / "arendetabell.csv").read_text(encoding="utf-8")
    odd = table.replace(rng.choice(("M1", "Medicin 3", "Klar kl", "Kommentar")), hostile(rng))
    at.run("check", at.put("tabell.csv", odd), "--profile", own, "--out", "a.xlsx")


def _page(at: Desk, rng: random.Random) -> None:
    path = at.folder / _put(at, rng)
    for shown in pages_of([(hostile(rng) + path.suffix if rng.random() < 0.5 else path.name, path.read_bytes())]):
        head, _, body = shown.partition("\n<!doctype html>")
        opened.terminal(head) if body else None
        opened.page(body)


_COMMANDS: dict[Callable[[Desk, random.Random], None], float] = {
    _check: 6, _explain: 3, _profile: 3, _law: 2, _stats: 1, _bill: 2, _page: 1, _issue: 1, _dispute: 0.7, _scenario: 1,
    _year: 0.1,
}  # fmt: skip

CLASSES = {"injektion": injection}
