"""Readings that the sources leave open: each changes the days it says, and no others."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.behaviour import behaved
from betalningsansvar.billing.whatif.comparison import compare
from betalningsansvar.billing.whatif.grids import grid, parse_axis
from betalningsansvar.billing.whatif.reach import also_changed
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import load
from betalningsansvar.tariffs.readings import shipped_points
from betalningsansvar.tariffs.scenario import Behaviour, Change, Scenario
from tests.engine_adapter import case_frame
from tests.law import PSYKIATRI, SOMATIK, agreement, mean
from tests.named_cases import usual_case


def case(name: str, day: int, **facts: Any) -> dict[str, Any]:
    own = {"arende_id": name, "folkbokforingskommun": "1480", "utskrivningsklar": datetime(2018, 11, day, 9)}
    return usual_case(own | facts)


def dygn(point_id: str, law: str, month: Month, *cases: dict[str, Any]) -> list[int]:
    """Dygn under each reading of the point, in the order of the file."""
    (point,) = (point for point in shipped_points() if point.id == point_id)
    scenarios = [Scenario(r.id, r.text, None, r.change, r.behaviour) for r in point.lasningar]
    result = compare(case_frame(cases), shipped(law), load(), [month], scenarios, month.last_day)
    micro = [int(result.cells(number).dygn_micro.sum()) for number in range(1, len(scenarios) + 1)]
    return [one // 1_000_000 for one in micro]


NOVEMBER = Month(2018, 11)
OUT = {"utskriven": datetime(2018, 11, 20, 12)}


@pytest.mark.parametrize(
    ("point", "law", "facts", "wanted"),
    [
        # Notice on the 5th, liable from the 8th, out on the 20th: 12 dygn. In Västra Götaland from the 12th: 8.
        ("inskrivningsmeddelande-sent", "nationell", {"inskrivningsmeddelande": datetime(2018, 11, 4, 12)}, [12, 0]),
        ("aterkallad", "nationell", {"aterkallad": datetime(2018, 11, 15, 9)}, [7, 0]),
        ("permission", "nationell", {"permission_fran": datetime(2018, 11, 10, 8),
                                     "permission_till": datetime(2018, 11, 13, 8)}, [12, 10]),
        ("dodsdagen", "nationell", {"avslut": "avliden"}, [12, 13]),
        ("dodsdagen", "nationell", {"avslut": "hem"}, [12, 12]),
        ("uttrade-hinder", "vastra-gotaland", {"oppenvard_hinder_fran": datetime(2018, 11, 15, 8)}, [8, 0]),
        ("vilka-raknas", "vastra-gotaland", {"inskrivningsmeddelande": None,
                                             "utskriven": datetime(2018, 11, 11, 9)}, [0, 0, 3]),
    ],
)  # fmt: skip
def test_a_reading_changes_its_days(point: str, law: str, facts: dict[str, Any], wanted: list[int]) -> None:
    assert dygn(point, law, NOVEMBER, case("A", 5, **(OUT | facts))) == wanted


def test_the_exit_counted_from_the_rules_first_day() -> None:
    old = case("A", 5, utskrivningsklar=datetime(2018, 9, 20, 9), utskriven=datetime(2018, 9, 30, 12))
    # From the notice: the 27th to the 29th. From the 25th: five days in the mean, two over three.
    assert dygn("uttrade-fran", "vastra-gotaland", Month(2018, 9), old) == [3, 2]


def test_stockholms_psykiatri_is_asked_of_stockholm_alone() -> None:
    facts = {"vardform": "psykiatri", "folkbokforingskommun": "0180", "utskrivningsklar": datetime(2020, 3, 2, 9)}
    one = case("A", 5, **facts, utskriven=datetime(2020, 3, 12, 9))
    assert dygn("stockholm-psykiatri", "stockholm", Month(2020, 3), one) == [5, 4]


def test_a_second_notice_of_the_stay() -> None:
    """The first on the 5th, another on the 10th, out on the 20th: liable from the 8th and the 13th."""
    both = [case("A", 5, vardtillfalle_id="V", **OUT), case("B", 10, vardtillfalle_id="V", **OUT)]
    assert dygn("andra-underrattelsen", "nationell", NOVEMBER, *both) == [12 + 7, 2 + 7, 12]


def test_a_chain_of_notices_leaves_those_that_do_not_overlap() -> None:
    chain = [
        case("A", 1, vardtillfalle_id="V", aterkallad=datetime(2018, 11, 5, 9)),
        case("B", 3, vardtillfalle_id="V", aterkallad=datetime(2018, 11, 9, 9)),
        case("C", 7, vardtillfalle_id="V"),
        case("D", 7),
    ]
    kept = behaved(case_frame(chain), Behaviour(andra_underrattelsen="forsta_galler"), None)
    assert kept["arende_id"].to_list() == ["A", "C", "D"]


def test_a_grid_tells_what_else_it_changes_and_can_be_limited_to_a_kind_of_care() -> None:
    axes = [parse_axis("dagar=2..3")]
    law = shipped("nationell")
    assert also_changed(law, (), axes, None, NOVEMBER, NOVEMBER) == ("dagar=2..3 ändrar även psykiatri 30 → 2..3",)
    assert also_changed(law, (), axes, ("psykiatri",), NOVEMBER, NOVEMBER) == ()
    one, same = [parse_axis("dagar=3..3")], [parse_axis("dagar=30..30")]
    assert also_changed(law, (), one, None, NOVEMBER, NOVEMBER) == ("dagar=3 ändrar även psykiatri 30 → 3",)
    assert also_changed(law, (), same, None, NOVEMBER, NOVEMBER) == ()
    cases = case_frame([case("S", 5, **OUT), case("P", 5, **OUT, vardform="psykiatri")])
    result = compare(cases, law, load(), [NOVEMBER], grid(axes, ("somatik",)), NOVEMBER.last_day)
    assert [int(result.cells(n).dygn_micro.sum()) // 1_000_000 for n in range(3)] == [12, 13, 12]


def test_what_else_is_changed_is_told_in_words_and_decimal_commas() -> None:
    kinds = (mean(date(2018, 1, 1), vardform=SOMATIK), mean(date(2018, 1, 1), None, PSYKIATRI, troskel=Decimal("3.5")))
    change = Change(troskel=Decimal("4.25"), individuell_efter=9)
    asked = (Scenario("Fyra och en kvart", "", None, change),)
    told = also_changed(agreement("prov", "14", kinds), asked, (), None, NOVEMBER, NOVEMBER)
    assert told == ("tröskel=4,25 ändrar även psykiatri 3,5 → 4,25",)
