"""E-invoices pass the official judges, say what was issued to the öre, and tell nobody's name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from betalningsansvar.billing.ledger.invoices import IssuedInvoice, IssuedLine
from betalningsansvar.data.settings.avsandare import Avsandare, load_sender
from betalningsansvar.data.settings.einvoice_parties import require_einvoice_parties
from betalningsansvar.data.settings.kunder import load_customers
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.issued.einvoice import is_sent, ubl
from betalningsansvar.reports.issued.einvoice_texts import EInvoiceError, require_einvoice
from betalningsansvar.reports.issued.export import write_einvoices
from tests.einvoice_rules import NS, complaints

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
SENDER = load_sender(EXAMPLES / "avsandare.toml")
CUSTOMERS = load_customers(EXAMPLES / "kunder.toml")


def line(
    arende_id: str = "H18-0002", days: int = 3, rate_kr: int = 7100, first: int = 4, **other: object
) -> IssuedLine:
    """Days of November 2018 under the statute."""
    return replace(
        IssuedLine(
            arende_id=arende_id,
            regelverk="nationell",
            modell="individuell",
            fran=date(2018, 11, first),
            tom=date(2018, 11, first + days - 1),
            dygn_micro=days * 1_000_000,
            rate_ore=rate_kr * 100,
            amount_ore=days * rate_kr * 100,
            reason="",
        ),
        **other,
    )


MEAN = line("", modell="genomsnitt", dygn_micro=13_980_000, rate_ore=1_050_000, amount_ore=14_679_000)
SETTLEMENT = line(
    "",
    modell="avrakning",
    fran=date(2018, 1, 1),
    tom=date(2018, 12, 31),
    dygn_micro=0,
    rate_ore=0,
    amount_ore=4_212_301,
)
SCHABLON = line("", modell="schablon", dygn_micro=0, rate_ore=0, amount_ore=12_513_400)


def invoice(*lines: IssuedLine, **other: object) -> IssuedInvoice:
    return replace(
        IssuedInvoice(
            number=17,
            kommun="1384",
            period="2018-11",
            kind="invoice",
            credits=None,
            invoice_date=date(2018, 12, 10),
            amount_ore=sum(x.amount_ore for x in lines),
            lines=lines,
        ),
        **other,
    )


def credit_of(issued: IssuedInvoice, number: int) -> IssuedInvoice:
    lines = (replace(x, dygn_micro=-x.dygn_micro, amount_ore=-x.amount_ore, reason="BORTFALLEN") for x in issued.lines)
    return invoice(*lines, number=number, kind="credit", credits=issued.number)


def built(issued: IssuedInvoice) -> bytes:
    return ubl(issued, SENDER, CUSTOMERS[issued.kommun])


def texts(xml: bytes, path: str) -> list[str]:
    return [str(node.text) for node in etree.fromstring(xml).xpath(path, namespaces=NS)]


INVOICES = {
    "cases": invoice(line(), line("H18-0011", days=5, first=23)),
    "mean": invoice(MEAN),
    "schablon": invoice(SCHABLON),
    "corrected in one": invoice(line(), line("H18-0049", dygn_micro=-1_000_000, amount_ore=-710_000)),
    "credit": credit_of(invoice(line(), line("H18-0011", days=5, first=23)), 18),
    "credit of a mean": credit_of(invoice(MEAN), 18),
    "credit of a schablon": credit_of(invoice(SCHABLON), 18),
    "settlement to pay": invoice(SETTLEMENT, kind="settlement", period="2018"),
    "settlement in favour": invoice(replace(SETTLEMENT, amount_ore=-4_212_301), kind="settlement", period="2018"),
    "characters": invoice(line('A&B <å> "1"/2')),
}


@pytest.mark.parametrize("issued", INVOICES.values(), ids=INVOICES)
def test_every_kind_passes_schema_en16931_and_peppol(issued: IssuedInvoice) -> None:
    assert complaints(built(issued)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('<cbc:PayableAmount currencyID="SEK">56800.00', '<cbc:PayableAmount currencyID="SEK">1.00'),
        ("<cbc:ID>E</cbc:ID>", "<cbc:ID>S</cbc:ID>"),
        ('schemeID="0007">0000130005', 'schemeID="0007">0000130006'),
        ("<cbc:BuyerReference>EXEMPEL-1384</cbc:BuyerReference>", ""),
        ('unitCode="DAY"', 'unitCode="dygn"'),
        ("<cbc:StartDate>2018-11-04", "<cbc:StartDate>2018-11-32"),
    ],
)
def test_the_judges_do_judge(right: str, wrong: str) -> None:
    text = built(INVOICES["cases"]).decode()
    assert right in text
    assert complaints(text.replace(right, wrong).encode())


def test_a_mean_keeps_its_fraction_of_a_dygn() -> None:
    xml = built(INVOICES["mean"])
    assert texts(xml, "//cbc:InvoicedQuantity") == ["13.98"]
    assert texts(xml, "//cbc:PriceAmount") == ["10500.00"]
    assert texts(xml, "//cbc:LineExtensionAmount") == ["146790.00", "146790.00"]


def test_a_schablon_is_one_unit_at_its_amount() -> None:
    xml = built(INVOICES["schablon"])
    assert texts(xml, "//cbc:InvoicedQuantity") == ["1"]
    assert texts(xml, "//cbc:PriceAmount") == ["125134.00"]


def test_a_credit_note_names_the_invoice_it_credits_and_the_reason() -> None:
    xml = built(INVOICES["credit"])
    assert etree.QName(etree.fromstring(xml)).localname == "CreditNote"
    assert texts(xml, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == ["17"]
    assert texts(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["56800.00"]
    assert texts(xml, "cac:CreditNoteLine/cbc:Note") == ["Dygnen ska inte längre debiteras."] * 2


def test_it_goes_to_the_kommun_with_its_reference_terms_and_bankgiro() -> None:
    xml = built(INVOICES["cases"])
    endpoint = "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID[@schemeID = '0007']"
    assert texts(xml, endpoint) == [CUSTOMERS["1384"].organisationsnummer.replace("-", "")]
    assert texts(xml, "cbc:BuyerReference") == ["EXEMPEL-1384"]
    assert texts(xml, "cbc:DueDate") == ["2019-01-09"]
    assert texts(xml, "//cac:PayeeFinancialAccount/cbc:ID") == ["0000000"]


def test_a_peppol_id_of_its_own_is_where_it_goes() -> None:
    xml = ubl(INVOICES["cases"], SENDER, replace(CUSTOMERS["1384"], peppol_id="0088:7300000000004"))
    endpoint = "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID[@schemeID = '0088']"
    assert texts(xml, endpoint) == ["7300000000004"]


def test_a_line_refers_to_its_case() -> None:
    xml = built(INVOICES["cases"])
    assert texts(xml, "cac:InvoiceLine/cac:DocumentReference/cbc:ID") == ["H18-0002", "H18-0011"]


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert built(INVOICES["cases"]) == built(INVOICES["cases"])


@given(
    st.lists(
        st.tuples(st.integers(1, 5_000_000_000), st.integers(1, 2_000_000), st.sampled_from(["", "H-1", "ä/2"])),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
@settings(max_examples=15)
def test_any_dygn_and_rate_pass_and_add_up(rows: list[tuple[int, int, str]], credited: bool) -> None:
    lines = []
    for dygn_micro, rate_ore, arende_id in rows:
        # Half up to whole öre, as a mean is charged.
        amount_ore = (2 * dygn_micro * rate_ore + 1_000_000) // 2_000_000
        lines.append(line(arende_id, dygn_micro=dygn_micro, rate_ore=rate_ore, amount_ore=amount_ore))
    issued = invoice(*lines)
    if not is_sent(issued):
        return
    xml = built(credit_of(issued, 18) if credited else issued)
    assert complaints(xml) == []
    shown = [Decimal(text) for text in texts(xml, "cac:*/cbc:LineExtensionAmount")]
    assert sum(shown[1:]) == shown[0] == Decimal(issued.amount_ore).scaleb(-2)


OTHER_SENDERS = {
    "contact of blanks": replace(SENDER, kontakt=" ", telefon="\u00a0", epost="\t"),
    "plusgiro": replace(SENDER, bankgiro="", plusgiro="12 34 56-6"),
    "both accounts": replace(SENDER, plusgiro="1-8"),
    "outside the scope of VAT": replace(SENDER, momskategori="O", momsregistreringsnummer=""),
    "F-skatt": replace(SENDER, f_skatt="Godkänd för F-skatt"),
    "OCR": replace(SENDER, betalningsreferens="ocr-langd"),
}


@pytest.mark.parametrize("sender", OTHER_SENDERS.values(), ids=OTHER_SENDERS)
@pytest.mark.parametrize("name", ["cases", "credit", "settlement in favour"])
def test_every_sender_passes(sender: Avsandare, name: str) -> None:
    issued = INVOICES[name]
    assert complaints(ubl(issued, sender, CUSTOMERS[issued.kommun], (3, 9))) == []


def test_a_customer_of_blanks_gives_no_contact() -> None:
    customer = replace(CUSTOMERS["1384"], kontakt="  ")
    assert complaints(ubl(INVOICES["cases"], SENDER, customer)) == []


def test_the_exemption_has_its_code() -> None:
    assert texts(built(INVOICES["cases"]), "//cbc:TaxExemptionReasonCode") == ["VATEX-EU-132-1B"]
    outside = ubl(INVOICES["cases"], OTHER_SENDERS["outside the scope of VAT"], CUSTOMERS["1384"])
    assert texts(outside, "//cbc:TaxExemptionReasonCode") == ["VATEX-EU-O"]


def test_account_and_reference_are_those_of_the_sender() -> None:
    xml = ubl(INVOICES["cases"], OTHER_SENDERS["plusgiro"], CUSTOMERS["1384"])
    assert texts(xml, "//cac:PayeeFinancialAccount/cbc:ID") == ["1234566"]
    assert texts(xml, "//cac:FinancialInstitutionBranch/cbc:ID") == ["SE:PLUSGIRO"]
    ocr = ubl(INVOICES["cases"], OTHER_SENDERS["OCR"], CUSTOMERS["1384"])
    assert texts(ocr, "//cbc:PaymentID") == ["1743"]


def test_a_settlement_in_favour_names_the_invoices_of_the_year() -> None:
    issued = INVOICES["settlement in favour"]
    xml = ubl(issued, SENDER, CUSTOMERS[issued.kommun], (3, 9))
    assert texts(xml, "//cac:InvoiceDocumentReference/cbc:ID") == ["3", "9"]


def test_what_xml_cannot_hold_is_told_before_anything_is_numbered() -> None:
    with pytest.raises(EInvoiceError, match="1 ärende har ett styrtecken i arende_id"):
        require_einvoice(SENDER, CUSTOMERS, ["1384"], ["A-1", "A\x0b2"])
    with pytest.raises(EInvoiceError, match=r"Avsändaren har ett styrtecken i adress.*\n.*Kungsbacka \(1384\).*namn"):
        customer = replace(CUSTOMERS["1384"], namn="K\x00")
        require_einvoice(replace(SENDER, adress=("Box\x1f1",)), {"1384": customer}, ["1384"], ["A-1"])


def test_a_noll_faktura_is_not_sent() -> None:
    empty = invoice()
    assert not is_sent(empty)
    with pytest.raises(EInvoiceError, match=r"E-faktura 17: det finns inget att betala"):
        built(empty)


def test_lines_that_do_not_add_up_stop_it() -> None:
    with pytest.raises(ReadBackError, match="raderna summerar inte"):
        built(invoice(line(), amount_ore=1))
    with pytest.raises(ReadBackError, match="3 dygn × 710000 öre är inte 1 öre"):
        built(invoice(line(amount_ore=1)))


@pytest.mark.parametrize("number", ["19850101-9809", "198501019809", "850101-9809"])
def test_a_personnummer_as_case_reference_stops_it_without_being_shown(number: str) -> None:
    with pytest.raises(EInvoiceError, match="1 ärende har ett personnummer") as stopped:
        built(invoice(line(), line(number)))
    assert number not in str(stopped.value)


def test_everything_missing_is_named_at_once_by_kommun_and_key() -> None:
    customers = CUSTOMERS | {"1380": replace(CUSTOMERS["1380"], referens="", organisationsnummer=" ")}
    with pytest.raises(SettingsError) as stopped:
        require_einvoice_parties(Avsandare(namn="Regionen"), customers, ["1384", "1380", "0180"])
    sender, stockholm, halmstad = stopped.value.problems
    assert "avsändaren saknar organisationsnummer, momsregistreringsnummer, adress" in sender
    assert "Stockholm (0180) finns inte i kundfilen" in stockholm
    assert "Halmstad (1380) saknar organisationsnummer, referens." in halmstad


def test_ubl_itself_asks_for_what_it_needs() -> None:
    with pytest.raises(SettingsError, match=r"Kungsbacka \(1384\) saknar referens"):
        ubl(INVOICES["cases"], SENDER, replace(CUSTOMERS["1384"], referens=""))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("organisationsnummer", "000013-0006", "fel kontrollsiffra"),
        ("plusgiro", "12 34 56-7", "fel kontrollsiffra"),
        ("plusgiro", "123456", "12 34 56-7"),
        ("postnummer", "1234", "123 45"),
        ("epost", "region.se", "namn@"),
        ("peppol_id", "9999:1", "annat av Peppols scheman"),
        ("momskategori", "S", "Välj bland: E, O"),
        ("betalningsreferens", "OCR", "menade du|Välj bland: fakturanummer, ocr"),
        ("bankgiro", "000-0001", "fel kontrollsiffra"),
        ("momsregistreringsnummer", "SE0000130005", "ska vara SE"),
        ("peppol_id", "0088:7300000000005", "GLN"),
        ("peppol_id", "0007:000013-0005", "0007: och tio siffror"),
    ],
)
def test_a_mistyped_number_is_refused_when_the_sender_is_read(tmp_path: Path, key: str, value: str, said: str) -> None:
    file = tmp_path / "avsandare.toml"
    file.write_text(f'namn = "Regionen"\n{key} = "{value}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as stopped:
        load_sender(file)
    assert f'avsandare.toml rad 2: {key} = "{value}"' in str(stopped.value)


def test_the_export_writes_each_invoice_and_leaves_out_noll_fakturor(tmp_path: Path) -> None:
    issued = [INVOICES["cases"], INVOICES["credit"], invoice(number=19, kommun="1315")]
    assert write_einvoices(issued, tmp_path / "ut", sender=SENDER, customers=CUSTOMERS) == 2
    assert sorted(path.name for path in (tmp_path / "ut").iterdir()) == [
        "faktura_17_1384_2018-11.xml",
        "kreditfaktura_18_1384_2018-11.xml",
        "manifest.json",
    ]
    assert (tmp_path / "ut" / "faktura_17_1384_2018-11.xml").read_bytes() == built(INVOICES["cases"])


def test_the_export_writes_nothing_when_a_kommun_lacks_its_reference(tmp_path: Path) -> None:
    customers = {"1384": CUSTOMERS["1384"], "1380": replace(CUSTOMERS["1380"], referens="")}
    issued = [INVOICES["cases"], invoice(line(), number=18, kommun="1380")]
    with pytest.raises(SettingsError, match=r"Halmstad \(1380\) saknar referens"):
        write_einvoices(issued, tmp_path / "ut", sender=SENDER, customers=customers)
    assert list(tmp_path.iterdir()) == []
