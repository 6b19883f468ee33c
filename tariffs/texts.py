"""The agreement and tariff files of a run as text, so that what was issued can be computed again years later."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs.records import Agreement


@dataclass(frozen=True, slots=True)
class LawText:
    """One file: `role` (`agreement`, `statute`, `schablon`, `tariffs`), `name`, SHA-256 of its bytes, and the text."""

    role: str
    name: str
    sha256: str
    body: str


def law_texts(agreement: Agreement, tariffs: Path | None) -> tuple[LawText, ...]:
    """Every file that decides an amount under the agreement: itself, its schablon tables, the statutes, the amounts.

    Raises SettingsError when a file is gone, or was changed since the agreement was read.
    """
    own = _beside(agreement.folder, agreement.origin) or _shipped("avtal", agreement.origin)
    found = [_text("agreement", agreement.origin, own)]
    if found[0].sha256 != agreement.sha256:
        raise SettingsError([f"{agreement.origin}: was changed while the program ran. Run again."])
    statutes = ("lag-1990-1404.toml", "nationell.toml")
    found += [_text("statute", name, _shipped("avtal", name)) for name in statutes if name != agreement.origin]
    for underlag in dict.fromkeys(rule.underlag for rule in agreement.regler if rule.underlag):
        name = f"{underlag}.toml"
        found.append(_text("schablon", name, _beside(agreement.folder, name) or _shipped("schablon", name)))
    if tariffs:
        found.append(_text("tariffs", tariffs.name, _beside(tariffs.parent, tariffs.name)))
    found.append(_text("tariffs", "dygnsbelopp.toml", _shipped("", "dygnsbelopp.toml")))
    return tuple(found)


def _beside(folder: Path, name: str) -> bytes | None:
    path = folder / name
    return path.read_bytes() if path.is_file() else None


def _shipped(folder: str, name: str) -> bytes | None:
    path = files("betalningsansvar.tariffs").joinpath(*filter(None, (folder, name)))
    return path.read_bytes() if path.is_file() else None


def _text(role: str, name: str, content: bytes | None) -> LawText:
    if content is None:
        raise SettingsError([f"{name}: the file is gone since it was read. Put it back and run again."])
    # The marks of a UTF-8 file stay in the text, so that writing it out gives the same bytes.
    return LawText(role, name, sha256(content).hexdigest(), content.decode("utf-8"))
