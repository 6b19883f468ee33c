"""Scenario files, grids and inhabitants: what is read, and what a bad file is told."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.billing.whatif.comparison import compare
from betalningsansvar.billing.whatif.grids import KINDS, grid, parse_axis
from betalningsansvar.billing.whatif.overlay import ScenarioError
from betalningsansvar.billing.whatif.prognos import parse_forecast
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.befolkning import Population, load_population
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.reports.scenario.grid_sections import AXIS_WORDS
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import load
from betalningsansvar.tariffs.readings import shipped_points
from betalningsansvar.tariffs.scenario import Change, Scenario
from betalningsansvar.tariffs.scenariofile import load_scenarios, with_kommun_codes
from tests.engine_adapter import case_frame

EXAMPLE = Path(__file__).parents[1] / "data" / "exempel" / "scenarier.toml"
NAMED = '[[scenario]]\nnamn = "Prov"\nskal = "prov"\n'


def problems_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "egna.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_scenarios(path)
    return caught.value.problems


def test_the_shipped_example_is_read() -> None:
    file = load_scenarios(EXAMPLE)
    assert file.avtal == "halland"
    assert len(file.scenarier) == 7
    code_of = {k.name.casefold(): k.code for k in kommuner().values()}
    codes = [s.behaviour.kommun for s in with_kommun_codes(file.scenarier, code_of)]
    assert ("1384",) in codes


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("dagr = 4", 'okänd nyckel "dagr"; menade du dagar?'),
        ('modell = "medel"', 'modell = "medel" är okänt. Välj bland: individuell, genomsnitt.'),
        ("dygnbelopp = 9000", "menade du dygnsbelopp?"),
        ("dygnsbelopp = 9000.5", "Skriv hela kronor utan citattecken, eller namnet på en serie inom citattecken"),
        ("dagar = 400", "dagar = 400 ligger utanför 0–366."),
        ("dagar = 2.5", "dagar = 2.5 är av fel slag"),
        ('hinder = "inget"', "Välj bland: skjuter_upp, ingen_verkan, pausar."),
        ('decimaler = "tre"', 'decimaler = "tre" är okänt. Välj bland: exakt.'),
        ('modell = "genomsnitt"', "behöver troskel"),
        ('fran = "juli"', 'fran = "juli" är ingen månad'),
        ('tillvaxt = "-2"', "skriv en andel"),
        ("dygnsbelopp = 9000\ndygnsbelopp_ar = 2019", "Behåll ett av dem"),
        ('kommun = "Laholm"\ndagar = 4', "Gör två scenarier"),
    ],
)
def test_a_bad_key_is_told_with_file_scenario_key_and_what_is_allowed(tmp_path: Path, line: str, told: str) -> None:
    (problem,) = problems_of(tmp_path, NAMED + line + "\n")
    assert told in problem
    assert problem.startswith(("egna.toml rad 4 (scenario 1): ", "egna.toml rad 5 (scenario 1): "))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, 'avtl = "x"\n' + NAMED + "dagar = -1\n" + NAMED + '[[scenario]]\nnamn = "bas"\n')
    assert len(problems) == 5


def test_a_change_that_reaches_no_rule_is_refused() -> None:
    scenario = Scenario("Tröskel fyra", "", None, Change(troskel=Decimal(4)))
    with pytest.raises(ScenarioError, match="troskel ändrar inget: avtalet nationell har ingen regel"):
        compare(case_frame([]), shipped("nationell"), load(), [Month(2019, 1)], [scenario])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('troskel = "4.00"', "troskel ändrar inget: avtalet nationell har ingen regel"),
        ('dygnsbelopp = "lag-2017"', 'dygnsbelopp = "lag-2017" är ingen känd serie. Skriv någon av '),
    ],
)
def test_what_only_the_agreement_tells_is_wrong_names_the_file_too(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "egna.toml"
    path.write_text(NAMED + line + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        compare(case_frame([]), shipped("nationell"), load(), [Month(2019, 1)], load_scenarios(path).scenarier)
    assert str(caught.value).startswith(f'egna.toml scenario "Prov": {told}')


def test_an_unknown_kommun_is_named(tmp_path: Path) -> None:
    path = tmp_path / "egna.toml"
    path.write_text(NAMED + 'kommun = "Kungsbaka"\nkortare_dygn = 1\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r'egna.toml scenario "Prov": kommun = "Kungsbaka"'):
        with_kommun_codes(load_scenarios(path).scenarier, {})


def test_a_grid_has_one_scenario_per_point() -> None:
    points = grid([parse_axis("dagar=0..2"), parse_axis("dygnsbelopp=8000..9000:500")])
    assert [p.punkt for p in points][:4] == [
        (("dagar", "0"), ("dygnsbelopp", "8000")),
        (("dagar", "0"), ("dygnsbelopp", "8500")),
        (("dagar", "0"), ("dygnsbelopp", "9000")),
        (("dagar", "1"), ("dygnsbelopp", "8000")),
    ]
    assert [(p.change.dagar, p.change.dygnsbelopp) for p in points][-1] == (2, 900_000)
    assert [p.behaviour.tillvaxt for p in grid([parse_axis("tillvaxt=-0.05..0.05:0.05")])] == [
        Decimal("-0.05"),
        Decimal("0.00"),
        Decimal("0.05"),
    ]
    assert grid([]) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dagar", "kan inte läsas"),
        ("dagar=1-3", "kan inte läsas"),
        ("dagr=0..3", "dagr kan inte varieras. Det går med dagar, dygnsbelopp"),
        ("dagar=5..3", "från ett lägre till ett högre värde"),
        ("dagar=0..3:0", "större än noll"),
        ("dagar=0..3:0.5", "högst 0 decimaler"),
        ("dagar=0..400", "mellan 0 och 366"),
    ],
)
def test_a_bad_axis_is_told_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(text)) as caught:
        parse_axis(text)
    assert told in str(caught.value)


def test_a_grid_that_is_too_large_is_refused_with_its_size() -> None:
    axes = [parse_axis("dagar=0..366"), parse_axis("dygnsbelopp=1..1000")]
    with pytest.raises(ScenarioError, match=r"367000 punkter \(dagar 367 × dygnsbelopp 1000\).*100000"):
        grid(axes)
    with pytest.raises(ScenarioError, match="två gånger"):
        grid([axes[0], axes[0]])


def test_every_axis_has_words_in_the_report() -> None:
    assert AXIS_WORDS.keys() == KINDS.keys()


@pytest.mark.parametrize("text", ["1.05", "index=9", "kronor=0", "kronor=1.005", "index=x"])
def test_a_bad_forecast_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="Prognosen"):
        parse_forecast(text)


def test_every_point_has_a_source_for_each_reading() -> None:
    points = shipped_points()
    assert len(points) == 15
    assert all(len(p.lasningar) >= 2 and all(r.kalla for r in p.lasningar) for p in points)


def test_inhabitants_are_read_by_code_or_name(tmp_path: Path) -> None:
    path = tmp_path / "befolkning.csv"
    path.write_bytes("Kommun;Invånare\r\nVarberg;66 000\r\n0180;990000\r\n".encode("cp1252"))
    assert load_population(path) == {"1383": Population(66_000), "0180": Population(990_000)}


def test_a_bad_row_of_inhabitants_is_named(tmp_path: Path) -> None:
    path = tmp_path / "befolkning.csv"
    path.write_text("kommun,invanare\nVarberg,många\nVarburg,5\n1383,7\n1383,7\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_population(path)
    assert [p.split(":")[0] for p in caught.value.problems] == [
        "befolkning.csv rad 2, kolumn invanare",
        "befolkning.csv rad 3, kolumn kommun",
        "befolkning.csv rad 5",
    ]


def test_what_the_same_dygn_cost_elsewhere_is_exact_and_read_strictly(tmp_path: Path) -> None:
    assert alternative_cost(2_500_000, 490_000) == 1_225_000
    assert (alternative_cost(1, 499_999), alternative_cost(1, 500_000)) == (0, 1)
    each = alternative_cost(np.array([2_500_000, 1, 10**15 + 1], np.int64), 490_000)
    assert each.tolist() == [alternative_cost(n, 490_000) for n in (2_500_000, 1, 10**15 + 1)]
    other = load_scenarios(EXAMPLE).alternativ
    assert other and (other.namn, other.rate_ore) == ("korttidsplats", 490_000) and other.kalla
    (problem,) = problems_of(tmp_path, '[alternativ]\nnamn = "x"\nkronor = 4900.5\nkalla = "y"\n' + NAMED)
    assert problem.startswith("egna.toml rad 3 (alternativ): kronor = 4900.5 är av fel slag")


def test_a_column_of_older_inhabitants_by_another_name_is_told() -> None:
    for header in ("kommun;invanare;inv65", "kommun;invanare;65 år och äldre"):
        with pytest.raises(SettingsError, match="kalla den invanare_65"):
            load_population(NamedFile("b.csv", f"{header}\n1380;102000;20000\n".encode()))
    assert load_population(NamedFile("b.csv", b"kommun;namn;invanare\n1380;Halmstad;9\n"))["1380"].invanare == 9
