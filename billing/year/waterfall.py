"""What changed since the months were invoiced: from invoiced to outcome, per kommun and cause, exactly.

Lines that are the same on both sides drop out; what is left is compared day by day, so that every öre of the
difference gets one cause and the causes add up by construction.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
) -> Cells:
    """Öre per kommun position and cause: shape (kommuner, number of CAUSES).

    `issued` and `wanted` are lines with the columns kommun, month, arende_id, regelverk, modell, start, stop,
    dygn_micro, rate_ore, amount_ore; `issued_months` and `schablon` tell per kommun and month whether it was issued
    and whether the agreement charges it as schablon;
    `rulebooks` are the names of the agreements in force today. The sum over causes is wanted − issued per kommun.
    """
    total = np.zeros((kommuner, len(CAUSES)), np.int64)
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

    _add(total, both[under_schablon], SCHABLON)
    _add(total, both[not_issued & ~under_schablon], NOT_ISSUED)
    rest = ~under_schablon & ~not_issued
    _means(total, both[rest & own], rulebooks)
    _days(total, both[rest & ~own], cases, rulebooks)
    return total


def _add(total: Cells, lines: pd.DataFrame, cause: int | NDArray[np.int64]) -> None:
    kommun = lines["kommun"].to_numpy().astype(np.int64)
    signed = lines["sign"].to_numpy() * lines["amount_ore"].to_numpy()
    np.add.at(total, (kommun, np.broadcast_to(cause, len(kommun))), signed)


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


def _means(total: Cells, lines: pd.DataFrame, rulebooks: frozenset[str]) -> None:
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
        kommun = pairs.index.get_level_values("kommun").to_numpy().astype(np.int64)
        np.add.at(total[:, TARIFF], kommun, at_new_rate - pairs["amount_ore_was"].to_numpy())
        np.add.at(total[:, LATE], kommun, pairs["amount_ore_now"].to_numpy() - at_new_rate)
        lines = lines[~pd.MultiIndex.from_frame(lines[key]).isin(pairs.index)]
    known = lines["regelverk"].isin(rulebooks).to_numpy()
    _add(total, lines, np.where(known, LATE, RULE))


def _days(total: Cells, lines: pd.DataFrame, cases: pd.DataFrame, rulebooks: frozenset[str]) -> None:
    """Case lines: first the payer, then each day on one side or both."""
    if lines.empty:
        return
    now = cases.drop_duplicates("arende_id").set_index("arende_id")
    today = lines["arende_id"].map(pd.Series(codes_of(now["kommun"]), now.index)).fillna(-1).to_numpy(np.int64)
    was = lines["sign"].to_numpy() < 0
    moved = was & (today >= 0) & (today != lines["kommun"].to_numpy())
    amount = lines["amount_ore"].to_numpy()
    np.add.at(total[:, PAYER], lines["kommun"].to_numpy().astype(np.int64)[moved], -amount[moved])
    np.add.at(total[:, PAYER], today[moved], amount[moved])
    lines = lines.assign(kommun=np.where(moved, today, lines["kommun"].to_numpy()))

    taken_back = lines["arende_id"].map(pd.Series(CaseDays.of(now).aterkallad, now.index)).fillna(FAR)
    per_day = _each_day(lines.assign(aterkallad=taken_back.to_numpy(np.int64)))
    number = np.array(per_day.groupby(["kommun", "arende_id", "day"], sort=False).ngroup(), np.int64)
    size = int(number.max()) + 1
    law, _ = pd.factorize(per_day["law"])
    ore, law_of = np.zeros((2, size), np.int64), np.full((2, size), -1)
    side = (per_day["sign"].to_numpy() > 0).astype(np.int64)
    # A day stands once on each side of a case; were it otherwise, the sums would still tie.
    np.add.at(ore, (side, number), per_day["amount_ore"].to_numpy())
    law_of[side, number] = law
    kommun, day, withdrawn_from = (_of_group(per_day, name, number, size) for name in ("kommun", "day", "aterkallad"))
    foreign_law = np.zeros(size, np.bool_)
    foreign_law[number] = ~per_day["law"].str.split("/").str[0].isin(rulebooks).to_numpy() & (side == 0)
    on_both, gone = (law_of >= 0).all(axis=0), law_of[1] < 0
    cause = np.select(
        [on_both & (law_of[0] == law_of[1]), on_both, gone & (day >= withdrawn_from), gone & foreign_law],
        [TARIFF, RULE, WITHDRAWN, RULE],
        LATE,
    )
    np.add.at(total, (kommun, cause), ore[1] - ore[0])


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
            "arende_id": lines["arende_id"].to_numpy()[each],
            "day": lines["start"].to_numpy(np.int64)[each] + offset,
            "sign": lines["sign"].to_numpy()[each],
            "aterkallad": lines["aterkallad"].to_numpy()[each],
            "law": law[each],
            "amount_ore": amount,
        }
    )
