"""Every knob of the scenarios becomes the key of the scenario file, and what is wrong is told by its field."""

from __future__ import annotations

import tomllib

import pytest

from betalningsansvar.tariffs.scenariofile import load_scenarios
from betalningsansvar.web.choices import ChoiceError
from betalningsansvar.web.knobs import AXES, BEHAVIOUR, KNOBS, WHOLE
from betalningsansvar.web.scenarioform import axes_of, scenario_file
from tests.web.stand import Browser

TYPED = {
    "fran": "2018-11",
    "samma_dag_andel": "0,50",
    "dygnsbelopp_ar": "2019",
    "dygnsbelopp": "9 000",
    "klockslag": "9.30",
    "kommun": "Halmstad, 1381",
}


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.key)
def test_each_knob_is_a_key_that_the_file_knows(knob: object) -> None:
    key = knob.key  # type: ignore[attr-defined]
    typed = TYPED.get(key) or (knob.choices[1][0] if knob.choices else "2")  # type: ignore[attr-defined]
    beside = {"kortare_dygn1": "1"} if key in BEHAVIOUR else {"dagar1": "3", "troskel1": "3,00"}
    with_it = {**beside, f"{key}1": typed, "namn1": "Nytt"}
    file = scenario_file(with_it)
    assert file is not None and key in tomllib.loads(file.content.decode())["scenario"][0]
    assert load_scenarios(file).scenarier[0].namn == "Nytt"


@pytest.mark.parametrize("knob", [knob for knob in KNOBS if not knob.choices], ids=lambda knob: knob.key)
def test_what_is_no_number_is_told_by_its_field(knob: object) -> None:
    field = f"{knob.key}2"  # type: ignore[attr-defined]
    with pytest.raises(ChoiceError) as told:
        scenario_file({field: "mycket"})
    assert told.value.field == field
    if knob.kind == WHOLE:  # type: ignore[attr-defined]
        with pytest.raises(ChoiceError):
            scenario_file({field: "2,5"})


def test_where_a_change_holds_changes_nothing_alone() -> None:
    assert scenario_file({"vardform1": "somatik", "fran1": "2018-11"}) is None


def test_two_things_are_varied() -> None:
    given = {"variera": "dagar", "fran_varde": "2", "till_varde": "4"}
    second = {"variera2": "dygnsbelopp", "fran_varde2": "8 000", "till_varde2": "9000", "steg2": "500"}
    assert axes_of(given | second) == ("dagar=2..4", "dygnsbelopp=8000..9000:500")
    with pytest.raises(ChoiceError) as told:
        axes_of(given | second | {"steg2": "x"})
    assert told.value.field == "steg2"
    assert {name for name, _ in AXES if name}


def test_what_else_is_changed_is_told_beside_the_base(browser: Browser) -> None:
    asked = "fran=2018-11&till=2018-12&avtal=nationell"
    shown = browser.get(f"{browser.upload()}/scenarier?{asked}&dagar1=5").text
    assert "dagar=5 ändrar även psykiatri 30 → 5" in shown and "Avtalet som det är" in shown
    only = browser.get(f"{browser.upload()}/scenarier?{asked}&dagar1=5&vardform1=somatik").text
    assert "ändrar även" not in only
    two = browser.get(
        f"{browser.upload()}/scenarier?{asked}&variera=dagar&fran_varde=2&till_varde=4"
        "&variera2=dygnsbelopp&fran_varde2=7000&till_varde2=8000&steg2=500"
    ).text
    assert "Två parametrar på en gång" in two
