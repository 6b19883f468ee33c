"""What issuing would add: the month's wanted lines held against the ledger, and what a person is shown of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Connection

from betalningsansvar.billing.ledger.chain import head
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import Correction, correction
from betalningsansvar.billing.ledger.credit_reasons import CORRECTIONS
from betalningsansvar.billing.ledger.dispute_reading import granted
from betalningsansvar.billing.ledger.errors import MissingCasesError, NoLedgerError
from betalningsansvar.billing.ledger.head import START, Head, Seen, fingerprint, with_series
from betalningsansvar.billing.ledger.reading import runs, standing_lines
from betalningsansvar.billing.ledger.settings import has_series
from betalningsansvar.billing.ledger.verify import NOTHING_YET, Proof, require_sound_month
from betalningsansvar.data.settings.avsandare import Nummerserie


@dataclass(frozen=True, slots=True)
class Held:
    """What the input holds, billed or not: its cases, and the kommuner that pay for any of them."""

    cases: frozenset[str]
    kommuner: frozenset[str]

    @classmethod
    def of(cls, cases: pd.DataFrame) -> Held:
        """From a checked case frame (`arende_id`, `kommun`)."""
        found = (frozenset(cases[name].astype("str").unique().tolist()) for name in ("arende_id", "kommun"))
        return cls(*found)


@dataclass(frozen=True, slots=True)
class IssuePlan:
    """What issuing would add. `frozen` tells that the month has been issued before, `agreements` by which; `head` is
    the end of the chain the plan was made on and `proof` what the ledger held there; `wanted` the fingerprint of the
    wanted lines. `vanished` are those credited lines whose case (or, for a mean, whose kommun) the input does not
    hold at all: a forgotten file looks like that. `series` is the one that the ledger numbers by from this issue on,
    where it has none yet."""

    period: str
    correction: Correction
    frozen: bool
    agreements: tuple[str, ...]
    head: Head
    wanted: str
    vanished: pd.DataFrame
    proof: Proof
    series: Nummerserie | None = None

    @property
    def nothing_to_do(self) -> bool:
        return self.frozen and self.correction.is_empty

    @property
    def seen(self) -> Seen:
        """What whoever is shown this plan has seen."""
        return Seen(self.head.seq, with_series(self.head, self.series), self.wanted)

    def require_held(self) -> None:
        """Raise MissingCasesError where lines would be credited only because the input lacks their cases."""
        if self.vanished.empty:
            return
        own_case = self.vanished["arende_id"] != ""
        raise MissingCasesError(
            self.period,
            sorted(self.vanished.loc[own_case, "arende_id"].unique()),
            sorted(self.vanished.loc[~own_case, "kommun"].unique()),
            int(self.vanished["amount_ore"].sum()),
        )


def plan_issue(
    ledger: Ledger, wanted: pd.DataFrame, period: str, held: Held | None, series: Nummerserie | None = None
) -> IssuePlan:
    """Hold the `wanted` lines (LINE_COLUMNS) of a month against the ledger, whose part in it is proved first.

    `held` is what the input holds; None where that is not asked, and then nothing is said to have vanished. `series`
    is the sender's. Without a ledger everything is new. Raises LedgerError, NumberSeriesError where the ledger numbers
    by another series, and BrokenLedgerError when it does not hold.
    """
    try:
        with ledger.reading() as connection:
            proof = require_sound_month(connection, period)
            new_series = None if series is None or has_series(connection, series) else series
            return replace(plan_in(connection, wanted, period, held, proof), series=new_series)
    except NoLedgerError:
        nothing = wanted.iloc[:0].assign(line=0, number=0)
        found = correction(wanted, nothing)
        sign = fingerprint(period, wanted)
        return IssuePlan(period, found, False, (), Head(0, START), sign, found.credited, NOTHING_YET, series)


def plan_in(connection: Connection, wanted: pd.DataFrame, period: str, held: Held | None, proof: Proof) -> IssuePlan:
    """The plan inside a reading that has proved the ledger."""
    earlier = runs(connection, period)
    standing = standing_lines(connection, period)
    found = correction(wanted, standing, **granted(connection, period, standing))
    return IssuePlan(
        period=period,
        correction=found,
        frozen=bool(earlier),
        agreements=tuple(dict.fromkeys(run.agreement for run in earlier)),
        head=head(connection),
        wanted=fingerprint(period, wanted),
        vanished=_vanished(found.credited, held),
        proof=proof,
    )


def plan_settlement(wanted: pd.DataFrame, year: str, read: Head, series: Nummerserie | None = None) -> IssuePlan:
    """The plan of a year's settlement: `wanted` (LINE_COLUMNS, one line per kommun) is what is left, computed from the
    ledger as it was at `read`, which has yet to get the number `series`, if any."""
    found = correction(wanted, wanted.iloc[:0].assign(line=0, number=0))
    return IssuePlan(year, found, False, (), read, fingerprint(year, wanted), found.credited, NOTHING_YET, series)


def _vanished(credited: pd.DataFrame, held: Held | None) -> pd.DataFrame:
    """Of the credited lines, those that no dispute explains and whose case or kommun the input does not hold."""
    if held is None or credited.empty:
        return credited.iloc[:0]
    own_case = credited["arende_id"] != ""
    no_case = own_case & ~credited["arende_id"].isin(held.cases)
    no_kommun = ~own_case & (credited["modell"] == "genomsnitt") & ~credited["kommun"].isin(held.kommuner)
    charged = credited["amount_ore"] != 0
    return credited[(no_case | no_kommun) & charged & credited["reason"].isin(CORRECTIONS)].reset_index(drop=True)
