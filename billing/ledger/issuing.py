"""Issuing: what was shown is numbered and frozen in one transaction, or nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from betalningsansvar.billing.ledger.approving import require_approved
from betalningsansvar.billing.ledger.chain import head, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import PlanChangedError
from betalningsansvar.billing.ledger.facts import RunFacts, Terms
from betalningsansvar.billing.ledger.head import Head, Seen
from betalningsansvar.billing.ledger.later import entries_since
from betalningsansvar.billing.ledger.migrations import record_upgrade, version
from betalningsansvar.billing.ledger.plan import Held, IssuePlan, plan_issue
from betalningsansvar.billing.ledger.settings import read_settings, set_series
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from betalningsansvar.billing.ledger.writing import write_run


@dataclass(frozen=True, slots=True)
class Issued:
    """What was done: the plan as written, the run's entry and its invoice numbers, printed with `prefix` before each;
    `run` is None when the month was issued before and nothing differs."""

    plan: IssuePlan
    run: int | None
    numbers: tuple[int, ...]
    head: Head
    prefix: str = ""


def issue(
    ledger: Ledger,
    wanted: pd.DataFrame,
    facts: RunFacts,
    terms: Terms,
    at: datetime,
    seen: Seen,
    *,
    held: Held | None,
    by: str = "",
    allow_missing: bool = False,
) -> Issued:
    """Write what the month lacks: per kommun a credit for each invoice that has lines to reverse, then one new invoice.

    One transaction: all of it or nothing, and only what was shown. `seen` is that of the plan a person looked at,
    `held` what the input holds (None: not asked), `by` who issues. Raises PlanChangedError when the lines are others
    or something else was written since, MissingCasesError for cases that the input lacks (unless `allow_missing`),
    NotApprovedError where the ledger asks for two people, NumberSeriesError, and LedgerError as `plan_issue`.
    """
    plan = plan_issue(ledger, wanted, facts.period, held, terms.series)
    if not seen.same_lines(plan.wanted) or not seen.same_head(plan.head, plan.series):
        raise _changed(ledger, seen, plan)
    if plan.nothing_to_do:
        return Issued(plan, None, (), plan.head)
    if not allow_missing:
        plan.require_held()
    return _write(ledger, plan, facts, terms, at, by, plan.proof)


def issue_settlement(
    ledger: Ledger, plan: IssuePlan, facts: RunFacts, terms: Terms, at: datetime, seen: Seen, *, by: str = ""
) -> Issued:
    """Write one settlement per kommun: `plan` is of `plan_settlement`, `facts.period` the year.

    Raises PlanChangedError when the lines are not those `seen`, or something was written since the year was read: the
    settlement would no longer be what is left. Otherwise as `issue`.
    """
    if not seen.same_lines(plan.wanted) or not seen.same_head(plan.head, plan.series):
        raise _changed(ledger, seen, plan)
    if plan.correction.is_empty:
        return Issued(plan, None, (), plan.head)
    with ledger.reading() as connection:
        proof = require_sound(connection)
    return _write(ledger, plan, facts, terms, at, by, proof, settles=True)


def upgrade_ledger(ledger: Ledger, at: datetime) -> int:
    """Bring the schema of an existing ledger up to this release's; returns its version. Raises LedgerError."""
    ledger.require_existing()
    with ledger.writing(moment(at)) as connection:
        return version(connection)


def _write(
    ledger: Ledger,
    plan: IssuePlan,
    facts: RunFacts,
    terms: Terms,
    at: datetime,
    by: str,
    proof: Proof,
    *,
    settles: bool = False,
) -> Issued:
    now = moment(at)
    with ledger.writing(now) as connection:
        _require_unchanged(connection, plan)
        require_approved(connection, facts.period, plan.wanted, by)
        if terms.series:
            set_series(connection, terms.series, now, by)
        run, numbers = write_run(connection, plan.correction, facts, terms, now, by, proof, settles=settles)
        record_upgrade(connection, now, by)
        return Issued(plan, run, numbers, head(connection), read_settings(connection).prefix)


def _require_unchanged(connection: Connection, plan: IssuePlan) -> None:
    """Between the plan and the lock another can have written."""
    if head(connection) == plan.head:
        return
    raise PlanChangedError(entries_since(connection, plan.head.seq), lines_changed=False)


def _changed(ledger: Ledger, seen: Seen, plan: IssuePlan) -> PlanChangedError:
    lines_changed = not seen.same_lines(plan.wanted)
    if seen.same_head(plan.head, plan.series):
        return PlanChangedError((), lines_changed=lines_changed)
    if seen.seq >= plan.head.seq:
        return PlanChangedError((), lines_changed=lines_changed, other_ledger=True)
    with ledger.reading() as connection:
        later = entries_since(connection, seen.seq)
    return PlanChangedError(later, lines_changed=lines_changed)
