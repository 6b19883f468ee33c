"""How a fault is mended on the command line: the option that belongs to each kind of error.

The errors themselves name no option, since the page shows them too. Only an option that the command has is named.
"""

from __future__ import annotations

from collections.abc import Container

OPTION_OF = {
    "MonthsNotIssuedError": ("--without-months", "Avräkna året ändå, utan dem, med --without-months."),
    "RuleGapError": ("--agreement", "Välj avtal med --agreement ID|FIL."),
    "MixedMeanError": ("--tariffs", "Rätta beloppen för --tariffs, eller välj ett rättat avtal med --agreement FIL."),
    "NothingKnownError": ("--as-of", "Dagen för uttaget anges med --as-of DATUM."),
    "DataEndsError": ("--as-of", "Dagen för uttaget anges med --as-of DATUM."),
    "ExtractError": ("--as-of", "Dagen för uttaget anges med --as-of DATUM."),
    "BuyerError": ("--kommun", "Kommunen anges med --kommun KOD."),
    "HeaderError": ("--profile", "Ett annat systems uttag läses med --profile ID|FIL."),
    "SecretFileError": ("--password-file", "Filen med lösenordet anges med --password-file FIL."),
    "WeakKeyError": ("--pseudonym-key", "Filen med nyckeln anges med --pseudonym-key FIL."),
    "UnknownCaseError": ("--case", "Ärendet anges med --case ARENDE_ID."),
    "ObjectionFileError": ("--from", "Filen anges med --from FIL.xlsx."),
    "LetterSenderError": ("--avsandare", "Avsändaren anges med --avsandare FIL."),
    "SieError": ("--avsandare", "Avsändaren anges med --avsandare FIL, och konton med --bokforing FIL."),
    "EInvoiceError": ("--kunder", "Uppgifterna anges med --avsandare FIL och --kunder FIL."),
    "EInvoicePartyError": ("--kunder", "Uppgifterna anges med --avsandare FIL och --kunder FIL."),
    "NumberSeriesError": ("--avsandare", "Serien står under [fakturanummer] i filen för --avsandare."),
    "MissingCasesError": ("--allow-missing", "Kreditera dem ändå med --allow-missing."),
    "PlanCodeError": ("--confirm", "Kör utan --confirm för att se planen och dess kod."),
    "PlanChangedError": ("--plan", "Kör utan --confirm för att se den nya planen."),
    "UnwrittenError": (
        "--out",
        "Fakturorna skrivs med ledger export --format xlsx --run N; underlagen räknas om med bill.",
    ),
    "NotApprovedError": ("--by", "Vem som utfärdar anges med --by NAMN; någon annan godkänner med ledger approve."),
    "LedgerAddressError": ("--ledger", "Adressen anges med --ledger URL."),
    "NoLedgerError": ("--ledger", "Kontrollera adressen i --ledger; issue --confirm skapar liggaren."),
    "ClusterError": ("--cluster", "Klustret anges med --cluster ADRESS."),
    "PartError": ("--processes", "Antalet processer anges med --processes N."),
    "NoReceiptError": ("--against", "Det som skickats anges med --against MAPP|FIL."),
    "TargetNotEmptyError": ("--to", "Den tomma databasen anges med --to URL."),
    "DatabaseError": ("--ledger", "Databasen är den i --ledger URL."),
    "BrokenLedgerError": (
        "--ledger",
        "Behåll liggaren som den är, och pröva den senaste säkerhetskopian med ledger verify --ledger URL.",
    ),
    "OldSchemaError": ("--ledger", "Kör först: betalningsansvar ledger upgrade --ledger URL"),
}
"""By the name of an error class: the option by which it is mended, and the sentence that says how."""

OPTION_OF_FACT = {
    "exists": ("--force", "Ersätt den med --force."),
    "missing": ("--tariffs", "En egen fil med belopp anges med --tariffs FIL."),
    "inferred": ("--allow-inferred", "Härledda belopp används med --allow-inferred."),
}
"""By what an error holds, where its class alone does not tell how it is mended."""


def mending(error: Exception, options: Container[str]) -> str:
    """What says by which options the error is mended, blank where none of the command's `options` does."""
    facts = [OPTION_OF_FACT[fact] for fact in OPTION_OF_FACT if getattr(error, fact, None)]
    if told := [sentence for option, sentence in facts if option in options]:
        return " ".join(told)
    for kind in type(error).__mro__:
        option, sentence = OPTION_OF.get(kind.__name__, ("", ""))
        if option in options:
            return sentence
    return ""
