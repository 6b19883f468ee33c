"""The Swedish words of a bokslut: its sources, causes, kinds of accrual and what the reader must know."""

from __future__ import annotations

from datetime import date

from betalningsansvar.billing.period import months_text
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.gaps import Notice
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words import law
from betalningsansvar.reports.words.numbers import kronor_text

SOURCES = {
    "schablon": "schablon",
    "liggare": "liggaren",
    "beraknad": "beräknad",
    "ej_utfardad": "ej utfärdad",
}

CAUSES = {
    "schablon": "Utfall i stället för schablon",
    "sena_uppgifter": "Sena eller ändrade uppgifter",
    "aterkallad": "Återkallad underrättelse",
    "andrad_betalare": "Annan betalare",
    "taxa": "Annat dygnsbelopp",
    "regel": "Annan regel",
    "ej_utfardad": "Månad som inte är utfärdad",
}

KINDS = {
    "schablon": "Utfall minus schablon",
    "rattelse": "Rättelse av utfärdade månader",
    "fryst": "Frysta månader som inte är utfärdade",
    "oppen": "Öppna månader",
    "kvar": "Patienter kvar vid årets slut",
}

ACCOUNTS = {"upplupen_intakt": "Upplupen intäkt", "intakt": "Intäkt betalningsansvar"}

NOTICE_CODES = {
    "belopp_saknas": "BELOPP_SAKNAS",
    "belopp_saknas_lag": "BELOPP_SAKNAS",
    "uttaget_fore_arsslut": "UTTAG_FÖRE_ÅRSSLUT",
    "manader_utan_underrattelser": "MÅNAD_UTAN_UPPGIFTER",
    "inget_fore_aret": "INGET_FÖRE_ÅRET",
    "ingen_liggare": "INGEN_LIGGARE",
    "manader_ej_utfardade": "MÅNAD_EJ_UTFÄRDAD",
    "halvt_utfardad": "HALVT_UTFÄRDAD",
    "medgivna_bestridanden": "MEDGIVNA_BESTRIDANDEN",
}


def notice_texts(bokslut: Bokslut) -> tuple[str, ...]:
    """What the reader must know: of the data, of the agreement's rules, of amounts that are the user's own."""
    first, last = date(bokslut.year, 1, 1), date(bokslut.year, 12, 31)
    own = (notice_text(notice) for notice in bokslut.notices)
    return (*own, *law.notice_texts(bokslut.agreement, bokslut.replaced, first, last))


def notice_text(notice: Notice) -> str:
    """One thing the reader must know, in Swedish, and what to do about it."""
    months = months_text(notice.months) if notice.months else ""
    the_month = "månaden" if len(notice.months) == 1 else "månaderna"
    match notice.kind:
        case "belopp_saknas":
            return (
                f"Dygnsbelopp saknas i serien {notice.text} för {notice.days} dygn. Schablonmånadernas utfall kan inte "
                "räknas ut: bara lagens utfall visas, och upplupet är utan dem. Lägg till beloppet i en egen fil."
            )
        case "belopp_saknas_lag":
            return f"Dygnsbelopp saknas i serien {notice.text} för {notice.days} dygn: lagens utfall är ofullständigt."
        case "uttaget_fore_arsslut":
            return f"Uppgifterna är uttagna {notice.text}: dagarna därefter ingår inte. Ta ut dem på nytt."
        case "manader_utan_underrattelser":
            return f"Uppgifterna har ingen underrättelse i {months}. Kontrollera att {the_month} är med i uttaget."
        case "inget_fore_aret":
            return (
                "Uppgifterna har ingen underrättelse före årets början: patienter som var kvar från året innan syns "
                "inte. Ta med dem i uttaget."
            )
        case "ingen_liggare":
            return (
                "Ingen liggare är angiven. Månader utan schablon räknas som fakturerade så som de beräknas i dag, så "
                "bara schablonmånaderna avräknas."
            )
        case "manader_ej_utfardade":
            return (
                f"Liggaren har ingen faktura för {months}: {_amount(notice)} står som ej utfärdat, utanför "
                f"avräkningen. Utfärda {the_month} först."
            )
        case "medgivna_bestridanden":
            return (
                f"Medgivna bestridanden är borttagna ur utfallet: {_amount(notice)} krävs inte, fast uppgifterna "
                "säger det."
            )
        case "halvt_utfardad":
            kommun = list(kommuner().values())[notice.kommun].name
            return (
                f"{months.capitalize()} är utfärdad, men inte för {kommun}, som enligt utfallet ska betala "
                f"{_amount(notice)}. Beloppet ingår i avräkningen."
            )


def _amount(notice: Notice) -> str:
    return "ett belopp som inte är känt" if notice.amount_ore is None else kronor_text(notice.amount_ore)


def action(settlement_ore: int) -> str:
    """What the settlement becomes."""
    if settlement_ore == 0:
        return "ingen"
    return "faktura" if settlement_ore > 0 else "kredit"
