"""What a kommun got, read back: our own e-invoice and workbook say what was issued; of anyone's, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.received.ubl import BuyerError
from betalningsansvar.operations.received import read_invoice
from tests.test_einvoice import built, credit_of, invoice, line

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

FOREIGN = f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
  <cbc:ID>F-77</cbc:ID><cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>
  <cac:InvoicePeriod><cbc:StartDate>2018-11-01</cbc:StartDate><cbc:EndDate>2018-11-30</cbc:EndDate></cac:InvoicePeriod>
  <cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>KOPARE</cbc:Name></cac:PartyName></cac:Party>
  </cac:AccountingCustomerParty>
  <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="SEK">TOTAL</cbc:PayableAmount></cac:LegalMonetaryTotal>
  LINES
</Invoice>"""
LINE = """<cac:InvoiceLine><cbc:ID>9</cbc:ID><cbc:InvoicedQuantity unitCode="{unit}">{quantity}</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="SEK">{amount}</cbc:LineExtensionAmount>{more}
  <cac:Item><cbc:Name>{text}</cbc:Name></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="SEK">7100</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"""
DAYS = """<cac:InvoicePeriod><cbc:StartDate>2018-11-06</cbc:StartDate><cbc:EndDate>2018-11-10</cbc:EndDate>
  </cac:InvoicePeriod>"""
OBJECT = """<cac:DocumentReference><cbc:ID>H-1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>
  </cac:DocumentReference>"""


def foreign(*lines: str, total: str = "35500.00", buyer: str = "Varbergs kommun") -> InputFile:
    text = FOREIGN.replace("LINES", "".join(lines)).replace("TOTAL", total).replace("KOPARE", buyer)
    return InputFile.from_bytes("faktura.xml", text.encode())


def one(text: str, more: str = "", unit: str = "DAY", quantity: str = "5", amount: str = "35500.00") -> str:
    return LINE.format(text=text, more=more, unit=unit, quantity=quantity, amount=amount)


@pytest.mark.parametrize("credited", [False, True])
def test_our_e_invoice_says_what_was_issued(credited: bool) -> None:
    own = invoice(line("H-1"), line("H-2", 4, 7800, 9))
    own = credit_of(own, 18) if credited else own
    got = read_invoice(InputFile.from_bytes("f.xml", built(own)))
    assert got.number == own.printed_number and got.kommuner == (own.kommun,)
    assert got.amount_ore == own.amount_ore and got.shown.empty
    said = got.lines[["arende_id", "fran", "tom", "dygn_micro", "rate_ore", "amount_ore"]].to_numpy().tolist()
    assert said == [
        [each.arende_id, str(each.fran), str(each.tom), each.dygn_micro, each.rate_ore, each.amount_ore]
        for each in own.lines
    ]


@pytest.mark.parametrize(
    ("modell", "dygn_micro", "rate_ore", "amount_ore", "why"),
    [
        ("genomsnitt", 13_980_000, 1_050_000, 14_679_000, ""),
        ("schablon", 0, 0, 12_513_400, ""),
        ("avrakning", 0, 0, 4_400, "en slutavräkning hålls mot årets bokslut, inte mot en månad"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_charged_for_the_kommun_keeps_its_model(
    modell: str, dygn_micro: int, rate_ore: int, amount_ore: int, why: str, sign: int
) -> None:
    each = line("", modell=modell, dygn_micro=sign * dygn_micro, rate_ore=rate_ore, amount_ore=sign * amount_ore)
    got = read_invoice(InputFile.from_bytes("f.xml", built(invoice(each))))
    if why:
        assert got.lines.empty and got.shown["why"].tolist() == [why]
    else:
        said = got.lines[["modell", "arende_id", "dygn_micro", "rate_ore", "amount_ore"]].to_numpy().tolist()
        assert said == [[modell, "", sign * dygn_micro, rate_ore, sign * amount_ore]]
    assert got.amount_ore == sign * amount_ore


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (one("Utskrivningsklar patient, vårddygn", DAYS), "raden säger inte vilket ärende den gäller"),
        (one("x", OBJECT, unit="C62"), "raden säger inte hur många dygn den gäller"),
        (one("x", OBJECT + DAYS.replace("2018-11-06", "2018-10-30")), "raden går över flera månader"),
        (one("x", OBJECT + DAYS.replace("2018", "0018")), "radens dagar är orimliga"),
    ],
)
def test_a_line_that_does_not_tell_is_shown_and_not_guessed(text: str, why: str) -> None:
    got = read_invoice(foreign(text))
    assert got.lines.empty and got.shown["why"].tolist() == [why] and got.amount_ore == 3_550_000


@pytest.mark.parametrize("unit", ["DAY", "C62", "EA"])
def test_somebody_elses_line_is_known_by_its_case_and_days(unit: str) -> None:
    got = read_invoice(foreign(one("Dygn", OBJECT + DAYS, unit=unit)))
    said = got.lines[["kommun", "arende_id", "fran", "tom", "dygn_micro", "rate_ore", "amount_ore"]].to_numpy().tolist()
    assert said == [["1383", "H-1", "2018-11-06", "2018-11-10", 5_000_000, 710_000, 3_550_000]]


def test_what_is_asked_for_beyond_the_lines_is_a_line() -> None:
    got = read_invoice(foreign(one("Dygn", OBJECT + DAYS), total="44375.00"))
    assert got.shown["amount_ore"].tolist() == [887_500] and "moms" in got.shown["text"][0]


@pytest.mark.parametrize("row", ["F1,1380,nationell,individuell,2018-11-08,2018-11-14,7,7100,00,49700,00", "F1,1380"])
def test_a_row_with_other_fields_than_the_header_is_told_and_not_guessed(row: str) -> None:
    """A decimal comma in a file with commas moves every value after it."""
    header = "arende_id,kommun,regelverk,modell,fran,tom,dygn,dygnsbelopp_ore,belopp_ore"
    with pytest.raises(InputError, match=r"rad 2: har \d+ fält i stället för 9"):
        read_invoice(InputFile.from_bytes("fakturarader.csv", f"{header}\n{row}\n".encode()))


def test_a_buyer_that_is_no_kommun_has_to_be_told() -> None:
    with pytest.raises(BuyerError, match="Företaget AB"):
        read_invoice(foreign(one("Dygn", OBJECT + DAYS), buyer="Företaget AB"))
    assert read_invoice(foreign(one("Dygn", OBJECT + DAYS), buyer="Företaget AB"), "1383").kommuner == ("1383",)


def test_a_patient_in_somebody_elses_text_is_not_shown() -> None:
    got = read_invoice(foreign(one("Vård av 19320706-9889", DAYS)))
    assert "9889" not in got.shown["text"][0]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("<Invoice", f"{BOMB}<Invoice").replace("F-77", "&b;"), "DOCTYPE"),
        (lambda text: text.replace("<Invoice", f"{OUTSIDE}<Invoice").replace("F-77", "&a;"), "DOCTYPE"),
        (lambda text: text.replace("<Invoice", '<!DOCTYPE x SYSTEM "http://x.example/x.dtd"><Invoice'), "DOCTYPE"),
        (lambda text: text.replace("LINES", "<a>" * 5_000 + "</a>" * 5_000), "djupare element"),
        (lambda text: text[:-3], "ingen hel XML-fil"),
        (lambda text: text.replace("UTF-8", "EBCDIC-HEMLIG"), "ingen hel XML-fil"),
        (lambda text: text.replace("F-77", "&odefinierad;"), "ingen hel XML-fil"),
        (lambda text: text.replace("Invoice-2", "Order-2"), "ingen e-faktura"),
        (lambda text: text.replace(">SEK<", ">EUR<"), "EUR"),
        (lambda text: text.replace("TOTAL", "1e999999999"), "PayableAmount"),
        (lambda text: text.replace("TOTAL", "NaN"), "PayableAmount"),
        (lambda text: text.replace("2018-11-30", "2018-11-31"), "perioden"),
        (lambda text: text.replace("LINES", one("x", OBJECT + DAYS, quantity="1" * 5_000)), "Quantity"),
        (lambda text: text.replace("LINES", "<cac:InvoiceLine/>"), "LineExtensionAmount saknas"),
    ],
)
def test_hostile_xml_is_refused_in_a_sentence(change: Callable[[str], str], told: str) -> None:
    text = change(FOREIGN.replace("KOPARE", "Varberg")).replace("TOTAL", "0.00").replace("LINES", "")
    with pytest.raises(InputError, match=told) as refused:
        read_invoice(InputFile.from_bytes("f.xml", text.encode()))
    assert len(str(refused.value)) < 400


def test_a_large_file_is_not_read() -> None:
    with pytest.raises(InputError, match="större än 20 MB"):
        read_invoice(InputFile.from_bytes("f.xml", b"<" + b"a" * (20 << 20)))


def test_of_several_faults_the_first_ten_are_told() -> None:
    header = "arende_id,kommun,regelverk,modell,fran,tom,dygn,dygnsbelopp_ore,belopp_ore\n"
    rows = "H,1383,r,individuell,2018-11-01,2018-11-31,1,1,1e999999999\n" * 500
    with pytest.raises(InputError, match="och 990 till") as refused:
        read_invoice(InputFile.from_bytes("f.csv", (header + rows).encode()))
    assert len(str(refused.value)) < 2_000
