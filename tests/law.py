"""Statutes, agreements and amounts written down once more as records, for the oracle.

The product reads its own from tariffs/; a slip in either shows as a named case with two answers.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon
from tests.oracle import Rate, World

CASES = Path(__file__).parent / "cases"
LAW_2017 = ("inskrivningsmeddelande", "sip_kallelse", "oppenvard")
LAW_1990 = ("vardplan", "oppenvard")
SOMATIK = ("somatik", "akut", "geriatrik")
PSYKIATRI = ("psykiatri",)
NOON = time(12)


def _head(fran: date, tom: date | None, vardform: tuple[str, ...]) -> dict[str, Any]:
    return {"agreement": "", "number": 0, "fran": fran, "tom": tom, "vardform": vardform, "kalla": "", "status": "T"}


def _rule(fran: date, tom: date | None, vardform: tuple[str, ...], **fields: Any) -> Individuell:
    return Individuell(**_head(fran, tom, vardform), **fields)


def three_days(fran: date, tom: date | None, vardform: tuple[str, ...] = VARDFORMER) -> Individuell:
    """5 kap. 4 § lag (2017:612)."""
    return _rule(fran, tom, vardform, dagar=3, klockslag=NOON, villkor=LAW_2017, dygnsbelopp="lag-2017-612")


def thirty_days(fran: date, tom: date) -> Rule:
    """Övergångsbestämmelserna p. 2: sluten psykiatrisk vård through 2018."""
    return _rule(fran, tom, PSYKIATRI, dagar=30, villkor=LAW_2017, dygnsbelopp="lag-2017-612")


def weekdays(fran: date, tom: date, vardform: tuple[str, ...], dagar: int, serie: str = "lag-1990-1404") -> Rule:
    """11 § lag (1990:1404); the day of discharge is a started vårddygn."""
    return _rule(
        fran, tom, vardform, dagar=dagar, dagtyp="vardag", raknas_fran="kallelse", villkor=LAW_1990,
        utskrivningsdag=True, dygnsbelopp=serie,
    )  # fmt: skip


def mean(fran: date, tom: date | None = None, vardform: tuple[str, ...] = VARDFORMER, **fields: Any) -> Genomsnitt:
    """4 kap. 5 §: an agreement on the kommun's mean of the month."""
    fields = {"troskel": Decimal(3), "villkor": LAW_2017, "dygnsbelopp": "lag-2017-612"} | fields
    return Genomsnitt(**_head(fran, tom, vardform), **fields)


def agreement(name: str, region: str | None, rules: Sequence[Rule]) -> Agreement:
    """The rules named and numbered in order."""
    numbered = tuple(replace(rule, agreement=name, number=n) for n, rule in enumerate(rules, start=1))
    return Agreement(name, name, region, numbered, f"{name}.toml", "", ())


def _nationell(fran: date = date(2018, 1, 1)) -> list[Rule]:
    return [
        thirty_days(fran, date(2018, 12, 31)),
        three_days(fran, date(2018, 12, 31), SOMATIK),
        three_days(date(2019, 1, 1), None),
    ]


def _lag_1990(tom: date, serie: str = "lag-1990-1404", fran: date = date(2003, 7, 1)) -> list[Rule]:
    return [weekdays(fran, tom, PSYKIATRI, 30, serie), weekdays(fran, tom, SOMATIK, 5, serie)]


NATIONELL = agreement("nationell", None, _nationell())
LAG_1990_1404 = agreement("lag-1990-1404", None, _lag_1990(date(2017, 12, 31)))
STATUTE = LAG_1990_1404.regler + NATIONELL.regler

HALLAND = agreement(
    "halland",
    "13",
    [
        Schablon(
            **_head(date(2018, 1, 1), date(2018, 10, 31), VARDFORMER),
            underlag="halland-2017", andel=12, utfall="lag-1990-1404",
        ),
        *_nationell(date(2018, 11, 1)),
    ],
)  # fmt: skip

# From April 2020 psykiatri has a mean of its own beside that of somatik: a reading, as the file says.
VASTRA_GOTALAND = agreement(
    "vastra-gotaland",
    "14",
    [
        *_lag_1990(date(2018, 9, 24), "vgr", date(2016, 1, 1)),
        mean(date(2018, 9, 25), None, SOMATIK, individuell_efter=7),
        thirty_days(date(2018, 9, 25), date(2018, 12, 31)),
        three_days(date(2019, 1, 1), date(2019, 12, 31), PSYKIATRI),
        _rule(date(2020, 1, 1), date(2020, 3, 31), PSYKIATRI, dagar=7, villkor=LAW_2017, dygnsbelopp="lag-2017-612"),
        mean(date(2020, 4, 1), None, PSYKIATRI, individuell_efter=7),
    ],
)  # fmt: skip

STOCKHOLM = agreement(
    "stockholm",
    "01",
    [
        replace(three_days(date(2020, 1, 1), None, SOMATIK), klockslag_grans="fran"),
        replace(three_days(date(2020, 1, 1), None, PSYKIATRI), klockslag_grans="fran", dagar=5),
    ],
)

DALARNA = agreement("dalarna", "20", [mean(date(2023, 1, 1), decimaler=2)])
SKANE = agreement("skane", "12", [mean(date(2018, 1, 1))])
NORRBOTTEN = agreement("norrbotten", "25", [mean(date(2018, 1, 1))])
SORMLAND = agreement("sormland", "04", [mean(date(2018, 1, 1), trigger_manader=3)])

AGREEMENTS = {
    known.id: known
    for known in (NATIONELL, LAG_1990_1404, HALLAND, VASTRA_GOTALAND, STOCKHOLM, DALARNA, SORMLAND, SKANE, NORRBOTTEN)
}  # fmt: skip


def _year(year: int, kronor: int, vardform: tuple[str, ...] = VARDFORMER) -> Rate:
    return Rate(date(year, 1, 1), date(year, 12, 31), vardform, kronor * 100)


RATES = {
    "lag-2017-612": [
        _year(2018, 7100),
        _year(2019, 7800),
        _year(2020, 8200),
        _year(2022, 9300),
        _year(2023, 10500),
        _year(2024, 11600),
    ],
    "lag-1990-1404": [
        # somatik counts as akut under the law before 2018.
        _year(2016, 4816, ("akut", "somatik")),
        _year(2016, 3475, ("geriatrik",)),
        _year(2016, 4085, PSYKIATRI),
    ],
    "vgr": [_year(2016, 4085), Rate(date(2017, 1, 1), date(2018, 9, 24), VARDFORMER, 427_700)],
}


@cache
def schablon_tables() -> dict[str, dict[str, int]]:
    """Kronor invoiced in 2017 by kommun, from the annex of Halland's decision (the row of totals left out)."""
    with (CASES / "halland-2018.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kommunkod"]]
    return {"halland-2017": {row["kommunkod"]: int(row["fakturerat_2017_kr"]) for row in rows}}


def lan_of_kommuner() -> dict[str, str]:
    return {code: kommun.lanskod for code, kommun in kommuner().items()}


def world(of: Agreement) -> World:
    """The real statute, amounts and kommuner around one agreement."""
    return World(of, STATUTE, RATES, schablon_tables(), lan_of_kommuner())
