"""What a kommun got invoiced held against what its own data say, line by line: what it agrees with and what not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from betalningsansvar.billing.ledger.completeness import differences
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, Correction, correction

_KEYS = ["kommun", "arende_id", "modell"]
BILLED, OWED = "fakturerat", "beraknat"
"""Whose side a disputed line is: the invoice's, or that of the kommun's own data."""


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What a kommun got invoiced against what its own data say, for one month: what it can answer with.

    `agreed` has the lines both sides have (LINE_COLUMNS, with the rule of the kommun's own data), and the credits of
    what the data do not say is owed.
    `disputed` has the lines that only one side has, by case:
    LINE_COLUMNS (with the rule that side names), `side` (BILLED or OWED) and `kind` (a key of KINDS).
    `cases` is per case as `billing.ledger.completeness.differences`.
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
        """What the kommun's own data say beyond what is invoiced, and what was credited though they say it is owed."""
        return int((self.cases["owed_ore"] - self.cases["billed_ore"]).clip(lower=0).sum())


def received_report(
    received: pd.DataFrame, wanted: pd.DataFrame, period: str, kommuner: Sequence[str]
) -> ReceivedReport:
    """Hold the lines `received` (LINE_COLUMNS) against those `wanted` for one month, of the kommuner named.

    Lines that the invoice itself takes back count as not billed. A credit of a line that is not among those received
    is agreed with when the data do not say that the line is owed. An invoice that only credits is no bill of the
    month: what it leaves out is not missing. The name of the rule is left out of the comparison: the two sides may
    call the same rule differently.
    """
    billed, taken_back = _net(received.loc[received["kommun"].isin(kommuner), LINE_COLUMNS])
    owed = wanted.loc[wanted["kommun"].isin(kommuner), LINE_COLUMNS]
    back = _held(owed, taken_back)
    asked = back.new if len(billed) or taken_back.empty else owed[:0]
    found = _held(asked, billed)
    wrongly = _with_rule(back.unchanged, owed, OWED).assign(kind="KREDITERAD" if len(back.unchanged) else "")
    cases = differences(*(side.assign(regelverk="", period=period) for side in (asked, billed)))
    sides = [_with_rule(found.credited, billed, BILLED), _with_rule(found.new, owed, OWED)]
    lines = pd.concat(sides, ignore_index=True).merge(cases[[*_KEYS, "kind"]], on=_KEYS, how="left")
    agreed = [_with_rule(found.unchanged, owed, ""), _as_credit(_with_rule(back.credited, taken_back, ""))]
    return ReceivedReport(
        period=period,
        agreed=_joined([part[LINE_COLUMNS] for part in agreed]),
        disputed=_joined([lines, wrongly]).sort_values([*_KEYS, "side", "fran"], kind="stable", ignore_index=True),
        cases=_joined([cases, _cases(period, wrongly)]),
    )


def _net(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines without those a credit line takes back; and those that a credit takes back although they are not here,
    as they were charged."""
    credits = _as_credit(lines[lines["amount_ore"] < 0])
    left = _held(lines[lines["amount_ore"] >= 0], credits)
    return _with_rule(left.new, lines, "")[LINE_COLUMNS], left.credited[LINE_COLUMNS]


def _held(wanted: pd.DataFrame, issued: pd.DataFrame) -> Correction:
    """The two sides line by line, whatever they call the rule."""
    plain = issued.assign(regelverk="", line=np.arange(len(issued)), number=1)
    return correction(wanted.assign(regelverk=""), plain)


def _as_credit(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with days and amount the other way."""
    return lines.assign(dygn_micro=-lines["dygn_micro"], amount_ore=-lines["amount_ore"])


def _with_rule(lines: pd.DataFrame, said: pd.DataFrame, side: str) -> pd.DataFrame:
    """The lines with the rule that their own side names, and whose side it is."""
    rest = [name for name in LINE_COLUMNS if name != "regelverk"]
    named = said[LINE_COLUMNS].drop_duplicates(rest)
    return lines[rest].merge(named, on=rest, how="left")[LINE_COLUMNS].assign(side=side)


def _cases(period: str, wrongly: pd.DataFrame) -> pd.DataFrame:
    """The cases that were credited though they are owed, as `differences`."""
    owed_ore = wrongly.groupby([*_KEYS, "kind"])["amount_ore"].sum()
    rows = owed_ore.rename("owed_ore").reset_index().assign(period=period, billed_ore=0)
    return rows[["period", *_KEYS, "billed_ore", "owed_ore", "kind"]]


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The parts below one another; an empty one has no say in the kinds of the columns."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else parts[0].reset_index(drop=True)
