"""Whether sender and recipients have what an e-invoice must carry (Peppol BIS Billing 3), and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.data.settings.party import Party
from betalningsansvar.data.toml_file import SettingsError

SENDER_NEEDS = (
    "namn",
    "organisationsnummer",
    "momsregistreringsnummer",
    "adress",
    "postnummer",
    "postort",
    "betalningsvillkor_dagar",
)
CUSTOMER_NEEDS = ("namn", "organisationsnummer", "adress", "postnummer", "postort", "referens")


class EInvoicePartyError(SettingsError):
    """The sender or a recipient lacks something that an e-invoice needs."""


def peppol_endpoint(party: Party) -> tuple[str, str]:
    """Scheme and identifier of the party's Peppol-id: its own, else 0007 and the organisationsnummer."""
    scheme, _, identifier = party.peppol_id.partition(":")
    return (scheme, identifier) if identifier else ("0007", party.organisationsnummer.replace("-", ""))


def require_einvoice_parties(sender: Avsandare, customers: Mapping[str, Kund], payers: Iterable[str]) -> None:
    """Stop before anything is issued when sender or recipients lack something an e-invoice needs.

    `payers` are the kommunkoder to be invoiced, `customers` the register by kommunkod. Raises EInvoicePartyError: one
    sentence per party that names every key it lacks.
    """
    problems = []
    # What is outside the scope of VAT names no VAT number.
    needs = [key for key in SENDER_NEEDS if sender.momskategori == "E" or key != "momsregistreringsnummer"]
    lacking = _lacking(sender, needs) + ([] if sender.bankgiro or sender.plusgiro else ["bankgiro eller plusgiro"])
    if lacking:
        problems.append(f"E-faktura: avsändaren saknar {', '.join(lacking)}. Fyll i avsändarfilen.")
    for code in sorted(set(payers)):
        name = kommuner()[code].name
        if code not in customers:
            problems.append(f"E-faktura: {name} ({code}) finns inte i kundfilen. Skriv ett [[kund]]-block.")
        elif lacking := _lacking(customers[code], CUSTOMER_NEEDS):
            problems.append(f"E-faktura: {name} ({code}) saknar {', '.join(lacking)}. Fyll i kundfilen.")
    if problems:
        raise EInvoicePartyError(problems)


def _lacking(party: Party, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if _is_blank(getattr(party, key))]


def _is_blank(value: object) -> bool:
    if isinstance(value, tuple):
        return not any(str(line).strip() for line in value)
    return value is None or not str(value).strip()
