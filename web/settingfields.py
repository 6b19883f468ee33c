"""The fields of Inställningar: which keys each file has, what they are called, and what is typed into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from betalningsansvar.data.columns import VARDFORMER

Kind = Literal["text", "rader", "tal", "val", "dag", "belopp", "klocka", "exakt", "flera", "janej", "serie", "bild"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is the key of the file (`table.key` in a table), `label` and `hint` what a person reads.
    `models` are the models of a rule that the key belongs to; none for a key of them all."""

    name: str
    label: str
    hint: str = ""
    kind: Kind = "text"
    choices: tuple[tuple[str, str], ...] = ()
    models: tuple[str, ...] = ()


_PARTY = (
    Field("namn", "Namn"),
    Field("organisationsnummer", "Organisationsnummer", "Till exempel 232100-0115."),
    Field("adress", "Adress", "En rad för varje rad på fakturan.", "rader"),
    Field("postnummer", "Postnummer"),
    Field("postort", "Postort"),
    Field("kontakt", "Kontakt"),
    Field("telefon", "Telefon"),
    Field("epost", "E-post"),
    Field("momsregistreringsnummer", "Momsregistreringsnummer", "SE, organisationsnumrets tio siffror och 01."),
    Field("peppol_id", "Peppol-id", "Tomt: organisationsnumret används."),
)
SENDER = (
    *_PARTY,
    Field("bankgiro", "Bankgiro"),
    Field("plusgiro", "Plusgiro"),
    Field("betalningsvillkor_dagar", "Dagar till betalning", "Från fakturadatum, till exempel 30.", "tal"),
    Field(
        "betalningsreferens",
        "Det kommunen anger vid betalning",
        "",
        "val",
        (
            ("fakturanummer", "Fakturanumret"),
            ("ocr", "OCR-nummer med kontrollsiffra"),
            ("ocr-langd", "OCR-nummer med längd- och kontrollsiffra"),
        ),
    ),
    Field("drojsmalsranta", "Dröjsmålsränta", "Skrivs som den står, till exempel: enligt räntelagen."),
    Field("f_skatt", "F-skatt", "Skrivs som den står."),
    Field("invandning", "Invändningar", "Hur kommunen invänder mot fakturan."),
    Field("momskategori", "Momskategori", "", "val", (("E", "Undantagen från moms"), ("O", "Utanför momsens område"))),
    Field("fakturanummer.prefix", "Före varje fakturanummer", "Tomt: inget."),
    Field("fakturanummer.forsta", "Första fakturanumret i en ny liggare", "Tomt: 1.", "tal"),
    Field("logotyp", "Logotyp", "En PNG-bild. Står överst på varje faktura.", "bild"),
)
CUSTOMER = (*_PARTY, Field("referens", "Beställarreferens", "Den kommunen kräver på sina fakturor."))
BOOKKEEPING = (
    Field("verifikationsserie", "Verifikationsserie"),
    Field(
        "verifikationsnummer",
        "Verifikationsnummer",
        "",
        "val",
        (("mottagarens", "Nästa i ekonomisystemet"), ("fakturanummer", "Fakturanumret")),
    ),
    Field("kontoplan", "Kontoplan", "Tomt: sägs inte. BAS95, BAS96, EUBAS97 eller NE2007."),
    Field("kundfordran.konto", "Konto för kundfordran"),
    Field("kundfordran.namn", "Dess namn"),
    Field("intakt.konto", "Konto för intäkten"),
    Field("intakt.namn", "Dess namn"),
    Field("kommun.dimension", "Dimension för kommunen", "20 eller högre är fria.", "tal"),
    Field("kommun.namn", "Dimensionens namn"),
)
BOOKED_OBJECT = (
    Field("dimension", "Dimension", "Till exempel 1.", "tal"),
    Field("dimension_namn", "Dimensionens namn", "Till exempel Kostnadsställe."),
    Field("objekt", "Objekt", "Till exempel 4711."),
    Field("namn", "Objektets namn"),
)
_VARDFORMER = tuple((kind, kind.capitalize()) for kind in VARDFORMER)
_MARKS = (("T", "Läst i föreskriften eller beslutet"), ("S", "Från annan källa"), ("I", "Härlett"))
AMOUNT = (
    Field("serie", "Serie", "", "val"),
    Field("fran", "Från och med", "Till exempel 2025-01-01.", "dag"),
    Field("tom", "Till och med", "Till exempel 2025-12-31.", "dag"),
    Field("vardform", "Vårdform", "Ingen ikryssad: all vård.", "flera", _VARDFORMER),
    Field("kronor", "Kronor per vårddygn", "", "belopp"),
    Field("kalla", "Källa", "Var beloppet står, till exempel HSLF-FS 2024:60."),
    Field("status", "Hur säkert det är", "", "val", _MARKS),
    Field(
        "known_from",
        "Känt från",
        "Dagen beloppet blev känt, där två gäller samma dag. Tomt: alltid.",
        "dag",
    ),
)

_UNSAID = ("", "Sägs inte")
_DAYS, _MEAN, _CASES = ("individuell",), ("genomsnitt",), ("individuell", "genomsnitt")
AGREEMENT = (
    Field("namn", "Avtalets namn", "Till exempel Region X och kommunerna i X län."),
    Field("region", "Region", "Tomt: alla kommuner.", "val"),
    Field("invandning_dag", "Dag i nästa månad då kommunen senast kan invända", "Tomt: sägs inte.", "tal"),
    Field(
        "inskrivningsmeddelande_sent",
        "För sent inskrivningsmeddelande",
        "Gäller de regler som inte själva säger något annat.",
        "val",
        (_UNSAID, ("varnar", "Ger en varning"), ("blockerar", "Hindrar ansvaret")),
    ),
)
_RULE = (
    Field("fran", "Första dagen", "Till exempel 2025-01-01.", "dag"),
    Field("tom", "Sista dagen", "Tomt: tills vidare.", "dag"),
    Field("vardform", "Vårdform", "Ingen ikryssad: all vård.", "flera", _VARDFORMER),
    Field(
        "modell",
        "Modell",
        "",
        "val",
        (("individuell", "Dag för dag"), ("genomsnitt", "Genomsnitt"), ("utanfor", "Utanför: inget betalas")),
    ),
    Field("dagar", "Dagar till ansvar", "", "tal", models=_DAYS),
    Field("dagtyp", "Dagarna är", "", "val", (("", "Kalenderdagar"), ("vardag", "Vardagar")), _DAYS),
    Field(
        "raknas_fran",
        "Räknas från",
        "",
        "val",
        (("", "Underrättelsen om utskrivningsklar"), ("kallelse", "Kallelsen till vårdplanering")),
        _DAYS,
    ),
    Field("intrader", "Ansvaret inträder", "", "val", (("", "Den sista dagen"), ("dagen_efter", "Dagen efter")), _DAYS),
    Field(
        "klockslag",
        "Klockslag för sen underrättelse",
        "Till exempel 12:00. Tomt: timmen saknar betydelse.",
        "klocka",
        models=_DAYS,
    ),
    Field("klockslag_grans", "På klockslaget är", "", "val", (("", "I tid"), ("fran", "Sent")), _DAYS),
    Field("troskel", "Tröskel", "Till exempel 3,00.", "exakt", models=_MEAN),
    Field("decimaler", "Decimaler", "Tomt: medelvärdet avrundas inte.", "tal", models=_MEAN),
    Field("individuell_efter", "Lämnar genomsnittet efter", "Antal dagar. Tomt: aldrig.", "tal", models=_MEAN),
    Field("trigger_manader", "Månader i rad över tröskeln", "Tomt: en räcker.", "tal", models=_MEAN),
    Field(
        "vilka_raknas",
        "Vilka som räknas",
        "",
        "val",
        (
            ("", "De som uppfyller villkoren"),
            ("meddelade", "De som har inskrivningsmeddelande"),
            ("alla", "Alla utskrivna"),
        ),
        _MEAN,
    ),
    Field(
        "uttrade_fran",
        "Dagarna till utträdet räknas från",
        "",
        "val",
        (("", "Underrättelsen"), ("regelns_borjan", "Regelns början, när underrättelsen är äldre")),
        _MEAN,
    ),
    Field(
        "uttrade_hinder",
        "Hinder vid utträdet prövas",
        "",
        "val",
        (("", "Den dagen"), ("alltid", "När det än inträffar")),
        _MEAN,
    ),
    Field(
        "villkor",
        "Villkor",
        "Ingen ikryssad: lagens.",
        "flera",
        (
            ("inskrivningsmeddelande", "Inskrivningsmeddelande"),
            ("sip_kallelse", "Kallelse till SIP"),
            ("oppenvard", "Regionens öppna vård"),
            ("vardplan", "Justerad vårdplan"),
            ("inga", "Inga villkor alls"),
        ),
        _CASES,
    ),
    Field(
        "utskrivningsdag",
        "Utskrivningsdagen",
        "",
        "janej",
        (("", "Som i lagen"), ("ja", "Debiteras"), ("nej", "Debiteras inte")),
        _CASES,
    ),
    Field(
        "dodsdag",
        "Dödsdagen",
        "",
        "janej",
        (("", "Som utskrivningsdagen"), ("ja", "Debiteras"), ("nej", "Debiteras inte")),
        _CASES,
    ),
    Field("dygnsbelopp", "Belopp per vårddygn", "En series namn, eller hela kronor.", "serie", models=_CASES),
    Field(
        "inskrivningsmeddelande_sent",
        "För sent inskrivningsmeddelande",
        "",
        "val",
        (("", "Som i avtalet"), ("varnar", "Ger en varning"), ("blockerar", "Hindrar ansvaret")),
        _CASES,
    ),
    Field(
        "aterkallad",
        "En återkallelse",
        "",
        "val",
        (("", "Slutar dygnen"), ("makulering", "Tar bort alla dygn")),
        _CASES,
    ),
    Field("permission", "Permission", "", "val", (("", "Debiteras"), ("avdrag", "Hela dygn dras av"))),
    Field("kalla", "Källa", "Protokoll och paragraf: var regeln står."),
    Field("status", "Hur säkert det är", "", "val", _MARKS),
    Field("upplysning", "Upplysning", "Skrivs ut med allt som räknas enligt regeln. Tomt: inget."),
)
RULE = tuple(replace(field, name=f"regel.{field.name}") for field in _RULE)
"""The fields of one rule of an agreement, in the table `regel` of the form."""
