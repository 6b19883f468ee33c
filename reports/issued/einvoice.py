"""One issued invoice as an e-invoice: Peppol BIS Billing 3 (UBL 2.1), invoice or credit note.

Health care carries no VAT: category E at 0 %, or O where the sender says so. A line names its case by reference;
nothing in the file tells who the patient is. What UBL calls for is written in the order its schema demands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from lxml import etree

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.ledger.credit_reasons import REASON_TEXTS
from betalningsansvar.billing.ledger.invoices import IssuedInvoice, IssuedLine
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.einvoice_parties import peppol_endpoint, require_einvoice_parties
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.data.settings.party import Party
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.issued.einvoice_texts import EInvoiceError, require_writable_cases
from betalningsansvar.reports.month.invoice_parties import payment_reference
from betalningsansvar.reports.words.numbers import counted

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
EXEMPTION = "Sjukvård, undantagen från skatteplikt för mervärdesskatt"
OUTSIDE = "Utanför mervärdesskattens tillämpningsområde"
_EXEMPTIONS = {"E": ("VATEX-EU-132-1B", EXEMPTION), "O": ("VATEX-EU-O", OUTSIDE)}
"""Code and reason by category. Article 132.1(b) of directive 2006/112 exempts hospital and medical care."""
_INVOICE, _CREDIT_NOTE = "380", "381"
_CREDIT_TRANSFER, _BANKGIRO, _PLUSGIRO = "30", "SE:BANKGIRO", "SE:PLUSGIRO"
_F_SKATT = "Godkänd för F-skatt"
_OBJECT_OF_LINE = "130"
_DAY, _ONE = "DAY", "C62"
KOMMUN_LINES = {
    "genomsnitt": "Vårddygn enligt genomsnitt",
    "schablon": "Månadsbelopp enligt schablon",
    "avrakning": "Slutavräkning av betalningsansvar",
}

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
_CBC = f"{{{_UBL}CommonBasicComponents-2}}"


def is_sent(invoice: IssuedInvoice) -> bool:
    """Whether the invoice goes out as an e-invoice: a nollfaktura asks for nothing and is not sent."""
    return invoice.amount_ore != 0


def ubl(invoice: IssuedInvoice, sender: Avsandare, customer: Kund, settles: Sequence[int] = ()) -> bytes:
    """The e-invoice as UTF-8 XML; the same invoice and parties give the same bytes.

    A negative invoice becomes a credit note with positive amounts, which names the invoice it credits, or, when it is a
    settlement, the year's invoices (`settles`). A line is
    dygn × dygnsbelopp; a schablon or settlement line, which has no rate, is one unit at its amount.

    Raises SettingsError (sender or customer lacks something), EInvoiceError (nothing to pay, or a case reference that
    is a personnummer) and ReadBackError (the lines do not add up).
    """
    require_einvoice_parties(sender, {customer.kommunkod: customer}, [invoice.kommun])
    _refuse_unfit(invoice)
    credit = invoice.is_credit_note
    document = "CreditNote" if credit else "Invoice"
    names = {None: f"{_UBL}{document}-2", "cac": _CAC[1:-1], "cbc": _CBC[1:-1]}
    root = etree.Element(f"{{{_UBL}{document}-2}}{document}", nsmap=names)
    _header(root, invoice, sender, customer, credit=credit)
    for number in settles if invoice.credits is None and credit else (invoice.credits,):
        if number is not None:
            _text(_group(root, "BillingReference", "InvoiceDocumentReference"), "ID", f"{invoice.prefix}{number}")
    category = sender.momskategori
    _party(_group(root, "AccountingSupplierParty", "Party"), sender)
    _party(_group(root, "AccountingCustomerParty", "Party"), customer)
    if not credit:
        _payment(root, invoice, sender)
    _text(_group(root, "PaymentTerms"), "Note", _terms(invoice, sender, credit=credit))
    _totals(root, abs(invoice.amount_ore), category)
    for number, line in enumerate(invoice.lines, start=1):
        _line(root, number, line, category, credit=credit)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _refuse_unfit(invoice: IssuedInvoice) -> None:
    name = f"E-faktura {invoice.printed_number}"
    if not is_sent(invoice):
        raise EInvoiceError(f"{name}: det finns inget att betala, så ingen e-faktura skickas.")
    if sum(line.amount_ore for line in invoice.lines) != invoice.amount_ore:
        raise ReadBackError(f"{name}: raderna summerar inte till {invoice.amount_ore} öre.")
    require_writable_cases(line.arende_id for line in invoice.lines)


def _header(root: etree._Element, invoice: IssuedInvoice, sender: Avsandare, customer: Kund, *, credit: bool) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", invoice.printed_number)
    _text(root, "IssueDate", invoice.invoice_date.isoformat())
    if not credit:
        _text(root, "DueDate", _due_date(invoice, sender).isoformat())
    _text(root, "CreditNoteTypeCode" if credit else "InvoiceTypeCode", _CREDIT_NOTE if credit else _INVOICE)
    _text(root, "Note", _note(invoice))
    _text(root, "DocumentCurrencyCode", "SEK")
    _text(root, "BuyerReference", customer.referens)
    _period(root, min(line.fran for line in invoice.lines), max(line.tom for line in invoice.lines))


def _note(invoice: IssuedInvoice) -> str:
    what = "Slutavräkning av betalningsansvar" if invoice.kind == "settlement" else "Betalningsansvar"
    text = f"{what} för utskrivningsklara patienter, {invoice.period}."
    credited = "" if invoice.credits is None else f"Kreditering av faktura {invoice.prefix}{invoice.credits}."
    receipt = f"{invoice.receipt}." if invoice.receipt else ""
    return " ".join(filter(None, (text, credited, receipt)))


def _due_date(invoice: IssuedInvoice, sender: Avsandare) -> date:
    return invoice.due_date or invoice.invoice_date + timedelta(days=sender.betalningsvillkor_dagar or 0)


def _terms(invoice: IssuedInvoice, sender: Avsandare, *, credit: bool) -> str:
    if credit:
        return "Krediteras"
    return f"{counted((_due_date(invoice, sender) - invoice.invoice_date).days, 'dag', 'dagar')} netto"


def _party(party: etree._Element, who: Party) -> None:
    scheme, identifier = peppol_endpoint(who)
    organisation = who.organisationsnummer.replace("-", "")
    _text(party, "EndpointID", identifier, schemeID=scheme)
    _text(_group(party, "PartyName"), "Name", who.namn)
    _address(_group(party, "PostalAddress"), who)
    if isinstance(who, Avsandare):
        # What is outside the scope of VAT names no VAT number (EN 16931, BR-O-02).
        if who.momskategori != "O":
            _tax_scheme(party, who.momsregistreringsnummer, "VAT")
        if who.f_skatt.strip():
            _tax_scheme(party, _F_SKATT, "TAX")
    legal = _group(party, "PartyLegalEntity")
    _text(legal, "RegistrationName", who.namn)
    _text(legal, "CompanyID", organisation, schemeID="0007")
    ways = {"Name": who.kontakt, "Telephone": who.telefon, "ElectronicMail": who.epost}
    # An element without text breaks PEPPOL-EN16931-R008, and so does one of blanks.
    told = {name: value for name, value in ways.items() if value.strip()}
    if told:
        contact = _group(party, "Contact")
        for name, value in told.items():
            _text(contact, name, value)


def _tax_scheme(party: etree._Element, number: str, scheme: str) -> None:
    tax = _group(party, "PartyTaxScheme")
    _text(tax, "CompanyID", number)
    _text(_group(tax, "TaxScheme"), "ID", scheme)


def _address(address: etree._Element, who: Party) -> None:
    street, *more = [line for line in who.adress if line.strip()]
    _text(address, "StreetName", street)
    if more:
        _text(address, "AdditionalStreetName", more[0])
    _text(address, "CityName", who.postort)
    _text(address, "PostalZone", who.postnummer)
    if more[1:]:
        _text(_group(address, "AddressLine"), "Line", ", ".join(more[1:]))
    _text(_group(address, "Country"), "IdentificationCode", "SE")


def _payment(root: etree._Element, invoice: IssuedInvoice, sender: Avsandare) -> None:
    for number, scheme in ((sender.bankgiro, _BANKGIRO), (sender.plusgiro, _PLUSGIRO)):
        digits = re.sub(r"\D", "", number)
        if digits:
            means = _group(root, "PaymentMeans")
            _text(means, "PaymentMeansCode", _CREDIT_TRANSFER)
            _text(means, "PaymentID", payment_reference(sender, invoice.printed_number))
            account = _group(means, "PayeeFinancialAccount")
            _text(account, "ID", digits)
            _text(_group(account, "FinancialInstitutionBranch"), "ID", scheme)


def _totals(root: etree._Element, amount_ore: int, category: str) -> None:
    tax = _group(root, "TaxTotal")
    _money(tax, "TaxAmount", 0)
    subtotal = _group(tax, "TaxSubtotal")
    _money(subtotal, "TaxableAmount", amount_ore)
    _money(subtotal, "TaxAmount", 0)
    _tax_category(_group(subtotal, "TaxCategory"), category, *_EXEMPTIONS[category])
    total = _group(root, "LegalMonetaryTotal")
    for name in ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount"):
        _money(total, name, amount_ore)


def _tax_category(element: etree._Element, category: str, code: str = "", reason: str = "") -> None:
    _text(element, "ID", category)
    if category != "O":
        _text(element, "Percent", "0")
    if code:
        _text(element, "TaxExemptionReasonCode", code)
        _text(element, "TaxExemptionReason", reason)
    _text(_group(element, "TaxScheme"), "ID", "VAT")


def _line(root: etree._Element, number: int, line: IssuedLine, category: str, *, credit: bool) -> None:
    sign = -1 if credit else 1
    amount_ore, dygn_micro = sign * line.amount_ore, sign * line.dygn_micro
    by_day = line.rate_ore > 0
    if by_day and abs(dygn_micro * line.rate_ore - amount_ore * MICRO_PER_DYGN) * 2 > MICRO_PER_DYGN:
        raise ReadBackError(
            f"E-faktura, rad {number}: {dygn_text(dygn_micro)} dygn × {line.rate_ore} öre är inte {amount_ore} öre."
        )
    # A price may not be negative (EN 16931), so the sign of a line stands on its quantity.
    price_ore = line.rate_ore if by_day else abs(amount_ore)
    quantity = _signed_dygn(dygn_micro) if by_day else ("1" if amount_ore >= 0 else "-1")

    element = _group(root, "CreditNoteLine" if credit else "InvoiceLine")
    _text(element, "ID", str(number))
    if line.reason:
        _text(element, "Note", REASON_TEXTS.get(line.reason, line.reason))
    _text(element, "CreditedQuantity" if credit else "InvoicedQuantity", quantity, unitCode=_DAY if by_day else _ONE)
    _money(element, "LineExtensionAmount", amount_ore)
    _period(element, line.fran, line.tom)
    if line.arende_id:
        reference = _group(element, "DocumentReference")
        _text(reference, "ID", line.arende_id)
        _text(reference, "DocumentTypeCode", _OBJECT_OF_LINE)
    item = _group(element, "Item")
    _text(item, "Name", _item_name(line))
    _tax_category(_group(item, "ClassifiedTaxCategory"), category)
    _money(_group(element, "Price"), "PriceAmount", price_ore)


def _item_name(line: IssuedLine) -> str:
    if line.arende_id:
        return f"Vårddygn, ärende {line.arende_id}"
    return KOMMUN_LINES.get(line.modell, "Betalningsansvar")


def _signed_dygn(micro: int) -> str:
    return dygn_text(micro) if micro >= 0 else f"-{dygn_text(-micro)}"


def _period(parent: etree._Element, fran: date, tom: date) -> None:
    period = _group(parent, "InvoicePeriod")
    _text(period, "StartDate", fran.isoformat())
    _text(period, "EndDate", tom.isoformat())


def _group(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, _CAC + name)
    return parent


def _text(parent: etree._Element, name: str, value: str, **attributes: str) -> None:
    etree.SubElement(parent, _CBC + name, attributes).text = value.strip()


def _money(parent: etree._Element, name: str, ore: int) -> None:
    sign, ore = ("-", -ore) if ore < 0 else ("", ore)
    _text(parent, name, f"{sign}{ore // 100}.{ore % 100:02d}", currencyID="SEK")
