"""Every form of the page × what may stop it: 422 (or the job's own page) with the sentence, and the form again."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

import betalningsansvar
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.mend import SCREENS
from tests.web.stand import EXAMPLE, Browser, Stand
from tests.web.test_issuing import issued

SENTENCE = "Provet stoppar här, och inget är skrivet."
M = "/manad/2018-11"
NEEDED = ("arende_id", "patient_id", "folkbokforingskommun", "vardform", "inskriven", "utskrivningsklar")
PROFILE = "\n".join(
    ['id = "egen"', 'namn = "Egen"', 'form = "arendetabell"', "[kolumner]", *(f'"Vår {c}" = "{c}"' for c in NEEDED)]
).encode()

# Endpoint → (address after the upload's, or whole; what is sent; the operation that stops).
FORMS: dict[str, tuple[str, dict[str, Any], str]] = {
    "uppgifter": ("/uppgifter", {"filer": "fil"}, "inputs.read"),
    "exempel": ("/exempel", {}, "demo.make_demo"),
    "underlag_gor": (
        f"~{M}/kommun/1380/underlag?avtal=halland",
        {"losenord": "Ett långt lösenord 1"},
        "month.paper_file",
    ),
    "filer_gor": (f"~{M}/filer?avtal=halland", {}, "month.write_month"),
    "utfarda_gor": (
        "~/manad/2018-12/utfarda?avtal=halland&utan_efaktura=ja",
        {"namn": "Eva", "manad": "2018-12"},
        "issuing.issue_month",
    ),
    "godkann": ("~/manad/2018-12/godkann?avtal=halland&utan_efaktura=ja", {"namn": "Eva"}, "approval.approve_plan"),
    "utfardat_filer": (f"~{M}/utfardat/RUN/filer", {}, "issuing.write_issued"),
    "jamfor_mottagen": ("~/jamfor", {"filer": "fil"}, "received.read_invoice"),
    "bokslut_filer": ("~/bokslut/2018/filer?avtal=halland", {}, "year.write_year"),
    "avrakna_gor": (
        "~/bokslut/2018/utfarda?avtal=halland&utan_efaktura=ja&utan_manader=ja",
        {"namn": "Eva", "manad": "2018"},
        "settlement.issue_year",
    ),
    "avrakna_godkann": (
        "~/bokslut/2018/godkann?avtal=halland&utan_efaktura=ja&utan_manader=ja",
        {"namn": "Eva"},
        "approval.approve_plan",
    ),
    "scenarier_rapport": (
        "~/scenarier/rapport?avtal=nationell&fran=2018-11&till=2018-11&dagar1=5",
        {},
        "whatif.write_what_if",
    ),
    "bestrid": (
        "/liggare/faktura/1/bestrid",
        {"rad": "1", "orsak": "FEL_DATUM", "belopp": "77,00"},
        "disputes.register_dispute",
    ),
    "liggare_kvitton": ("/liggare/kontroll", {"filer": "fil"}, "ledger_receipts.verify_against"),
    "liggare_export_gor": ("/liggare/export", {"form": "csv"}, "export.export"),
    "tvister_in": ("/tvister", {"filer": "fil"}, "dispute_file.import_disputes"),
    "tvist_gor": ("/tvister/1", {"steg": "2"}, "disputes.decide_dispute"),
    "installningar_spara": ("/installningar/bokforing", {"verifikationsserie": "Egen1510"}, "settings.save_setting"),
    "eget_avtal_spara": (
        "/installningar/avtal/eget/nytt",
        {"id": "eget", "namn": "Vårt eget", "regel.modell": "utanfor", "regel.fran": "2018-01-01"},
        "settings.save_setting",
    ),
    "liggare_satt_gor": ("/liggare/installningar", {"tva": "ja", "namn": "Eva"}, "ledger_settings.set_ledger"),
    "installningar_bort": ("/installningar/profiler/bort", {"rad": "egen"}, "settings.remove_setting"),
}
# These ask no operation that can stop.
PLAIN = {"fortsatt", "avsluta_gor", "jobb_avbryt", "arende_patient", "para_ihop_gor", "para_ihop_igen", "scenarier_in"}


def test_every_form_stands_here(stand: Stand) -> None:
    posts = {rule.endpoint for rule in stand.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts - PLAIN == set(FORMS)


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_stop_is_told_on_the_form(
    stand: Stand, browser: Browser, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    address = browser.upload()
    run = issued(browser, address).rpartition("/")[2]
    assert browser.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    where, typed, operation = FORMS[endpoint]
    typed = dict(typed)
    if endpoint.startswith("avrakna"):
        stand.here.settings.mkdir(exist_ok=True)
        shutil.copy(EXAMPLE.parent / "belopp-exempel.toml", stand.here.settings / "belopp.toml")
    if endpoint == "installningar_bort":
        assert browser.post("/installningar/profiler", {"filer": (io.BytesIO(PROFILE), "egen.toml")}).status_code == 303
    data = {
        key: (io.BytesIO(EXAMPLE.read_bytes()), "x.csv") if value == "fil" else value for key, value in typed.items()
    }

    def stop(*_: object, **__: object) -> None:
        raise StopError(SENTENCE)

    monkeypatch.setattr(f"betalningsansvar.operations.{operation}", stop)
    where = where.replace("~", address).replace("RUN", run)
    if endpoint in ("utfarda_gor", "godkann"):
        plan = browser.get(where.replace("/godkann?", "/utfarda?")).text
        data["kod"] = re.search(r'name="kod" value="([^"]+)"', plan)[1]  # type: ignore[index]
        data["summa"] = re.search(r"netto</dt><dd>([^<]+)", plan)[1]  # type: ignore[index]
        data["granskat"] = "ja"
    answer = browser.post(where, data)
    if answer.status_code == 303:
        assert SENTENCE in browser.follow(answer.headers["Location"]).text, "the job's own page tells"
    else:
        assert answer.status_code == 422 and SENTENCE in answer.text
        if endpoint.startswith("avrakna"):
            return  # The example's year has nothing left to settle: there is no form to show again.
        assert "<form" in re.sub('<form[^>]*id="vila".*?</form>', "", answer.text, flags=re.DOTALL), "the form again"
        kept = {key: value for key, value in typed.items() if value not in ("fil", "csv") and key != "losenord"}
        assert [value for value in kept.values() if value not in answer.text] == [], "what was typed"
    assert browser.get(f"{address}/kontroll").status_code == 200, "what was read before is still there"


def stops() -> Iterator[type[StopError]]:
    for module in pkgutil.walk_packages(betalningsansvar.__path__, "betalningsansvar."):
        if ".tests" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [StopError]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def test_every_kind_of_stop_is_told_in_its_own_words(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {kind for kind in stops() if kind.__module__.startswith("betalningsansvar.")}
    assert len(kinds) > 30
    assert set(SCREENS) <= {kind.__name__ for kind in kinds}, "a link for a kind of stop that is no more"
    for kind in kinds:

        def stop(*_: object, kind: type[StopError] = kind) -> None:
            error = kind.__new__(kind)
            Exception.__init__(error, SENTENCE)
            raise error

        monkeypatch.setattr("betalningsansvar.web.screens.start.read_upload", stop)
        answer = browser.send([("x.csv", EXAMPLE.read_bytes())])
        assert answer.status_code == 422 and SENTENCE in answer.text, kind
