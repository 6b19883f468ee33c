"""Realistic synthetic notices of utskrivningsklar, at any size, the same for the same seed.

The proportions follow what is published about Swedish regions: the share that goes home on the day of the notice rose
from 13 % (2017) to 70 % (2022) and the stays of the others shortened, kommuner differ several-fold, and a long tail of
stays makes most of the money. The data are as if extracted at the end of the year: who is still in has no `utskriven`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.demo.persons import numbered, patient_ids
from betalningsansvar.data.kommuner import kommuner, region_names
from betalningsansvar.data.units import SECONDS_PER_DAY

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]

MAX_CASES = 50_000_000
FIRST_YEAR, LAST_YEAR = 1992, 2099

_NEVER = np.datetime64("NaT", "s")
_HOUR = 3_600
_NEW_STATUTE_YEAR = 2018  # lag (2017:612); that year some regions still bill by lag (1990:1404) as well

# What is published for 2017 and for 2022; in between on the straight line, outside held at the nearer end.
_SURVEY_YEARS = (2017, 2022)
_SAME_DAY_SHARE = (0.13, 0.70)
_MEAN_DAYS = {"somatik": (4.6, 2.1), "psykiatri": (6.1, 4.0), "akut": (4.6, 2.1), "geriatrik": (5.0, 2.6)}
_VARDFORM_SHARE = {"somatik": 0.92, "psykiatri": 0.08}
_VARDFORM_SHARE_OLD = {"akut": 0.80, "geriatrik": 0.12, "psykiatri": 0.08}
_DAYS_BEFORE_NOTICE = {"somatik": 5.0, "akut": 5.0, "geriatrik": 9.0, "psykiatri": 16.0}  # medians
_WARDS = {
    "somatik": ("Medicin", "Kirurgi", "Ortopedi", "Stroke", "Geriatrik", "Infektion"),
    "akut": ("Medicin", "Kirurgi", "Ortopedi", "Stroke", "Infektion"),
    "geriatrik": ("Geriatrik", "Geriatrisk rehabilitering"),
    "psykiatri": ("Allmänpsykiatri", "Äldrepsykiatri", "Beroende"),
}

_WEEKDAY_WEIGHT = (1.05, 1.0, 1.0, 1.0, 1.2, 0.25, 0.2)  # Monday first: notices before a weekend, few in it
_RENOTICED_SHARE = 0.034
_OUT_OF_COUNTY_SHARE = 0.02
_BLANK_KOMMUN_SHARE = 0.003
_PLACED_SHARE = 0.01
_LONG_STAY_SHARE = 0.01  # of a kommun of ordinary speed; a slow one has more
_LONG_STAY_MEDIAN_DAYS, _LONG_STAY_SPREAD = 18.0, 0.9


class RequestError(ValueError):
    """What was asked for cannot be made; the text says what can."""


@dataclass(frozen=True, slots=True)
class _Payers:
    """The kommuner to draw from: `share` of the region's patients and `slowness` (weighted mean 1, 0 = never late)."""

    codes: npt.NDArray[np.str_]
    share: Floats
    slowness: Floats


def generate(cases: int, region: str, year: int, seed: int) -> pd.DataFrame:
    """Make `cases` notices sent in `year` by the region with länskod `region`, in order of time.

    Returns one row per notice in the case table's columns and order: text as `str` (blank is `""`), times as
    `datetime64[s]` on whole minutes (NaT = blank), yes/no as `ja`/`nej`. The first of two notices of one stay may
    fall in December before. Years through 2017 have the kinds of care and the messages of lag (1990:1404), later years
    those of lag (2017:612), 2018 has the messages of both. The rows are consistent, but as in life some lack a kommun,
    some a message, and some are still in. The same arguments give the same frame.

    Raises RequestError for a number of cases below 1, an unknown region or a year outside 1992–2099.
    """
    if not 1 <= cases <= MAX_CASES:
        raise RequestError(f"{cases} ärenden går inte att göra. Ange ett antal från 1 till {MAX_CASES}.")
    if region not in region_names():
        known = ", ".join(f"{code} {name}" for code, name in sorted(region_names().items()))
        raise RequestError(f"{region} är ingen regions länskod. Det finns {known}.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RequestError(f"{year} är utanför åren som går att göra, {FIRST_YEAR}–{LAST_YEAR}.")

    rng = np.random.default_rng(seed)
    payers = _payers(rng, region)
    renoticed_count = round(cases * _RENOTICED_SHARE)
    n = cases - renoticed_count

    kinds = _VARDFORM_SHARE if year >= _NEW_STATUTE_YEAR else _VARDFORM_SHARE_OLD
    vardform = np.array(list(kinds))
    kind = rng.choice(len(kinds), n, p=list(kinds.values()))
    payer = rng.choice(len(payers.codes), n, p=payers.share)

    notice = _notice_times(rng, n, year)
    renoticed = np.sort(rng.choice(n, renoticed_count, replace=False))
    first_notice = notice.copy()
    first_notice[renoticed] -= _seconds(rng.integers(2, 9, renoticed_count) * SECONDS_PER_DAY)
    days = _days_until_discharge(rng, year, vardform[kind], payers.slowness[payer])
    discharge = _discharge_times(rng, notice, days)
    admission = _admission_times(rng, first_notice, np.array([_DAYS_BEFORE_NOTICE[v] for v in vardform])[kind])
    message = _admission_message(rng, admission, first_notice)

    new_statute = year >= _NEW_STATUTE_YEAR
    sip_needed = (rng.random(n) < 0.55) & new_statute
    sip_call = np.where(sip_needed, _sip_call(rng, first_notice), _NEVER)
    kallelse, justerad, took_part = _care_planning(rng, first_notice, admission, year)
    obstacle_from, obstacle_to = _obstacles(rng, notice, discharge, (days >= 1) & new_statute)
    withdrawn = np.where((rng.random(n) < 0.006) & (days >= 1), _between(rng, notice, discharge, 0.05, 0.9), _NEVER)
    avslut = _avslut(rng, days)

    # A row per notice: every stay's last one, then the first one of those that were withdrawn and given anew.
    stay = np.concatenate([np.arange(n), renoticed])
    is_first = np.arange(cases) >= n
    sent = np.where(is_first, first_notice[stay], notice[stay])
    taken_back = np.where(is_first, _between(rng, first_notice, notice, 0.1, 0.8)[stay], withdrawn[stay])
    times = {
        "inskriven": admission[stay],
        "inskrivningsmeddelande": message[stay],
        "utskrivningsklar": sent,
        "aterkallad": taken_back,
        "sip_kallelse": sip_call[stay],
        "oppenvard_hinder_fran": np.where(is_first, _NEVER, obstacle_from[stay]),
        "oppenvard_hinder_till": np.where(is_first, _NEVER, obstacle_to[stay]),
        "kallelse_mottagen": kallelse[stay],
        "vardplan_justerad": justerad[stay],
        "utskriven": discharge[stay],
    }
    extracted = np.datetime64(f"{year + 1}-01-01", "s")
    times = {name: _whole_minutes(np.where(t < extracted, t, _NEVER)) for name, t in times.items()}

    home, placed_by = _home_and_placing(rng, payers.codes[payer], region)
    psychiatry = (vardform == "psykiatri")[kind]
    text = {
        "vardtillfalle_id": _ids(f"V{region}-{year}", stay + 1),
        "patient_id": patient_ids(rng, psychiatry, year).take(pa.array(stay)),
        "folkbokforingskommun": pa.array(home[stay]),
        "placeringskommun": pa.array(placed_by[stay]),
        "vardform": pa.array(vardform[kind][stay]),
        "enhet": _wards(rng, vardform, kind).take(pa.array(stay)),
        "sip_kravs": _yes_no(sip_needed[stay]),
        "kommun_medverkade": _yes_no(took_part[stay]),
        "avslut": pa.array(np.where(np.isnat(times["utskriven"]), "", avslut[stay])),
    }
    order = np.argsort(times["utskrivningsklar"], kind="stable")
    columns: dict[str, pd.Series[str] | Times] = {"arende_id": _series(_ids(f"{region}-{year}", np.arange(cases) + 1))}
    columns |= {name: _series(values.take(pa.array(order))) for name, values in text.items()}
    columns |= {name: values[order] for name, values in times.items()}
    return pd.DataFrame({c.name: columns[c.name] for c in CASE_COLUMNS if c.name in columns})


def _payers(rng: np.random.Generator, region: str) -> _Payers:
    """Shares and slowness of the region's kommuner: several-fold differences, and a few that are never late."""
    codes = np.array([k.code for k in kommuner().values() if k.lanskod == region])
    share = rng.lognormal(0, 0.8, len(codes))
    share /= share.sum()
    slowness = rng.lognormal(0, 0.9, len(codes))
    if len(codes) >= 4:
        slowness[np.argsort(slowness)[: len(codes) // 7 + 1]] = 0
    return _Payers(codes, share, slowness / (share @ slowness))


def _notice_times(rng: np.random.Generator, n: int, year: int) -> Times:
    """When each notice was sent, in order: by the weekday, and mostly between nine and four."""
    first, stop = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year + 1}-01-01", "D")
    calendar = np.arange(first, stop)
    weight = np.array(_WEEKDAY_WEIGHT)[(calendar.astype(np.int64) + 3) % 7]  # 1970-01-01 was a Thursday
    day = rng.choice(len(calendar), n, p=weight / weight.sum())
    morning = rng.random(n) < 0.62
    hour = np.where(morning, rng.normal(10.4, 1.1, n), rng.normal(13.9, 1.3, n))
    hour = np.where(rng.random(n) < 0.04, rng.uniform(0, 24, n), hour).clip(0, 23.98)
    return np.sort(_whole_minutes(first.astype("datetime64[s]") + _seconds(day * SECONDS_PER_DAY + hour * _HOUR)))


def _days_until_discharge(
    rng: np.random.Generator, year: int, vardform: npt.NDArray[np.str_], slowness: Floats
) -> Ints:
    """Whole days from the notice to the discharge, 0 = the same day.

    Those who stay: one day, more by the kommun's slowness, and a share with a long stay, so that the mean of the
    region's somatik and psykiatri is the published one.
    """
    n = len(vardform)
    mean_of_kind = {kind: float(np.interp(year, _SURVEY_YEARS, ends)) for kind, ends in _MEAN_DAYS.items()}
    mean = np.select([vardform == kind for kind in mean_of_kind], list(mean_of_kind.values()))
    mean_long_stay = _LONG_STAY_MEDIAN_DAYS * np.exp(_LONG_STAY_SPREAD**2 / 2)
    ordinary = (mean - 1 - _LONG_STAY_SHARE * mean_long_stay).clip(0.1) * slowness
    with np.errstate(divide="ignore"):
        scale = 1 / np.log1p(1 / ordinary)  # the floor of an exponential then has the mean `ordinary`
    days = 1 + np.floor(rng.exponential(1, n) * scale).astype(np.int64)
    long_stay = rng.random(n) < _LONG_STAY_SHARE * slowness
    days += np.where(long_stay, rng.lognormal(np.log(_LONG_STAY_MEDIAN_DAYS), _LONG_STAY_SPREAD, n), 0).astype(np.int64)
    same_day = rng.random(n) < np.interp(year, _SURVEY_YEARS, _SAME_DAY_SHARE)
    return np.where(same_day, 0, days)


def _discharge_times(rng: np.random.Generator, notice: Times, days: Ints) -> Times:
    """The discharge: later the same day, or in the middle of the day `days` later."""
    midnight = notice.astype("datetime64[D]").astype("datetime64[s]")
    late_evening = np.maximum(notice, midnight + np.timedelta64(21 * _HOUR, "s"))
    same_day = _between(rng, notice, late_evening, 0.1, 0.9)
    hour = rng.normal(13, 2, len(days)).clip(7, 21)
    return np.where(days == 0, same_day, midnight + _seconds(days * SECONDS_PER_DAY + hour * _HOUR))


def _admission_times(rng: np.random.Generator, first_notice: Times, median_days: Floats) -> Times:
    """The admission, from some hours to some weeks before the first notice."""
    days_before = rng.lognormal(np.log(median_days), 0.8).clip(0.15, 200)
    return first_notice - _seconds(days_before * SECONDS_PER_DAY)


def _admission_message(rng: np.random.Generator, admission: Times, first_notice: Times) -> Times:
    """The inskrivningsmeddelande: usually within 24 h and before the notice, else late, after the notice or missing."""
    n = len(admission)
    kind = rng.choice(4, n, p=(0.93, 0.045, 0.007, 0.018))
    within_a_day = np.minimum(
        admission + _seconds(rng.exponential(7 * _HOUR, n).clip(0, 24 * _HOUR)),
        _between(rng, admission, first_notice, 0.05, 0.95),
    )
    late = np.minimum(admission + _seconds(rng.uniform(1.05, 5, n) * SECONDS_PER_DAY), first_notice)
    after_notice = first_notice + _seconds(rng.uniform(0.5, 3, n) * SECONDS_PER_DAY)
    return np.choose(kind, [within_a_day, late, after_notice, np.full(n, _NEVER)])


def _sip_call(rng: np.random.Generator, first_notice: Times) -> Times:
    """The kallelse to SIP: before the notice or within three days of it, sometimes later, sometimes never."""
    n = len(first_notice)
    kind = rng.choice(4, n, p=(0.25, 0.66, 0.045, 0.045))
    days_after = np.choose(kind, [rng.uniform(-4, 0, n), rng.exponential(0.8, n).clip(0, 2.5), rng.uniform(4, 9, n), 0])
    return np.where(kind == 3, _NEVER, _in_working_hours(rng, first_notice + _seconds(days_after * SECONDS_PER_DAY)))


def _care_planning(
    rng: np.random.Generator, first_notice: Times, admission: Times, year: int
) -> tuple[Times, Times, Flags]:
    """Lag (1990:1404): the kallelse to vårdplanering, when the vårdplan was justerad, and whether the kommun took part.

    Years after 2018 have neither time.
    """
    n = len(first_notice)
    nothing: Times = np.full(n, _NEVER)
    if year > _NEW_STATUTE_YEAR:
        return nothing, nothing, np.ones(n, dtype=bool)
    received: Times = np.maximum(
        first_notice + _seconds(rng.normal(-2, 2.5, n).clip(-12, 5) * SECONDS_PER_DAY), admission
    )
    earliest: Times = np.maximum(received, first_notice)
    agreed: Times = earliest + _seconds(rng.exponential(1.2, n).clip(0, 14) * SECONDS_PER_DAY)
    took_part = rng.random(n) >= 0.02
    received = np.where(rng.random(n) < 0.01, _NEVER, _in_working_hours(rng, received))
    agreed = np.where((rng.random(n) < 0.03) | ~took_part, _NEVER, _in_working_hours(rng, agreed))
    return received, agreed, took_part


def _obstacles(rng: np.random.Generator, notice: Times, discharge: Times, possible: Flags) -> tuple[Times, Times]:
    """Times when the region's open care was not available: rare, inside the wait, one in eight without an end."""
    has_one = (rng.random(len(notice)) < 0.014) & possible
    start = _between(rng, notice, discharge, 0.0, 0.7)
    stop = _between(rng, start, discharge, 0.2, 1.0)
    ended = has_one & (rng.random(len(notice)) >= 0.12)
    return np.where(has_one, start, _NEVER), np.where(ended, stop, _NEVER)


def _avslut(rng: np.random.Generator, days: Ints) -> npt.NDArray[np.str_]:
    """How the stay ended: home, a kommun's bed, or by death (not on the day of the notice) or a broken-off planning."""
    usual = rng.choice(
        ["hem", "korttidsboende", "särskilt boende", "annat sjukhus"], len(days), p=(0.68, 0.18, 0.12, 0.02)
    )
    chance = rng.random(len(days))
    return np.select([(chance < 0.02) & (days > 0), (chance > 0.99) & (days > 0)], ["avliden", "avbruten"], usual)


def _home_and_placing(
    rng: np.random.Generator, payer: npt.NDArray[np.str_], region: str
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Folkbokföringskommun and placeringskommun: mostly the payer and blank, some out of county, some not known."""
    n = len(payer)
    everywhere = np.array([k.code for k in kommuner().values()])
    others = np.array([k.code for k in kommuner().values() if k.lanskod != region])
    chance = rng.random(n)
    away = chance < _OUT_OF_COUNTY_SHARE
    unknown = chance > 1 - _BLANK_KOMMUN_SHARE
    home = np.where(unknown, "", np.where(away, rng.choice(others, n), payer))
    placed = (rng.random(n) < _PLACED_SHARE) & ~unknown
    return home, np.where(placed, rng.choice(everywhere, n), "")


def _wards(rng: np.random.Generator, vardform: npt.NDArray[np.str_], kind: Ints) -> pa.Array:
    names = np.array([name for v in vardform for name in _WARDS[v]])
    counts = np.array([len(_WARDS[v]) for v in vardform])
    offset = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return pa.array(names).take(pa.array(offset[kind] + rng.integers(0, counts[kind])))


def _between(rng: np.random.Generator, start: Times, stop: Times, low: float, high: float) -> Times:
    """A time from `start` (fraction `low` of the way) to `stop` (fraction `high`)."""
    return start + _seconds((stop - start).astype(np.int64) * rng.uniform(low, high, len(start)))


def _in_working_hours(rng: np.random.Generator, times: Times) -> Times:
    """The same dates, at an hour when plans are made."""
    hour = rng.normal(12, 2.2, len(times)).clip(8, 16.5)
    midnight: Times = times.astype("datetime64[D]").astype("datetime64[s]")
    return midnight + _seconds(hour * _HOUR)


def _seconds(number: Floats | Ints) -> npt.NDArray[np.timedelta64]:
    return np.asarray(number).astype(np.int64).astype("timedelta64[s]")


def _whole_minutes(times: Times) -> Times:
    return times.astype("datetime64[m]").astype("datetime64[s]")


def _ids(prefix: str, numbers: Ints) -> pa.Array:
    width = max(6, len(str(numbers.max())))
    return pc.binary_join_element_wise(prefix, numbered(numbers, width), "-")


def _yes_no(flags: Flags) -> pa.Array:
    return pc.if_else(pa.array(flags), "ja", "nej")


def _series(values: pa.Array) -> pd.Series[str]:
    return pd.Series(values.cast(pa.large_string()).to_pandas(), dtype="str")
