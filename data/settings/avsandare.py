"""The sender of invoices: the region's own name, address, account, terms and number series, kept in one TOML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.settings.identifiers import bankgiro_fault, plusgiro_fault
from betalningsansvar.data.settings.party import Party, checked_text, read_party
from betalningsansvar.data.toml_table import Table, read_toml, shown

BETALNINGSREFERENSER = ("fakturanummer", "ocr", "ocr-langd")
MOMSKATEGORIER = ("E", "O")
LARGEST_FIRST_NUMBER = 999_999_999
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_LOGO = 1_000_000


@dataclass(frozen=True, slots=True)
class Nummerserie:
    """The series of invoice numbers: `prefix` before each, `forsta` the number that the first of a ledger gets."""

    prefix: str = ""
    forsta: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Avsandare(Party):
    """Who sends the invoice.

    `betalningsvillkor_dagar` is the number of days from invoice date to due date. `betalningsreferens` is what the
    payer is to give: the invoice number, or an OCR number made from it (`ocr`: with check digit, `ocr-langd`: with
    length and check digit). `drojsmalsranta`, `f_skatt` and `invandning` (how the kommun objects) are printed as they
    stand. `momskategori` is E (exempt) or O (outside the scope of VAT). `logotyp` is the bytes of a PNG picture.
    Without `fakturanummer` the ledger's own series holds.
    """

    bankgiro: str = ""
    plusgiro: str = ""
    betalningsvillkor_dagar: int | None = None
    betalningsreferens: str = "fakturanummer"
    drojsmalsranta: str = ""
    f_skatt: str = ""
    invandning: str = ""
    momskategori: str = "E"
    fakturanummer: Nummerserie | None = None
    logotyp: bytes | None = None


def load_sender(file: Path | NamedFile) -> Avsandare:
    """Read the file. Raises SettingsError with every fault: unknown key, wrong type, impossible number, bad logo."""
    named = as_named(file)
    root = read_toml(named)
    series = root.table("fakturanummer", holds=("prefix", "forsta"))
    sender = Avsandare(
        **read_party(root),
        bankgiro=checked_text(root, "bankgiro", bankgiro_fault),
        plusgiro=checked_text(root, "plusgiro", plusgiro_fault),
        betalningsvillkor_dagar=root.whole("betalningsvillkor_dagar", minimum=0, maximum=365),
        betalningsreferens=root.text("betalningsreferens", allowed=BETALNINGSREFERENSER) or BETALNINGSREFERENSER[0],
        drojsmalsranta=root.optional_text("drojsmalsranta"),
        f_skatt=root.optional_text("f_skatt"),
        invandning=root.optional_text("invandning"),
        momskategori=root.text("momskategori", allowed=MOMSKATEGORIER) or MOMSKATEGORIER[0],
        fakturanummer=_series(series) if series else None,
        logotyp=_logo(root, named),
    )
    root.done()
    root.stop()
    return sender


def _series(table: Table) -> Nummerserie:
    prefix = table.optional_text("prefix")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,8}", prefix, re.ASCII):
        table.complain(f"prefix = {shown(prefix)}: högst 8 tecken bland A–Z, 0–9 och bindestreck.", "prefix")
    forsta = table.whole("forsta", minimum=1, maximum=LARGEST_FIRST_NUMBER)
    table.done()
    return Nummerserie(prefix, forsta or 1)


def _logo(root: Table, file: NamedFile) -> bytes | None:
    name = root.optional_text("logotyp")
    if not name:
        return None
    found = file.find(name)
    if found is None:
        fault = "finns inte. Sökvägen räknas från den här filens mapp."
    elif not found.content.startswith(_PNG):
        fault = "är ingen PNG-bild. Spara logotypen som PNG."
    elif len(found.content) > _LARGEST_LOGO:
        fault = f"är större än {_LARGEST_LOGO // 1_000_000} MB och går med i varje faktura. Gör den mindre."
    else:
        return found.content
    root.complain(f"logotyp = {shown(name)} {fault}", "logotyp")
    return None
