"""Random agreements and cases that sit on the edges of the rules.

One generator serves two masters: hypothesis, which shrinks what it finds, and `tests.oracle_run`, which makes
many. Both hand it a `random.Random`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from tests.law import LAW_1990, LAW_2017, STATUTE, agreement, lan_of_kommuner, schablon_tables
from tests.oracle import Case, Rate, World, days_of

HALLAND = ("1380", "1384", "1315")
VASTRA_GOTALAND = ("1480", "1490", "1401")
OTHERS = ("0180", "2031")
SERIES = ("lag-2017-612", "lag-1990-1404", "prov", "prov-per-vardform")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2040, 12, 31)
# As often as they stand here.
EVERY_MODEL: tuple[str, ...] = (
    *("individuell", "individuell", "individuell", "individuell", "individuell"),
    *("genomsnitt", "genomsnitt", "genomsnitt", "schablon", "utanfor"),
)
CLOCKS = (time(0), time(8, 30), time(11, 59, 59), time(12), time(12, 0, 1), time(15), time(23, 59, 59))


@dataclass(frozen=True)
class Month:
    """One month's work: everything the oracle and the engine are given."""

    world: World
    cases: list[Case]
    month: date
    as_of: date | None


def chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def near(rng: Random, day: date, before: int, after: int) -> date:
    """A day between `before` days earlier and `after` days later."""
    return day + timedelta(days=rng.randint(-before, after))


# --- agreements ----------------------------------------------------------------------------------------------------


def random_rule(rng: Random, fran: date, tom: date | None, vardform: tuple[str, ...], models: Sequence[str]) -> Rule:
    """A rule of one of the models; the dates are given, everything else is drawn."""
    head: dict[str, Any] = {
        **{"agreement": "", "number": 0, "fran": fran, "tom": tom, "vardform": vardform, "kalla": "prov"},
        **{"status": "T", "permission": rng.choice(["debiteras", "debiteras", "avdrag"])},
    }
    modell = rng.choice(models)
    if modell == "utanfor":
        return Utanfor(**head)
    if modell == "schablon":
        return Schablon(**head, underlag="halland-2017", andel=12, utfall=rng.choice(("lag-1990-1404", "nationell")))
    head |= {
        "inskrivningsmeddelande_sent": rng.choice(["varnar", "varnar", "blockerar"]),
        "aterkallad": rng.choice(["avbrott", "avbrott", "avbrott", "makulering"]),
        "dodsdag": rng.choice([None, None, True, False]),
    }
    if modell == "genomsnitt":
        return Genomsnitt(
            **head,
            troskel=rng.choice([Decimal("3"), Decimal("3.00"), Decimal("0"), Decimal("1.5"), Decimal("2.333")]),
            decimaler=rng.choice([None, 0, 1, 2, 3]),
            individuell_efter=rng.choice([None, None, 7, 7, 7, 1, 12]),
            trigger_manader=rng.choice([None, None, None, 1, 2, 3]),
            dagar_fran=rng.choice([None, None, fran - timedelta(days=rng.randrange(40))]),
            vilka_raknas=rng.choice(["villkoren", "villkoren", "villkoren", "meddelade", "alla"]),
            uttrade_fran=rng.choice(["underrattelse", "underrattelse", "regelns_borjan"]),
            uttrade_hinder=rng.choice(["intradet", "intradet", "alltid"]),
            villkor=tuple(c for c in random_conditions(rng, LAW_2017) if c != "vardplan"),
            utskrivningsdag=chance(rng, 0.1),
            dygnsbelopp=rng.choice(["lag-2017-612", "prov", 427_700]),
        )
    raknas_fran = rng.choice(["underrattelse", "underrattelse", "kallelse"])
    return Individuell(
        **head,
        dagar=rng.choice([0, 1, 3, 3, 3, 5, 7, 30]),
        dagtyp=rng.choice(["kalenderdag", "kalenderdag", "vardag"]),
        raknas_fran=raknas_fran,
        klockslag=rng.choice([None, time(12), time(12), time(8, 30)]),
        klockslag_grans=rng.choice(["efter", "fran"]),
        intrader=rng.choice(["sista_dagen", "sista_dagen", "dagen_efter"]),
        villkor=random_conditions(rng, LAW_1990 if raknas_fran == "kallelse" else LAW_2017),
        utskrivningsdag=chance(rng, 0.4),
        dygnsbelopp=rng.choice([*SERIES, 510_050]),
    )


def random_conditions(rng: Random, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Mostly those of the law, sometimes any of the four."""
    if chance(rng, 0.7):
        return usual
    return tuple(c for c in (*LAW_2017, "vardplan") if chance(rng, 0.5))


def random_agreement(rng: Random, month: date, region: str | None, models: Sequence[str]) -> Agreement:
    """For each group of vardformer, rules that follow each other; days of change fall near the month, often in it."""
    groups = rng.choice(
        [(VARDFORMER,), (("psykiatri",), ("somatik", "akut", "geriatrik")), (VARDFORMER[:2], VARDFORMER[2:])]
    )
    # The one table at hand lists the kommuner of Halland, so it can bind nobody under another region's agreement. Two
    # schablon rules in a row would only tell whether a neighbour's days by the statute are one line or two.
    if region not in (None, "13"):
        models = [modell for modell in models if modell != "schablon"]
    rules: list[Rule] = []
    for group in groups:
        changes = sorted({near(rng, month, 100, 40) for _ in range(rng.randint(0, 3))})
        starts = [near(rng, month - timedelta(days=400), 300, 250), *changes]
        end = None if chance(rng, 0.7) else max(starts[-1], near(rng, month, -31, 90))
        ends = [*(change - timedelta(days=1) for change in changes), end]
        for fran, tom in zip(starts, ends, strict=True):
            rules.append(random_rule(rng, fran, tom, group, models))
            if isinstance(rules[-1], Schablon):
                models = [modell for modell in models if modell != "schablon"]
    rng.shuffle(rules)
    return agreement("prov", region, rules)


def random_rates(rng: Random, month: date) -> dict[str, list[Rate]]:
    """Series without gaps that change on a few days near the month; one of them by kind of care."""
    rates = {}
    for serie in SERIES:
        rows = []
        groups = (("psykiatri",), ("somatik", "akut"), ("geriatrik",)) if serie == SERIES[-1] else (VARDFORMER,)
        for group in groups:
            fran = FIRST_DAY
            for change in sorted({near(rng, month, 60, 40) for _ in range(rng.randint(0, 3))}):
                rows.append(Rate(fran, change - timedelta(days=1), group, rng.randint(100_000, 2_000_000)))
                fran = change
            rows.append(Rate(fran, LAST_DAY, group, rng.randint(100_000, 2_000_000)))
        rates[serie] = rows
    return rates


def random_world(rng: Random, month: date, models: Sequence[str]) -> World:
    region = rng.choice([None, "13", "13", "14"])
    own = random_agreement(rng, month, region, models)
    return World(own, STATUTE, random_rates(rng, month), schablon_tables(), lan_of_kommuner())


# --- cases ---------------------------------------------------------------------------------------------------------


def random_time(rng: Random, day: date) -> datetime:
    """Any second of the day, or one of those where a rule turns."""
    if chance(rng, 0.7):
        return datetime.combine(day, rng.choice(CLOCKS))
    return datetime.combine(day, time()) + timedelta(seconds=rng.randrange(86_400))


def random_case(rng: Random, name: str, month: date, pivots: Sequence[date]) -> Case:
    """One consistent case, its notice somewhere it may matter for the month.

    `pivots` are the days on which rules begin, end, or the data stops.
    """
    if chance(rng, 0.25):
        notice = near(rng, rng.choice(pivots), 9, 2)
    elif chance(rng, 0.1):
        notice = near(rng, month, 500, 0)
    else:
        notice = near(rng, month, 25, 29)

    def maybe(share: float, before: int, after: int) -> datetime | None:
        return random_time(rng, near(rng, notice, before, after)) if chance(rng, share) else None

    admitted = near(rng, notice, 20, 0)
    discharge = None
    if chance(rng, 0.85):
        waits = (0, rng.randint(0, 6), rng.randint(5, 9), rng.randint(0, 45), rng.randint(0, 400))
        discharge = notice + timedelta(days=rng.choices(waits, (15, 20, 20, 30, 15))[0])
    withdrawn = None
    if chance(rng, 0.12):
        pivot = discharge if discharge is not None and chance(rng, 0.4) else near(rng, notice, 0, 9)
        withdrawn = max(notice, near(rng, pivot, 1, 1))
    hinder_from, hinder_until = maybe(0.25, 5, 10), None
    if hinder_from is not None and chance(rng, 0.75):
        hinder_until = random_time(rng, hinder_from.date() + timedelta(days=rng.randint(0, 8)))
    leave_from, leave_until = maybe(0.2, 2, 12), None
    if leave_from is not None and chance(rng, 0.8):
        leave_until = random_time(rng, leave_from.date() + timedelta(days=rng.randint(0, 6)))
    seen = random_time(rng, near(rng, admitted, 0, 4)) if chance(rng, 0.2) else None
    kommun = rng.choices((*HALLAND, *VASTRA_GOTALAND, *OTHERS, None), (4, 4, 2, 4, 4, 2, 1, 1, 0.5))[0]
    return {
        "arende_id": name,
        "vardtillfalle_id": "",
        "patient_id": f"P{name}",
        "folkbokforingskommun": kommun,
        "placeringskommun": rng.choice((*HALLAND, *OTHERS)) if chance(rng, 0.08) else None,
        "vardform": rng.choices(VARDFORMER, (5, 3, 1, 1))[0],
        "enhet": "",
        "inskriven": random_time(rng, admitted),
        "inskrivningsmeddelande": maybe(0.93, 6, 0) if chance(rng, 0.92) else random_time(rng, near(rng, notice, 0, 2)),
        "utskrivningsklar": random_time(rng, notice),
        "aterkallad": None if withdrawn is None else random_time(rng, withdrawn),
        "sip_kravs": chance(rng, 0.4),
        "sip_kallelse": maybe(0.85, 3, 5) if chance(rng, 0.5) else maybe(0.9, 3, 3),
        "oppenvard_hinder_fran": hinder_from,
        "oppenvard_hinder_till": hinder_until,
        "kallelse_mottagen": maybe(0.9, 12, 4),
        "vardplan_justerad": maybe(0.85, 3, 10),
        "kommun_medverkade": chance(rng, 0.85),
        "utskriven": None if discharge is None else random_time(rng, discharge),
        "avslut": rng.choice(("hem", "hem", "avliden")) if discharge is not None else "",
        "makulerad": maybe(0.05, 0, 20),
        "behov_upptackt": seen,
        "permission_fran": leave_from,
        "permission_till": leave_until,
    }


def random_month(rng: Random, cases: int, models: Sequence[str] = EVERY_MODEL) -> Month:
    """A month with its world; about half the months lie where the statute itself changes."""
    if chance(rng, 0.5):
        month = date(rng.choice((2017, 2018, 2019)), rng.choice((1, 11, 12)), 1)
    else:
        month = date(rng.randint(2014, 2025), rng.randint(1, 12), 1)
    world = random_world(rng, month, models)
    last = days_of(month)[-1]
    as_of = rng.choice([None, last, last, near(rng, last, (last - month).days, 0), near(rng, last, 0, 60)])
    changes = [day for rule in world.agreement.regler for day in (rule.fran, rule.tom) if day is not None]
    pivots = [month, last, as_of or last, *changes]
    return Month(world, [random_case(rng, f"A{n:06d}", month, pivots) for n in range(cases)], month, as_of)


def months(most_cases: int = 12, models: Sequence[str] = EVERY_MODEL) -> st.SearchStrategy[Month]:
    """Random months for hypothesis."""
    return st.builds(random_month, st.randoms(use_true_random=False), st.integers(1, most_cases), st.just(models))
