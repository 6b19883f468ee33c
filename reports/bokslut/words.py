"""The Swedish words of a bokslut: its sources, causes, kinds of accrual and what the reader must know."""

from __future__ import annotations

from betalningsansvar.billing.year.gaps import Notice
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.numbers import kronor_text
from betalningsansvar.reports.words.swedish import MONTH_NAMES

SOURCES = {
    "schablon": "schablon",
    "liggare": "liggaren",
    "beraknad": "beräknad",
    "ej_utfardad": "ej utfärdad",
}

CAUSES = {
    "schablon": "Utfall i stället för schablon",
    "sena_uppgifter": "Sena eller ändrade uppgifter",
    "aterkallad": "Återtagen underrättelse",
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
    "manad_utan_underrattelser": "MÅNAD_UTAN_UPPGIFTER",
    "inget_fore_aret": "INGET_FÖRE_ÅRET",
    "ingen_liggare": "INGEN_LIGGARE",
    "manad_ej_utfardad": "MÅNAD_EJ_UTFÄRDAD",
    "halvt_utfardad": "HALVT_UTFÄRDAD",
    "medgivna_bestridanden": "MEDGIVNA_BESTRIDANDEN",
}


def notice_text(notice: Notice) -> str:
    """One thing the reader must know, in Swedish, and what to do about it."""
    month = MONTH_NAMES[notice.month - 1]
    amount = "ett utfall som inte är känt" if notice.amount_ore is None else kronor_text(notice.amount_ore)
    match notice.kind:
        case "belopp_saknas":
            return (
                f"Dygnsbelopp saknas i serien {notice.text} för {notice.days} dygn. Schablonmånadernas utfall kan inte "
                "räknas ut: bara lagens utfall visas, och upplupet är utan dem. Lägg beloppet i en fil och ange den "
                "med --tariffs."
            )
        case "belopp_saknas_lag":
            return f"Dygnsbelopp saknas i serien {notice.text} för {notice.days} dygn: lagens utfall är ofullständigt."
        case "uttaget_fore_arsslut":
            return f"Uppgifterna är uttagna {notice.text}: dagarna därefter ingår inte. Ta ut dem på nytt."
        case "manad_utan_underrattelser":
            return f"Uppgifterna har ingen underrättelse i {month}. Kontrollera att månaden är med i uttaget."
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
        case "manad_ej_utfardad":
            return (
                f"Liggaren har ingen faktura för {month}: {amount} står som ej utfärdat och ingår inte i avräkningen. "
                "Utfärda månaden först."
            )
        case "medgivna_bestridanden":
            return f"Medgivna bestridanden är borttagna ur utfallet: {amount} krävs inte, fast uppgifterna säger det."
        case "halvt_utfardad":
            kommun = list(kommuner().values())[notice.kommun].name
            return (
                f"{month.capitalize()} är utfärdad, men inte för {kommun}, som enligt utfallet ska betala {amount}. "
                "Beloppet ingår i avräkningen."
            )


def action(settlement_ore: int) -> str:
    """What the settlement becomes."""
    if settlement_ore == 0:
        return "ingen"
    return "faktura" if settlement_ore > 0 else "kredit"
