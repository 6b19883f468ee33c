"""Disputes: what a kommun objects to, how far up the ladder it went, and what it came to in money."""

from __future__ import annotations

import pandas as pd

from betalningsansvar.billing.ledger.credit_reasons import DISPUTES

MONEY_COLUMNS = ["invoiced_ore", "disputed_ore", "credited_ore", "credited_after_dispute_ore", "net_ore"]


def dispute_report(lines: pd.DataFrame, disputes: pd.DataFrame) -> pd.DataFrame:
    """Per kommun and month, sorted by both: MONEY_COLUMNS and `open` and `disputes`, the number of them (int64).

    `lines` are all issued lines: kommun, period, kind, reason, amount_ore (credits negative). `disputes` has kommun,
    period, amount_ore, decision. Invoiced is what was ever invoiced, also lines taken back later; net is what stands.
    """
    keys = ["kommun", "period"]
    invoiced = lines[lines["kind"] == "invoice"]
    credits = lines[lines["kind"] == "credit"]
    after_dispute = credits[credits["reason"].isin(DISPUTES)]
    sums = {
        "invoiced_ore": invoiced.groupby(keys)["amount_ore"].sum(),
        "disputed_ore": disputes.groupby(keys)["amount_ore"].sum(),
        "credited_ore": -credits.groupby(keys)["amount_ore"].sum(),
        "credited_after_dispute_ore": -after_dispute.groupby(keys)["amount_ore"].sum(),
        "disputes": disputes.groupby(keys).size(),
        "open": disputes[disputes["decision"] == ""].groupby(keys).size(),
    }
    # Joined by key: a kommun without disputes has no row in some of the sums.
    joined = pd.concat(sums, axis=1).astype("Int64").fillna(0).astype("int64").sort_index()
    joined.index.names = keys
    joined["net_ore"] = joined["invoiced_ore"] - joined["credited_ore"]
    return joined.reset_index()[[*keys, *MONEY_COLUMNS, "disputes", "open"]]


def share_permille(part_ore: int, whole_ore: int) -> int:
    """A share in thousandths, rounded half up; 0 of nothing."""
    return (2000 * part_ore + whole_ore) // (2 * whole_ore) if whole_ore else 0
