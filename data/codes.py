"""The one vocabulary of codes: why a case is blocked, parked or rejected, and what is worth a look.

Every code carries its severity, what it means and how it is mended, in Swedish, because a finance
officer reads them in `arenden.csv`, `avvikelser.csv` and the underlag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["avvisar", "parkerar", "blockerar", "varning", "upplysning"]

SEVERITIES: tuple[Severity, ...] = ("avvisar", "parkerar", "blockerar", "varning", "upplysning")
"""The worst first."""

STATUSES = ("", "debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")
"""What can become of a row; `""` until it is known."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the vocabulary.

    `severity`: `blockerar` (a condition of the law or agreement fails), `parkerar` (the row contradicts
    itself, kept out until mended), `avvisar` (the row cannot be read), `varning` (charged as it stands, and worth a
    look), `upplysning` (what the run assumed or passed over, which may be quite right).
    `paragraph` is set where the law decides.
    """

    code: str
    severity: Severity
    meaning: str
    mend: str
    paragraph: str = ""


_ALL = [
    # Conditions of the law: the case is blocked.
    Code(
        "INSKRIVNINGSMEDDELANDE_SAKNAS",
        "blockerar",
        "Inget inskrivningsmeddelande har skickats till kommunen.",
        "Komplettera tidpunkten om meddelandet skickades; annars inträder inget ansvar.",
        "5 kap. 3 § lag (2017:612)",
    ),
    Code(
        "INSKRIVNINGSMEDDELANDE_SENT",
        "blockerar",
        "Inskrivningsmeddelandet skickades en senare dag än underrättelsen, eller för sent där det är ett hinder.",
        "Kontrollera båda tidpunkterna i källsystemet.",
        "5 kap. 3 § lag (2017:612)",
    ),
    Code(
        "SIP_KALLELSE_SAKNAS",
        "blockerar",
        "En samordnad individuell plan krävs men ingen kallelse har skickats.",
        "Komplettera sip_kallelse, eller ändra sip_kravs till nej om SIP inte behövdes.",
        "5 kap. 3 § lag (2017:612)",
    ),
    Code(
        "SIP_KALLELSE_SEN",
        "blockerar",
        "Kallelsen till SIP skickades senare än tre dagar efter underrättelsen.",
        "Kontrollera tidpunkten; en för sen kallelse ger inget ansvar.",
        "4 kap. 3 § lag (2017:612)",
    ),
    Code(
        "OPPENVARD_HINDER",
        "blockerar",
        "Regionens öppna vård var inte tillgänglig, eller det var oklart, när ansvaret skulle inträda.",
        "Ange oppenvard_hinder_till när hindret har upphört.",
        "5 kap. 5 § lag (2017:612)",
    ),
    Code(
        "VARDPLAN_SAKNAS",
        "blockerar",
        "Ingen vårdplan är justerad.",
        "Komplettera vardplan_justerad, eller kommun_medverkade = nej om kommunen inte deltog.",
        "10 § lag (1990:1404)",
    ),
    Code(
        "KALLELSE_SAKNAS",
        "blockerar",
        "Ingen kallelse till vårdplanering har mottagits av kommunen.",
        "Komplettera kallelse_mottagen; utan kallelse börjar fristen inte löpa.",
        "11 § lag (1990:1404)",
    ),
    # The row contradicts itself or lacks a payer: parked until mended.
    Code(
        "KOMMUN_SAKNAS",
        "parkerar",
        "Ingen kommun är angiven, så ingen kan faktureras.",
        "Fyll i folkbokforingskommun (eller placeringskommun).",
        "5 kap. 2 § lag (2017:612)",
    ),
    Code(
        "KOMMUN_OKAND",
        "parkerar",
        "Kommunen finns inte bland landets 290 kommuner.",
        "Rätta till fyrsiffrig kommunkod eller kommunens namn.",
    ),
    Code(
        "VARDFORM_OKAND",
        "parkerar",
        "Vårdformen saknas eller är okänd.",
        "Ange somatik, psykiatri, akut eller geriatrik.",
    ),
    Code(
        "ORIMLIG_TIDSFOLJD",
        "parkerar",
        "Tidpunkterna står i omöjlig ordning.",
        "Rätta den tidpunkt som är fel i källsystemet.",
    ),
    Code(
        "DUBBLETT",
        "parkerar",
        "Samma arende_id förekommer flera gånger med olika innehåll.",
        "Behåll den rad som gäller, eller ge ärendena olika arende_id.",
    ),
    Code(
        "TID_I_FRAMTIDEN",
        "parkerar",
        "Tidpunkten ligger efter dagens datum och kan inte ha inträffat.",
        "Rätta tidpunkten i källsystemet; ofta är det årtalet som är fel.",
    ),
    Code(
        "HINDER_UTAN_BORJAN",
        "parkerar",
        "Hindret i öppenvården har ett slut men ingen början.",
        "Fyll i oppenvard_hinder_fran.",
    ),
    Code(
        "PERMISSION_UTAN_BORJAN",
        "parkerar",
        "Permissionen har ett slut men ingen början.",
        "Fyll i permission_fran.",
    ),
    Code(
        "AVSLUT_UTAN_TID",
        "parkerar",
        "Ett avslut är angivet men inte när patienten skrevs ut.",
        "Fyll i utskriven, eller ta bort avslut om patienten är kvar.",
    ),
    Code(
        "PATIENT_SAKNAS",
        "parkerar",
        "Patientens beteckning saknas.",
        "Fyll i personnummer, reservnummer eller pseudonym.",
    ),
    Code(
        "TID_OLASLIG",
        "parkerar",
        "Tidpunkten går inte att läsa.",
        "Skriv den som 2018-11-05 10:30, eller som ett riktigt datum i Excel.",
    ),
    Code("JANEJ_OLASLIG", "parkerar", "Värdet är varken ja eller nej.", "Skriv ja eller nej."),
    Code(
        "CELLFEL",
        "parkerar",
        "Cellen innehåller ett Excelfel eller en formel utan värde.",
        "Ersätt formeln med dess värde och spara om filen.",
    ),
    Code(
        "SIFFROR_FORLORADE",
        "parkerar",
        "Excel har förkortat ett långt nummer, så att siffror har gått förlorade.",
        "Ta ut uppgifterna på nytt och spara kolumnen som text.",
    ),
    Code(
        "HANDELSE_OLASLIG",
        "parkerar",
        "En rad i samma vårdtillfälle kan inte läsas, så det är inte känt vad som hände.",
        "Rätta raden som anges i värdet.",
    ),
    Code(
        "VARDTILLFALLE_MOTSAGT",
        "parkerar",
        "Vårdtillfällets händelser motsäger varandra.",
        "Rätta det som är fel i källsystemet, eller ge vårdtillfällena olika vardtillfalle_id.",
    ),
    Code(
        "HINDER_FLERA",
        "parkerar",
        "Ärendet har flera skilda hinder i öppenvården, och det går inte att veta vilket som avgör.",
        "Rätta hindren i källsystemet, eller lämna ärendet i en ärendetabell med det hinder som gäller.",
        "5 kap. 5 § lag (2017:612)",
    ),
    # The row cannot be read: rejected.
    Code(
        "RAD_EJ_ARENDE",
        "avvisar",
        "Raden är en summa, en anmärkning eller en upprepad rubrik, och inget ärende.",
        "Ingen åtgärd krävs om det stämmer; rätta annars raden i källsystemet.",
    ),
    Code(
        "RAD_TRASIG",
        "avvisar",
        "Raden har fler eller färre fält än rubrikraden.",
        "Kontrollera avgränsare och citattecken på raden.",
    ),
    Code(
        "ARENDE_ID_SAKNAS",
        "avvisar",
        "Raden saknar arende_id.",
        "Fyll i ärendets beteckning.",
    ),
    Code(
        "VARDTILLFALLE_ID_SAKNAS",
        "avvisar",
        "Händelsen saknar vardtillfalle_id.",
        "Fyll i vårdtillfällets beteckning.",
    ),
    Code(
        "HANDELSE_OKAND",
        "avvisar",
        "Händelsen saknas eller är okänd.",
        "Ange en av händelserna i docs/profiler.md, eller översätt koden i en profil.",
    ),
    Code(
        "VERSION_OLASLIG",
        "avvisar",
        "Det går inte att läsa vilken version av meddelandet raden är.",
        "Ange ett heltal eller en tidpunkt.",
    ),
    Code(
        "TID_SAKNAS",
        "avvisar",
        "En tidpunkt som måste finnas saknas.",
        "Fyll i tidpunkten.",
    ),
    Code(
        "NODVANDIG_TID_OLASLIG",
        "avvisar",
        "En tidpunkt som måste finnas går inte att läsa.",
        "Skriv den som 2018-11-05 10:30, eller som ett riktigt datum i Excel.",
    ),
    # Charged as it stands, worth a look.
    Code(
        "DUBBLETT_IDENTISK",
        "varning",
        "Raden är en exakt kopia av en annan rad och räknas en gång.",
        "Ingen åtgärd krävs.",
    ),
    Code(
        "INSKRIVNINGSMEDDELANDE_OVER_24H",
        "varning",
        "Inskrivningsmeddelandet skickades mer än 24 timmar efter inskrivningen, eller efter att behovet upptäcktes. "
        "Parterna kan läsa det som hinder för ansvaret; här räknas det inte som ett.",
        "Kontrollera när behovet upptäcktes (behov_upptackt), och vad parterna är överens om.",
        "2 kap. 3 § lag (2017:612)",
    ),
    Code(
        "PERMISSION",
        "varning",
        "Patienten har haft permission; dygnen debiteras om inte avtalet säger att hela dygn borta dras av.",
        "Kontrollera vad parterna är överens om.",
    ),
    Code(
        "HINDER_EFTER_INTRADE",
        "varning",
        "Hindret i öppenvården började efter att ansvaret hade inträtt och påverkar inte debiteringen.",
        "Kontrollera om parterna är överens om dagarna.",
        "5 kap. 5 § lag (2017:612)",
    ),
    Code(
        "TID_EFTER_UTTAG",
        "varning",
        "En tidpunkt ligger efter dagen då uppgifterna togs ut.",
        "Kontrollera tidpunkten och uttagsdagen; inga dygn efter uttagsdagen debiteras.",
    ),
    Code(
        "FOLKBOKFORING_OKAND",
        "varning",
        "Folkbokföringskommunen är okänd; den kommun som placerade patienten betalar (5 kap. 2 §).",
        "Rätta folkbokföringskommunen, och kontrollera att placeringen är riktig.",
    ),
    Code(
        "KOMMUNKOD_UTFYLLD",
        "varning",
        "Kommunkoden har bara tre siffror och har lästs med en nolla först.",
        "Kontrollera att det är rätt kommun, och ta ut kolumnen som text.",
    ),
    Code(
        "DRIFTSTOPP",
        "varning",
        "Meddelandet har en tidpunkt under ett driftstopp och behöver granskas.",
        "Kontrollera mot reservrutinen när meddelandet verkligen skickades och togs emot.",
    ),
    Code(
        "SAMMA_DYGN_FLERA_ARENDEN",
        "varning",
        "Samma vårdtillfälle har flera ärenden vars dygn överlappar varandra.",
        "Kontrollera om den första underrättelsen skulle ha återkallats.",
    ),
    Code(
        "PATIENT_PA_TVA_PLATSER",
        "varning",
        "Samma patient ligger enligt uppgifterna på två platser samtidigt, så dygn kan debiteras två gånger.",
        "Kontrollera vilket ärende som är rätt; förklaringen kan vara ett fel personnummer, en utskrivning som saknas "
        "eller samma underrättelse i två system.",
    ),
    Code(
        "KLOCKSLAG_SAKNAS",
        "varning",
        "Underrättelsen saknar klockslag (00:00) och läses som skickad före gränsen; var den skickad senare på dagen "
        "räknas ett dygn mindre.",
        "Ta ut tidpunkten med klockslag, eller kontrollera när underrättelsen skickades.",
        "5 kap. 4 § lag (2017:612)",
    ),
    Code(
        "PERSONNUMMER_SOM_ARENDE_ID",
        "varning",
        "Ärendets beteckning ser ut som ett personnummer och skulle röja patienten på faktura och i liggare.",
        "Ge ärendena beteckningar som inte säger vem patienten är.",
    ),
    Code(
        "PERSONNUMMER_I_TEXT",
        "varning",
        "Texten innehåller ett personnummer, som inte får stå i listor och sammanställningar; den har dolts.",
        "Skriv bara enhetens namn, eller hur vårdtillfället slutade, i kolumnen.",
    ),
    Code(
        "RUBRIK_UNDER_TITEL",
        "upplysning",
        "Rader ovanför rubrikraden har hoppats över.",
        "Ingen åtgärd krävs om det är rätt rad; kontrollera annars att inget ärende står ovanför.",
    ),
    Code(
        "KOLUMN_EJ_LAST",
        "varning",
        "Filen har kolumner som inte hör till formatet; de har inte lästs.",
        "Kontrollera att ingen av dem är en uppgift som ska räknas; byt i så fall rubrik, eller översätt den "
        "i en profil.",
    ),
    Code(
        "REGION_OKAND",
        "varning",
        "Regionen finns inte bland landets 21 regioner och läses som tom.",
        "Rätta till länskod (två siffror) eller regionens namn.",
    ),
    Code(
        "REGION_ANTAGEN",
        "varning",
        "Sjukhusets region är inte angiven; regionen där patienten är folkbokförd antas vårda, och dess regler räknas.",
        "Fyll i kolumnen region: länskod eller namn på den region som vårdade patienten.",
    ),
    Code(
        "AVTAL_DELVIS_KANT",
        "varning",
        "Regionens avtal är inte känt i sin helhet; de dygn som det saknar regler för räknas efter lagen.",
        "Lägg regionens avtal i en egen fil och räkna regionen för sig efter det.",
    ),
    Code(
        "FIL_EJ_LAST",
        "varning",
        "Filen ligger i mappen men har inte lästs.",
        "Spara den som .csv, .xlsx eller .parquet om den hör till underlaget, annars är allt i sin ordning.",
    ),
    Code(
        "BLAD_EJ_LAST",
        "varning",
        "Arbetsboken har fler blad, synliga eller dolda, som inte har lästs.",
        "Spara ett blad med ärenden som en egen fil, annars är allt i sin ordning.",
    ),
    Code(
        "RADER_DOLDA",
        "varning",
        "Bladet har rader som är dolda eller bortfiltrerade i Excel; de har lästs som de andra.",
        "Kontrollera att de ska räknas, och ta annars bort raderna ur bladet.",
    ),
    Code(
        "RADER_UTAN_ARENDE",
        "varning",
        "Rader i händelseloggen hör till vårdtillfällen utan underrättelse och blir inget ärende.",
        "Kontrollera att inga underrättelser saknas i uttaget.",
    ),
    Code(
        "HANDELSE_UPPREPAD",
        "varning",
        "Samma meddelande finns flera gånger och räknas en gång.",
        "Ingen åtgärd krävs.",
    ),
    Code(
        "UNDERRATTELSE_UPPREPAD",
        "varning",
        "En underrättelse kom medan en tidigare gällde; den första räknas.",
        "Kontrollera om den första skulle ha återkallats.",
    ),
    Code(
        "ATERKALLAD_UTAN_UNDERRATTELSE",
        "varning",
        "En återkallelse kom när ingen underrättelse gällde, och ändrar inget.",
        "Kontrollera om en underrättelse saknas i uttaget.",
    ),
    Code(
        "HANDELSE_EFTER_UTSKRIVNING",
        "varning",
        "Meddelandet skickades efter dagen då vårdtillfället avslutades.",
        "Kontrollera tidpunkterna i källsystemet.",
    ),
    Code(
        "HANDELSE_UTAN_VERKAN",
        "varning",
        "Meddelandet upprepar ett tidigare, eller hör inte till något ärende, och ändrar inget.",
        "Kontrollera om det är rätt tidpunkt som räknas.",
    ),
    Code(
        "KOMMUN_FRAN_ANNAN_RAD",
        "varning",
        "Underrättelsens rad saknar kommun; den som vårdtillfällets övriga rader är ense om gäller.",
        "Kontrollera kommunen, och låt uttaget bära den på varje rad.",
    ),
    Code(
        "VARDTILLFALLE_FLYTTAT",
        "varning",
        "Vårdtillfället har olika uppgifter på olika rader; de på underrättelsens rad gäller.",
        "Kontrollera vilken kommun och vårdform som gällde när underrättelsen skickades.",
    ),
    Code(
        "PERSONNUMMER_KONTROLLSIFFRA",
        "varning",
        "Personnumrets kontrollsiffra stämmer inte.",
        "Kontrollera numret i källsystemet; debiteringen påverkas inte.",
    ),
    # What the run assumed or passed over.
    Code(
        "KOLUMN_SAKNAS",
        "upplysning",
        "Kolumner som kan ändra beloppet finns inte i filen och läses som tomma.",
        "Kontrollera att uppgifterna verkligen saknas, och inte bara blev utelämnade ur uttaget.",
    ),
    Code(
        "KOLUMN_TOM",
        "upplysning",
        "Kolumner som kan ändra beloppet är tomma på varje rad i filen.",
        "Kontrollera att uppgifterna verkligen saknas, och inte bara blev utelämnade ur uttaget.",
    ),
    Code(
        "HANDELSE_SAKNAS",
        "upplysning",
        "Händelser som kan ändra beloppet finns inte i någon händelselogg.",
        "Kontrollera att de verkligen inte har hänt, och inte bara blev utelämnade ur uttaget.",
    ),
    Code(
        "TIDSZON_OMRAKNAD",
        "upplysning",
        "Tiderna i kolumnerna har en tidszon i filen och är omräknade till svensk tid.",
        "Kontrollera någon tid mot källsystemet; är den redan svensk har uttaget fått fel tidszon.",
    ),
    Code(
        "NYARE_UTTAG_GALLER",
        "upplysning",
        "Ärendet finns i ett äldre och ett nyare uttag; det nyare vet mer och gäller, och denna rad räknas inte.",
        "Ingen åtgärd krävs.",
    ),
    Code(
        "UTTAG_SLUTAR_I_MANADEN",
        "upplysning",
        "Den senaste tidpunkten i uppgifterna ligger före periodens slut; patienter utan utskrivning räknas som kvar "
        "perioden ut.",
        "Ange dagen då uppgifterna togs ut, eller ta ut dem på nytt efter periodens slut.",
    ),
    Code(
        "LAST_I_DELAR",
        "upplysning",
        "Uppgifterna lästes i delar: avvikelserna är räknade per fil, kronor på spel är inte räknade, och överlapp "
        "mellan ärenden, hinder efter inträdet, driftstopp och personnummer är inte prövade.",
        "Kontrollera de filer som har avvikelser för sig, eller läs en kortare tid i taget utan delar.",
    ),
]

CODES: dict[str, Code] = {c.code: c for c in _ALL}

WHOLE_ROW = ("RAD_TRASIG", "RAD_EJ_ARENDE")
"""The codes of rows of which no value is read."""
