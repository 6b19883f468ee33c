"""What changed since the months were invoiced: from invoiced to outcome, per kommun and cause, exactly.

Lines that are the same on both sides drop out; what is left is compared day by day, so that every öre of the
difference gets one cause and the causes add up by construction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from betalningsansvar.billing.days import FAR, CaseDays
from betalningsansvar.billing.genomsnitt import amount_ore
from betalningsansvar.billing.year.outcome import cells
from betalningsansvar.data.categories import codes_of

CAUSES = ("schablon", "sena_uppgifter", "aterkallad", "andrad_betalare", "taxa", "regel", "ej_utfardad")
"""schablon: the outcome takes an issued schablon's place · sena_uppgifter: cases or times that came or changed later ·
aterkallad: the notice has been withdrawn · andrad_betalare: another kommun pays · taxa: another dygnsbelopp · regel:
another agreement or model · ej_utfardad: the month has not been issued."""

SCHABLON, LATE, WITHDRAWN, PAYER, TARIFF, RULE, NOT_ISSUED = range(len(CAUSES))

Cells = NDArray[np.int64]
_LINE = ["kommun", "month", "arende_id", "regelverk", "modell", "start", "stop", "dygn_micro", "rate_ore", "amount_ore"]


def waterfall(
    issued: pd.DataFrame,
    wanted: pd.DataFrame,
    cases: pd.DataFrame,
    issued_months: NDArray[np.bool_],
    schablon: NDArray[np.bool_],
    rulebooks: frozenset[str],
    kommuner: int,
) -> pd.DataFrame:
    """Öre by kommun (position), month, arende_id (`""` for a mean or a schablon) and cause (position in CAUSES), in
    `amount_ore`; what is 0 is left out.

    `issued` and `wanted` are lines with the columns kommun, month, arende_id, regelverk, modell, start, stop,
    dygn_micro, rate_ore, amount_ore; `issued_months` and `schablon` tell per kommun and month whether it was issued
    and whether the agreement charges it as schablon;
    `rulebooks` are the names of the agreements in force today. The sum over causes is wanted − issued per kommun.
    """
    both = pd.concat([issued[_LINE].assign(sign=-1), wanted[_LINE].assign(sign=1)], ignore_index=True)
    both = _without_equal(both)
    where = both["kommun"].to_numpy().astype(np.int64), both["month"].to_numpy().astype(np.int64) - 1
    not_issued = ~issued_months[where]
    # A printed share of 0 kr has no line, but is a schablon all the same.
    schablon_cells = schablon & issued_months & (cells(issued, kommuner) == 0)
    printed = (both["modell"] == "schablon").to_numpy()
    schablon_cells[where[0][printed], where[1][printed]] = True
    under_schablon = schablon_cells[where]
    own = (both["arende_id"] == "").to_numpy()
    rest = ~under_schablon & ~not_issued
    return _summed(
        [
            _whole(both[under_schablon], SCHABLON),
            _whole(both[not_issued & ~under_schablon], NOT_ISSUED),
            *_means(both[rest & own], rulebooks),
            *_days(both[rest & ~own], cases, rulebooks),
        ]
    )


def by_cause(explained: pd.DataFrame, kommuner: int) -> Cells:
    """Öre per kommun position and cause: shape (kommuner, number of CAUSES)."""
    total = np.zeros((kommuner, len(CAUSES)), np.int64)
    np.add.at(
        total, (explained["kommun"].to_numpy(), explained["cause"].to_numpy()), explained["amount_ore"].to_numpy()
    )
    return total


def of_cells(ore: Cells, cause: int) -> pd.DataFrame:
    """Öre per kommun position and month (column 0 is January) that all have one cause, as `waterfall` gives them."""
    kommun, month = np.nonzero(ore)
    return _part(kommun, month + 1, "", cause, ore[kommun, month])


def _summed(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The parts added up by kommun, month, case and cause, without what comes to 0."""
    found = pd.concat([part for part in parts if len(part)] or [_part([], [], [], [], [])], ignore_index=True)
    key = ["kommun", "month", "arende_id", "cause"]
    by_key: pd.DataFrame = found.groupby(key, as_index=False, sort=True)[["amount_ore"]].sum()
    return by_key[by_key["amount_ore"] != 0].reset_index(drop=True)


def _part(kommun: ArrayLike, month: ArrayLike, arende_id: ArrayLike, cause: ArrayLike, ore: ArrayLike) -> pd.DataFrame:
    size = len(np.asarray(kommun))
    return pd.DataFrame(
        {
            "kommun": np.asarray(kommun, np.int64),
            "month": np.asarray(month, np.int64),
            "arende_id": np.broadcast_to(np.asarray(arende_id, object), size),
            "cause": np.broadcast_to(np.asarray(cause, np.int64), size),
            "amount_ore": np.asarray(ore, np.int64),
        }
    )


def _whole(lines: pd.DataFrame, cause: int | NDArray[np.int64]) -> pd.DataFrame:
    signed = lines["sign"].to_numpy() * lines["amount_ore"].to_numpy()
    return _part(lines["kommun"], lines["month"], lines["arende_id"], cause, signed)


def _without_equal(both: pd.DataFrame) -> pd.DataFrame:
    """The lines net of their equals: a credit and what it reverses, an issued line and the same line wanted."""
    amount = both["sign"] * both["amount_ore"]
    dygn = both["sign"] * both["dygn_micro"]
    key = [name for name in _LINE if name not in ("dygn_micro", "amount_ore")]
    grouped = both.assign(amount_ore=amount, dygn_micro=dygn).groupby(key, as_index=False, sort=False)
    net = grouped[["amount_ore", "dygn_micro"]].sum()
    net = net[net["amount_ore"] != 0]
    sign = np.where(net["amount_ore"] < 0, -1, 1)
    return net.assign(sign=sign, amount_ore=net["amount_ore"].abs(), dygn_micro=net["dygn_micro"].abs())


def _means(lines: pd.DataFrame, rulebooks: frozenset[str]) -> Iterator[pd.DataFrame]:
    """Means of the same agreement and month: another rate is the tariff, the rest late data; else another rule."""
    key = ["kommun", "month", "regelverk", "modell"]
    was, now = (lines[lines["sign"] == sign].set_index(key) for sign in (-1, 1))
    pairs = was.add_suffix("_was").join(now.add_suffix("_now"), how="inner")
    if len(pairs) and was.index.is_unique and now.index.is_unique:
        at_new_rate = np.array(
            [
                int(amount_ore(np.array([dygn]), rate)[0])
                for dygn, rate in zip(pairs["dygn_micro_was"], pairs["rate_ore_now"], strict=True)
            ],
            np.int64,
        )
        kommun, month = (pairs.index.get_level_values(name).to_numpy() for name in ("kommun", "month"))
        yield _part(kommun, month, "", TARIFF, at_new_rate - pairs["amount_ore_was"].to_numpy())
        yield _part(kommun, month, "", LATE, pairs["amount_ore_now"].to_numpy() - at_new_rate)
        lines = lines[~pd.MultiIndex.from_frame(lines[key]).isin(pairs.index)]
    known = lines["regelverk"].isin(rulebooks).to_numpy()
    yield _whole(lines, np.where(known, LATE, RULE))


def _days(lines: pd.DataFrame, cases: pd.DataFrame, rulebooks: frozenset[str]) -> Iterator[pd.DataFrame]:
    """Case lines: first the payer, then each day on one side or both."""
    if lines.empty:
        return
    now = cases.drop_duplicates("arende_id").set_index("arende_id")
    today = lines["arende_id"].map(pd.Series(codes_of(now["kommun"]), now.index)).fillna(-1).to_numpy(np.int64)
    was = lines["sign"].to_numpy() < 0
    moved = was & (today >= 0) & (today != lines["kommun"].to_numpy())
    gone_from = lines[moved]
    amount = gone_from["amount_ore"].to_numpy()
    yield _part(gone_from["kommun"], gone_from["month"], gone_from["arende_id"], PAYER, -amount)
    yield _part(today[moved], gone_from["month"], gone_from["arende_id"], PAYER, amount)
    lines = lines.assign(kommun=np.where(moved, today, lines["kommun"].to_numpy()))

    taken_back = lines["arende_id"].map(pd.Series(CaseDays.of(now).aterkallad, now.index)).fillna(FAR)
    per_day = _each_day(lines.assign(aterkallad=taken_back.to_numpy(np.int64)))
    groups = per_day.groupby(["kommun", "arende_id", "day"], sort=False)
    number = np.array(groups.ngroup(), np.int64)
    size = int(number.max()) + 1
    law, _ = pd.factorize(per_day["law"])
    ore, law_of = np.zeros((2, size), np.int64), np.full((2, size), -1)
    side = (per_day["sign"].to_numpy() > 0).astype(np.int64)
    # A day stands once on each side of a case; were it otherwise, the sums would still tie.
    np.add.at(ore, (side, number), per_day["amount_ore"].to_numpy())
    law_of[side, number] = law
    day, withdrawn_from = (_of_group(per_day, name, number, size) for name in ("day", "aterkallad"))
    foreign_law = np.zeros(size, np.bool_)
    foreign_law[number] = ~per_day["law"].str.split("/").str[0].isin(rulebooks).to_numpy() & (side == 0)
    on_both, gone = (law_of >= 0).all(axis=0), law_of[1] < 0
    cause = np.select(
        [on_both & (law_of[0] == law_of[1]), on_both, gone & (day >= withdrawn_from), gone & foreign_law],
        [TARIFF, RULE, WITHDRAWN, RULE],
        LATE,
    )
    first = per_day.iloc[np.unique(number, return_index=True)[1]]
    yield _part(first["kommun"], first["month"], first["arende_id"], cause, ore[1] - ore[0])


def _of_group(per_day: pd.DataFrame, column: str, number: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    values = np.zeros(size, np.int64)
    values[number] = per_day[column].to_numpy(np.int64)
    return values


def _each_day(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per case, day and side with its öre; what does not divide into the days stays on the first."""
    days = (lines["stop"] - lines["start"]).to_numpy(np.int64)
    each = np.repeat(np.arange(len(lines)), days)
    first = np.cumsum(days) - days
    offset = np.arange(len(each)) - first[each]
    share = lines["amount_ore"].to_numpy() // days
    amount = share[each] + np.where(offset == 0, (lines["amount_ore"].to_numpy() - share * days)[each], 0)
    law = (lines["regelverk"] + "/" + lines["modell"]).to_numpy()
    return pd.DataFrame(
        {
            "kommun": lines["kommun"].to_numpy(np.int64)[each],
            "month": lines["month"].to_numpy(np.int64)[each],
            "arende_id": lines["arende_id"].to_numpy()[each],
            "day": lines["start"].to_numpy(np.int64)[each] + offset,
            "sign": lines["sign"].to_numpy()[each],
            "aterkallad": lines["aterkallad"].to_numpy()[each],
            "law": law[each],
            "amount_ore": amount,
        }
    )
