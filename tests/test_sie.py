"""The bookkeeping file, read back by a reader of its own: balanced to the öre, in code page 437, kommun as object."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.bokforing import load_bookkeeping
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.issued.export import write_bookkeeping
from betalningsansvar.reports.issued.sie import SieError, earlier_vouchers, sie_vouchers
from tests.sie_reader import SieFile, read
from tests.test_einvoice import EXAMPLES, SENDER, credit_of, invoice, line

CONFIG = load_bookkeeping(EXAMPLES / "bokforing.toml")
GENERATED = date(2018, 12, 10)


def written(*invoices: IssuedInvoice, sender: Avsandare = SENDER) -> SieFile:
    return read(sie_vouchers(invoices, sender, CONFIG, generated=GENERATED, program_version="1.0"))


def test_a_voucher_books_the_invoice_with_the_kommun_as_object() -> None:
    sie = written(invoice(line(), line("H18-0011", days=5, first=23)))
    assert sie.labels["#SIETYP"] == ["4"]
    assert sie.labels["#FORMAT"] == ["PC8"]
    assert sie.labels["#GEN"] == ["20181210"]
    assert sie.labels["#ORGNR"] == ["000013-0005"]
    assert sie.labels["#FNAMN"] == ["EXEMPEL Region Halland"]
    (voucher,) = sie.vouchers
    assert (voucher.series, voucher.number, voucher.day) == ("BA", "", date(2018, 12, 10))
    assert voucher.text == "Faktura 17, betalningsansvar 2018-11"
    fordran, intakt = voucher.rows
    assert (fordran.account, fordran.objects, fordran.amount) == ("1511", {20: "1384"}, Decimal("56800.00"))
    assert (intakt.account, intakt.amount) == ("3411", Decimal("-56800.00"))
    assert intakt.objects == {20: "1384", 1: "4711"}
    assert sie.objects == {(20, "1384"): "Kungsbacka", (1, "4711"): "EXEMPEL Ekonomiavdelningen"}
    assert sie.dimensions == {20: "Motpart", 1: "Kostnadsställe"}
    assert set(sie.accounts) == {"1511", "3411"}


def test_a_credit_reverses_the_invoice_it_names() -> None:
    issued = invoice(line())
    sie = written(issued, credit_of(issued, 18))
    first, second = sie.vouchers
    assert second.text == "Kreditfaktura 18 av 17, betalningsansvar 2018-11"
    assert [row.amount for row in second.rows] == [-row.amount for row in first.rows]


@given(st.lists(st.integers(-(10**12), 10**12), max_size=6))
def test_every_voucher_balances_to_the_ore_and_the_file_adds_up(amounts: list[int]) -> None:
    issued = [invoice(line(amount_ore=amount), number=n) for n, amount in enumerate(amounts)]
    sie = written(*issued)
    assert len(sie.vouchers) == sum(amount != 0 for amount in amounts)
    assert all(sum(row.amount for row in voucher.rows) == 0 for voucher in sie.vouchers)
    booked = sum(row.amount for voucher in sie.vouchers for row in voucher.rows if row.account == "1511")
    assert booked == Decimal(sum(amounts)).scaleb(-2)


def test_swedish_letters_stand_in_code_page_437() -> None:
    issued = invoice(line(), kommun="1292")
    content = sie_vouchers([issued], SENDER, CONFIG, generated=GENERATED, program_version="1.0")
    assert "Ängelholm".encode("cp437") in content
    assert b"Kostnadsst\x84lle" in content
    assert content.endswith(b"\r\n")


def test_a_voucher_can_have_the_number_of_its_invoice_and_the_plan_its_type() -> None:
    config = replace(CONFIG, verifikationsserie="F", verifikationsnummer="fakturanummer", kontoplan="BAS95")
    sie = read(sie_vouchers([invoice(line())], SENDER, config, generated=GENERATED, program_version="1.0"))
    (voucher,) = sie.vouchers
    assert (voucher.series, voucher.number, sie.labels["#KPTYP"]) == ("F", "17", ["BAS95"])


def test_a_corrected_month_says_what_an_earlier_file_held() -> None:
    assert earlier_vouchers([(date(2018, 12, 5), (1, 2, 3))]) == ""
    told = earlier_vouchers([(date(2018, 12, 5), (1, 2, 3)), (date(2018, 12, 9), (4,))])
    assert "fakturorna 1–3" in told and "rättelsen 2018-12-09" in told


def test_quotes_within_a_name_are_kept() -> None:
    sie = written(invoice(line()), sender=replace(SENDER, namn='Region "Väst" {1}'))
    assert sie.labels["#FNAMN"] == ['Region "Väst" {1}']


def test_what_cannot_be_written_stops_it() -> None:
    with pytest.raises(SieError, match="'–' finns inte i teckentabell 437"):
        written(invoice(line()), sender=replace(SENDER, namn="Region – Nord"))
    with pytest.raises(SieError, match="styrtecken"):
        written(invoice(line()), sender=replace(SENDER, namn="Region\nNord"))
    with pytest.raises(SieError, match="bakstreck"):
        written(invoice(line()), sender=replace(SENDER, namn="Region\\"))
    with pytest.raises(SieError, match="saknar organisationsnummer"):
        written(invoice(line()), sender=replace(SENDER, organisationsnummer=""))
    with pytest.raises(ReadBackError, match="raderna är 2130000 öre, fakturan 1 öre"):
        written(invoice(line(), amount_ore=1))


def test_faults_of_the_configuration_are_named_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bokforing.toml"
    file.write_text(
        'serie = "A"\n[kundfordran]\nkonto = 1511\nnamn = "x"\n[kommun]\ndimension = 20\nnamn = "Motpart"\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as stopped:
        load_bookkeeping(file)
    text = str(stopped.value)
    assert 'bokforing.toml rad 1: okänd nyckel "serie"' in text
    assert "bokforing.toml: verifikationsserie saknas" in text
    assert "bokforing.toml rad 3 (kundfordran): konto = 1511 är av fel slag. Skriv text inom citattecken." in text
    assert "bokforing.toml: intakt saknas. Skriv ett [intakt]-block med konto, namn." in text


def test_impossible_accounts_and_dimensions_are_refused(tmp_path: Path) -> None:
    good = (EXAMPLES / "bokforing.toml").read_text(encoding="utf-8")
    file = tmp_path / "bokforing.toml"
    file.write_text(good.replace('"3411"', '"34-11"').replace("dimension = 20", "dimension = 1"), encoding="utf-8")
    with pytest.raises(SettingsError) as stopped:
        load_bookkeeping(file)
    assert '(intakt): konto = "34-11" ska vara siffror' in str(stopped.value)
    assert "dimension 1 används två gånger" in str(stopped.value)


def test_the_export_writes_one_file_for_the_run(tmp_path: Path) -> None:
    issued = [invoice(line()), invoice(number=19, kommun="1315")]
    out = tmp_path / "ut"
    assert write_bookkeeping(issued, out, sender=SENDER, config=CONFIG, generated=GENERATED) == 1
    assert sorted(path.name for path in out.iterdir()) == ["bokforing.si", "manifest.json"]
    assert len(read((out / "bokforing.si").read_bytes()).vouchers) == 1
