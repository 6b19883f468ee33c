"""The agreement and tariff files of a run as text, so that what was issued can be computed again years later."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.tariffs.records import Agreement, Schablon
from betalningsansvar.tariffs.schablon_underlag import schablon_text
from betalningsansvar.tariffs.shipped_files import shipped_file

ROLES = {"agreement": "avtal", "statute": "lag", "schablon": "schablon", "tariffs": "belopp"}
"""What a file that decides an amount is, in words."""


@dataclass(frozen=True, slots=True)
class LawText:
    """One file: `role` (of ROLES), `name`, SHA-256 of its bytes, and the text."""

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
    found += [_text("statute", shipped_file("avtal", name)) for name in statutes if name != agreement.origin]
    for underlag in dict.fromkeys(rule.underlag for rule in agreement.regler if isinstance(rule, Schablon)):
        found.append(_text("schablon", schablon_text(underlag, agreement.files[1:])))
    if tariffs:
        found.append(_text("tariffs", tariffs))
    found.append(_text("tariffs", shipped_file("dygnsbelopp.toml")))
    return tuple(found)


def _text(role: str, file: NamedFile) -> LawText:
    # The marks of a UTF-8 file stay in the text, so that writing it out gives the same bytes.
    return LawText(role, file.name, file.sha256, file.content.decode("utf-8"))
