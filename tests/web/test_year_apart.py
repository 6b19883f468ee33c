"""The year taken apart on the page: kommun, month, cause, case; the months that wait; and the auditor's totals."""

from __future__ import annotations

import re
import shutil
from html import unescape

import numpy as np
import pytest

from betalningsansvar.billing.year.waterfall import by_cause
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.year import YearRequest, YearWork, settle_year
from betalningsansvar.operations.year_parts import kommun_year, not_issued_months
from tests.web.stand import EXAMPLE, Browser, Stand
from tests.web.test_issuing import issued
from tests.web.test_month_told import words


def changed(lines: list[str]) -> bytes:
    """The example as a later extract has it: one case moved to another kommun, and one gone."""
    told = [line.replace(";1383;", ";1382;") if line.startswith("H18-0053;") else line for line in lines]
    return "\r\n".join(line for line in told if not line.startswith("H18-0116;")).encode()


@pytest.fixture
def later(stand: Stand, browser: Browser) -> str:
    """An upload of a later extract than the one that November was issued from."""
    stand.here.settings.mkdir(exist_ok=True)
    shutil.copy(EXAMPLE.parent / "belopp-exempel.toml", stand.here.settings / "belopp.toml")
    issued(browser, browser.upload())
    return browser.upload([("senare.csv", changed(EXAMPLE.read_text(encoding="utf-8-sig").splitlines()))])


def work_of(stand: Stand) -> YearWork:
    content = changed(EXAMPLE.read_text(encoding="utf-8-sig").splitlines())
    data = read(ReadRequest((InputFile.from_bytes("senare.csv", content),), stand.here.today))
    from betalningsansvar.operations.settings import load_settings

    law = find_law(LawRequest("halland", load_settings(stand.here.settings).amounts))
    return settle_year(YearRequest(data, law, 2018, stand.here.ledger))


@pytest.mark.usefixtures("later")
def test_the_parts_add_up_to_the_year(stand: Stand) -> None:
    own = work_of(stand).bokslut
    positions = [list(kommuner()).index(code) for code in own.settlement["kommun"]]
    assert np.array_equal(by_cause(own.explained, len(kommuner()))[positions], own.causes)
    seen = set()
    for row in own.settlement.itertuples():
        found = kommun_year(own, row.kommun)
        assert found is not None
        for part in found.months:
            told = sum(cause.amount_ore for cause in part.causes)
            assert part.outcome_ore is None or told == part.outcome_ore - part.invoiced_ore
            cases = [one for one in found.cases if one.month == part.month]
            assert sum(one.amount_ore for one in cases) == told
            assert [cause.cases for cause in part.causes] == [
                sum(one.cause == cause for one in cases) for cause in part.causes
            ]
        seen |= {cause.code for part in found.months for cause in part.causes}
    assert {"andrad_betalare", "sena_uppgifter", "ej_utfardad"} <= seen
    assert kommun_year(own, "0180") is None


def test_from_the_year_to_the_case(browser: Browser, later: str) -> None:
    year = browser.get(f"{later}/bokslut/2018?avtal=halland").text
    link = unescape(re.search(r'<a href="([^"]*/bokslut/2018/kommun/1383[^"]*)">Varberg</a>', year)[1])  # type: ignore[index]
    varberg = browser.get(link).text
    told = words(varberg)
    assert "Varberg, bokslut 2018" in told and "Annan betalare −28 400,00 kr" in told
    cause = unescape(re.search(r'<a href="([^"]*orsak=andrad_betalare[^"]*)#arenden">', varberg)[1])  # type: ignore[index]
    cases = browser.get(cause).text
    assert re.search(r"november 2018 H18-0053 Annan betalare −28 400,00 kr", words(cases))
    assert "H18-0116" not in cases and "inte i uttaget" in varberg, "the one that is gone has another cause"
    case = unescape(re.search(r'<a data-har href="([^"]*/arende/\d+[^"]*)">H18-0053', cases)[1])  # type: ignore[index]
    assert browser.get(case).status_code == 200
    assert browser.get(f"{later}/bokslut/2018/kommun/0180?avtal=halland").status_code == 404
    assert browser.get(f"{later}/bokslut/2018/kommun/1383?avtal=halland&manad=x").status_code == 422


def test_each_month_that_waits_has_its_button(stand: Stand, browser: Browser, later: str) -> None:
    year = browser.get(f"{later}/bokslut/2018?avtal=halland").text
    months = re.findall(r'class="knapp andra" href="[^"]*/manad/(2018-\d\d)/utfarda', year)
    assert months == [str(month) for month in not_issued_months(work_of(stand).bokslut)]
    assert "2018-12" in months and "2018-11" not in months
    assert browser.get(f"{later}/manad/2018-12/utfarda?avtal=halland&utan_efaktura=ja").status_code == 200


def test_the_auditor_sees_invoice_row_rule_and_every_query(browser: Browser) -> None:
    address = browser.upload()
    before = words(browser.get(f"{address}/revisor?manad=2018-11&avtal=halland").text)
    assert "ej utfärdad" in before
    issued(browser, address)
    shown = browser.get(f"{address}/revisor?manad=2018-11&avtal=halland").text
    assert re.search(r'href="/liggare/faktura/\d+">\d+</a>, rad \d+', shown) and "ej utfärdad" not in words(shown)
    told = words(shown)
    assert "Källa: 5 kap. 3–6 §§ lag (2017:612)" in told and "Region Halland RS160373" in told
    assert "FROM 'fakturarader.csv'" in unescape(shown) and "Visa årets kontrollsummor" in told
    year = browser.get(f"{address}/revisor?manad=2018-11&avtal=halland&aret=ja")
    assert year.status_code == 200 and "FROM 'avrakning.csv'" in unescape(year.text)
    assert "Stämmer inte" not in year.text
