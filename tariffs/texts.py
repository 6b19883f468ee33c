"""The agreement and tariff files of a run as text, so that what was issued can be computed again years later."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.tariffs.records import Agreement


@dataclass(frozen=True, slots=True)
class LawText:
    """One file: `role` (`agreement`, `statute`, `schablon`, `tariffs`), `name`, SHA-256 of its bytes, and the text."""

    role: str
    name: str
    sha256: str
    body: str


def law_texts(agreement: Agreement, tariffs: NamedFile | None) -> tuple[LawText, ...]:
    """Every file that decides an amount under the agreement: itself, its schablon tables, the statutes, the amounts.

    They are the bytes the agreement and the amounts were read from, whatever has happened to the files since.
    """
    found = [_text("agreement", agreement.files[0])]
    statutes = ("lag-1990-1404.toml", "nationell.toml")
    found += [_text("statute", _shipped("avtal", name)) for name in statutes if name != agreement.origin]
    own = {file.name: file for file in agreement.files[1:]}
    for underlag in dict.fromkeys(rule.underlag for rule in agreement.regler if rule.underlag):
        name = f"{underlag}.toml"
        found.append(_text("schablon", own.get(name) or _shipped("schablon", name)))
    if tariffs:
        found.append(_text("tariffs", tariffs))
    found.append(_text("tariffs", _shipped("", "dygnsbelopp.toml")))
    return tuple(found)


def _shipped(folder: str, name: str) -> NamedFile:
    path = files("betalningsansvar.tariffs").joinpath(*filter(None, (folder, name)))
    return NamedFile(name, path.read_bytes())


def _text(role: str, file: NamedFile) -> LawText:
    # The marks of a UTF-8 file stay in the text, so that writing it out gives the same bytes.
    return LawText(role, file.name, file.sha256, file.content.decode("utf-8"))
