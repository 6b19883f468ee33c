"""Completeness both ways: what is billed but no longer owed, owed but never billed, or owed at another amount."""

from __future__ import annotations

from collections.abc import Sequence

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


def compare_received(
    received: pd.DataFrame, wanted: pd.DataFrame, period: str, kommuner: Sequence[str]
) -> pd.DataFrame:
    """What a kommun got invoiced (`received`, LINE_COLUMNS) against what its own data say (`wanted`) for one month.

    Only the kommuner named are compared. Lines that the invoice itself takes back count as not billed. The name of
    the agreement is left out of the comparison: the two sides may call the same rule differently.
    """
    billed = _without_rule(_net(received[received["kommun"].isin(kommuner)]))
    owed = _without_rule(wanted[wanted["kommun"].isin(kommuner)])
    found = correction(owed, billed.assign(line=np.arange(1, len(billed) + 1), number=1))
    return differences(period, found)


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


def _without_rule(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(regelverk="")
