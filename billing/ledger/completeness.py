"""Completeness both ways: what is billed but no longer owed, owed but never billed, or owed at another amount."""

from __future__ import annotations

import numpy as np
import pandas as pd

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS

KINDS = {
    "EJ_LANGRE_SKYLDIG": "fakturerat men ska inte betalas",
    "ALDRIG_FAKTURERAD": "ska betalas men är inte fakturerat",
    "ANNAT_BELOPP": "ska betalas med ett annat belopp",
    "ANDRA_DYGN": "samma belopp för andra dygn eller efter en annan regel",
    "KREDITERAD": "krediterat men ska betalas",
}
"""What a difference is, and the words for it."""

_CASE = ["period", "kommun", "arende_id", "modell"]


def differences(owed: pd.DataFrame, billed: pd.DataFrame) -> pd.DataFrame:
    """The cases (and means and schablon, whose arende_id is `""`) that differ, of all months at once.

    Both sides hold lines: LINE_COLUMNS and `period`. A case differs when a line stands more often on one side.
    Columns: period, kommun, arende_id, modell, `billed_ore`, `owed_ore` int64, kind (a key of KINDS);
    in the order of the first four.
    """
    both = pd.concat(
        [
            owed.assign(owed_ore=owed["amount_ore"], billed_ore=0, more=1),
            billed.assign(owed_ore=0, billed_ore=billed["amount_ore"], more=-1),
        ]
    )
    sums = ["billed_ore", "owed_ore"]
    lines = both.groupby(["period", *LINE_COLUMNS])[[*sums, "more"]].sum().reset_index()
    cases = lines.assign(differs=lines["more"] != 0).groupby(_CASE)[[*sums, "differs"]].agg("sum")
    rows = cases.loc[cases["differs"] > 0, sums].astype("int64").reset_index()
    kind = np.select(
        [rows["owed_ore"] == rows["billed_ore"], rows["owed_ore"] == 0, rows["billed_ore"] == 0],
        ["ANDRA_DYGN", "EJ_LANGRE_SKYLDIG", "ALDRIG_FAKTURERAD"],
        default="ANNAT_BELOPP",
    )
    return rows.assign(kind=pd.Series(kind, dtype="str"))
