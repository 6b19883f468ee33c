"""Completeness both ways: what is billed but no longer owed, owed but never billed, or owed at another amount."""

from __future__ import annotations

import numpy as np
import pandas as pd

from betalningsansvar.billing.ledger.corrections import Correction

KINDS = {
    "EJ_LANGRE_SKYLDIG": "fakturerat men ska inte betalas",
    "ALDRIG_FAKTURERAD": "ska betalas men är inte fakturerat",
    "ANNAT_BELOPP": "ska betalas med ett annat belopp",
    "ANDRA_DYGN": "samma belopp för andra dygn eller efter en annan regel",
    "KREDITERAD": "krediterat men ska betalas",
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
