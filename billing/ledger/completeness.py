"""Completeness both ways: what is billed but no longer owed, owed but never billed, or owed at another amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, Correction, correction

KINDS = {
    "EJ_LANGRE_SKYLDIG": "fakturerat men ska inte betalas",
    "ALDRIG_FAKTURERAD": "ska betalas men är inte fakturerat",
    "ANNAT_BELOPP": "ska betalas med ett annat belopp",
    "ANDRA_DYGN": "samma belopp för andra dygn eller efter en annan regel",
}
"""What a difference is, and the words for it."""

NO_DIFFERENCES = pd.DataFrame(
    {name: pd.Series(dtype="str") for name in ("period", "kommun", "arende_id", "modell")}
    | {name: pd.Series(dtype="int64") for name in ("billed_ore", "owed_ore")}
    | {"kind": pd.Series(dtype="str")}
)

_KEYS = ["kommun", "arende_id", "modell"]


def differences(period: str, found: Correction) -> pd.DataFrame:
    """The cases (and means and schablon, whose arende_id is `""`) of a month that differ.

    Columns: period, kommun, arende_id, modell, `billed_ore`, `owed_ore` int64, kind (a key of KINDS). `found` holds
    what is owed (wanted) against what is billed (issued).
    """
    parts = {"new": found.new, "credited": found.credited, "unchanged": found.unchanged}
    sums = pd.concat({name: part.groupby(_KEYS)["amount_ore"].sum() for name, part in parts.items()}, axis=1)
    # A case that only has unchanged lines differs in nothing.
    differing = sums[sums["new"].notna() | sums["credited"].notna()].fillna(0).astype("int64")
    billed_ore = (differing["credited"] + differing["unchanged"]).to_numpy()
    owed_ore = (differing["new"] + differing["unchanged"]).to_numpy()
    kind = np.select(
        [owed_ore == billed_ore, owed_ore == 0, billed_ore == 0],
        ["ANDRA_DYGN", "EJ_LANGRE_SKYLDIG", "ALDRIG_FAKTURERAD"],
        default="ANNAT_BELOPP",
    )
    rows = differing.index.to_frame(index=False).assign(billed_ore=billed_ore, owed_ore=owed_ore, kind=kind)
    rows.insert(0, "period", period)
    return rows.sort_values(["period", *_KEYS], kind="stable").reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What a kommun got invoiced against what its own data say, for one month: what it can answer with.

    `agreed` has the lines both sides have (LINE_COLUMNS). `disputed` has the lines that only one side has, by case:
    LINE_COLUMNS (with the rule that side names), `side` (`fakturerat` or `beraknat`) and `kind` (a key of KINDS).
    `cases` is per case as `differences`.
    """

    period: str
    agreed: pd.DataFrame
    disputed: pd.DataFrame
    cases: pd.DataFrame

    @property
    def agreed_ore(self) -> int:
        return int(self.agreed["amount_ore"].sum())

    @property
    def too_much_ore(self) -> int:
        """What is invoiced beyond what the kommun's own data say."""
        return int((self.cases["billed_ore"] - self.cases["owed_ore"]).clip(lower=0).sum())

    @property
    def too_little_ore(self) -> int:
        """What the kommun's own data say beyond what is invoiced."""
        return int((self.cases["owed_ore"] - self.cases["billed_ore"]).clip(lower=0).sum())


def received_report(
    received: pd.DataFrame, wanted: pd.DataFrame, period: str, kommuner: Sequence[str]
) -> ReceivedReport:
    """Hold the lines `received` (LINE_COLUMNS) against those `wanted` for one month, of the kommuner named.

    Lines that the invoice itself takes back count as not billed. The name of the agreement is left out of the
    comparison: the two sides may call the same rule differently.
    """
    billed = _net(received[received["kommun"].isin(kommuner)])
    owed = wanted[wanted["kommun"].isin(kommuner)]
    numbered = _without_rule(billed).assign(line=np.arange(1, len(billed) + 1), number=1)
    found = correction(_without_rule(owed), numbered)
    cases = differences(period, found)
    sides = [_with_rule(found.credited, billed, "fakturerat"), _with_rule(found.new, owed, "beraknat")]
    lines = pd.concat(sides, ignore_index=True).merge(cases[[*_KEYS, "kind"]], on=_KEYS, how="left")
    return ReceivedReport(
        period=period,
        agreed=_with_rule(found.unchanged, billed, "")[LINE_COLUMNS],
        disputed=lines.sort_values([*_KEYS, "side", "fran"], kind="stable").reset_index(drop=True),
        cases=cases,
    )


def compare_received(
    received: pd.DataFrame, wanted: pd.DataFrame, period: str, kommuner: Sequence[str]
) -> pd.DataFrame:
    """The cases of `received_report` that differ."""
    return received_report(received, wanted, period, kommuner).cases


def _net(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines without those a credit line takes back, and without the credit lines."""
    credits = lines[lines["amount_ore"] < 0].assign(
        dygn_micro=lambda frame: -frame["dygn_micro"], amount_ore=lambda frame: -frame["amount_ore"]
    )
    charged = lines[lines["amount_ore"] >= 0]
    left = correction(charged, credits.assign(line=1, number=1))
    return pd.concat([left.new, _as_credit(left.credited)], ignore_index=True)


def _as_credit(lines: pd.DataFrame) -> pd.DataFrame:
    """Credits of lines that were invoiced earlier and are not in the file: they stay, as negative amounts."""
    return lines[LINE_COLUMNS].assign(dygn_micro=-lines["dygn_micro"], amount_ore=-lines["amount_ore"])


def _with_rule(lines: pd.DataFrame, said: pd.DataFrame, side: str) -> pd.DataFrame:
    """The lines with the rule that their own side names, and whose side it is."""
    rest = [name for name in LINE_COLUMNS if name != "regelverk"]
    named = said[LINE_COLUMNS].drop_duplicates(rest)
    return lines[rest].merge(named, on=rest, how="left")[LINE_COLUMNS].assign(side=side)


def _without_rule(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(regelverk="")
