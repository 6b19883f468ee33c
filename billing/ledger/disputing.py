"""Registering and deciding what a kommun objects to."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.chain import Writer, digest, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
from betalningsansvar.billing.ledger.dispute_reading import disputes
from betalningsansvar.billing.ledger.dispute_words import COURT, DECISIONS, STEPS
from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError, kronor
from betalningsansvar.billing.ledger.reading import standing_lines
from betalningsansvar.billing.ledger.schema import DISPUTE, DISPUTE_STEP, INVOICE, LINE
from betalningsansvar.billing.ledger.verify import require_sound, require_sound_month
from betalningsansvar.data.identity import hide


@dataclass(frozen=True, slots=True)
class Objection:
    """What a kommun objects to: a case's lines (`arende_id`), or the n-th line (`row`, from 1), of invoice `number`.

    `amount_ore` is the disputed amount if it is less than the lines, `raised_on` the day the kommun objected.
    """

    number: int
    reason: str
    arende_id: str | None = None
    row: int | None = None
    amount_ore: int | None = None
    raised_on: date | None = None


Field = Literal["number", "reason", "arende_id", "row", "amount_ore", "raised_on"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an objection (by its place in what was given, from 0) cannot be registered, and which field is wrong."""

    position: int
    field: Field
    text: str


class ObjectionsError(LedgerError):
    """Objections that cannot be registered; none of them was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{' '.join(fault.text for fault in self.faults[:10])} {UNCHANGED}")


class _RefusedError(Exception):
    def __init__(self, field: Field, text: str) -> None:
        self.field: Field = field
        self.text = text


def register(ledger: Ledger, objection: Objection, at: datetime, *, by: str = "") -> int:
    """Register one objection; returns the dispute's id. Raises as `register_all`."""
    return register_all(ledger, [objection], at, by=by)[0]


def register_all(ledger: Ledger, objections: Sequence[Objection], at: datetime, *, by: str = "") -> tuple[int, ...]:
    """Register objections, all or none; returns the disputes' ids.

    A case is disputed with all its lines of the month, also those of a later invoice. The disputed amount is that of
    the lines unless a smaller one is given. Raises ObjectionsError when an invoice has no such lines, they are
    credited already, are disputed already, an amount is more than they cost, or the day is none on which the kommun
    can have objected.
    """
    with ledger.reading() as connection:
        require_sound(connection)
    now = moment(at)
    faults: list[Fault] = []
    made: list[int] = []
    with ledger.writing(now) as connection:
        chain = Writer(connection, now, by)
        for position, objection in enumerate(objections):
            try:
                made.append(_register(connection, chain, objection, at.date()))
            except _RefusedError as refused:
                faults.append(Fault(position, refused.field, refused.text))
        if faults:
            raise ObjectionsError(faults)
    return tuple(made)


def decide(
    ledger: Ledger,
    dispute: int,
    at: datetime,
    *,
    step: int | None = None,
    decision: str | None = None,
    limitation_date: date | None = None,
    decided_on: date | None = None,
    by: str = "",
) -> None:
    """Move a dispute to a step of the ladder, decide it, or both.

    A dispute that goes to court needs the day on which the claim lapses, `limitation_date`. `decided_on` is the day of
    the decision, that of `at` if left out. Raises LedgerError for an unknown one, and when a part of what the lines
    cost would be granted: granting credits them whole.
    """
    if decision is not None and decision not in DECISIONS:
        raise LedgerError(f"{decision!r} är inget beslut; besluten är {', '.join(DECISIONS)}. {UNCHANGED}")
    if step is not None and step not in STEPS:
        raise LedgerError(f"Trappan har inget steg {step}; stegen är {', '.join(map(str, STEPS))}. {UNCHANGED}")
    with ledger.reading() as connection:
        period = connection.execute(select(DISPUTE.c.period).where(DISPUTE.c.id == dispute)).scalar_one_or_none()
        if period is None:
            raise LedgerError(f"Liggaren har inget bestridande {dispute}. {UNCHANGED}")
        require_sound_month(connection, period)
    now = moment(at)
    with ledger.writing(now) as connection:
        own = disputes(connection, period)
        (held,) = own[own["id"] == dispute].to_dict("records")
        lapses = limitation_date.isoformat() if limitation_date else held["limitation_date"]
        day = (decided_on or at.date()).isoformat() if decision else held["decided_on"]
        new = {
            "step": held["step"] if step is None else step,
            "decision": held["decision"] if decision is None else decision,
            "decided_on": day,
            "limitation_date": lapses,
        }
        same = [name for name in ("step", "decision", "limitation_date") if new[name] == held[name]]
        if len(same) == 3:
            raise LedgerError(f"Bestridande {dispute} står redan där. {UNCHANGED}")
        if new["step"] == COURT and not lapses:
            raise LedgerError(f"Ett bestridande som går till domstol behöver dagen då kravet preskriberas. {UNCHANGED}")
        if decision == "medges":
            _refuse_part(connection, held)
        _add_step(connection, Writer(connection, now, by), {"dispute": dispute, **new})


def _register(connection: Connection, chain: Writer, objection: Objection, today: date) -> int:
    if objection.reason not in DISPUTES:
        raise _RefusedError(
            "reason", f"{objection.reason!r} är ingen orsak till ett bestridande; orsakerna är {', '.join(DISPUTES)}."
        )
    kommun, period, lines, line = _disputed_lines(connection, objection)
    whole_ore = int(lines["amount_ore"].sum())
    amount = whole_ore if objection.amount_ore is None else objection.amount_ore
    if not 0 < amount <= whole_ore:
        raise _RefusedError(
            "amount_ore", f"Det bestridda beloppet ska vara mer än 0 och högst de fakturerade {kronor(whole_ore)}."
        )
    raised_on = objection.raised_on or today
    if raised_on > today or raised_on.isoformat()[: len(period)] < period:
        raise _RefusedError(
            "raised_on",
            f"Kommunen kan inte ha invänt {raised_on} mot {period}: dagen ligger "
            f"{'efter i dag' if raised_on > today else 'före perioden'}. Ange rätt dag.",
        )
    content = {
        "kommun": kommun,
        "period": period,
        "arende_id": objection.arende_id or "",
        "line": line,
        "reason": objection.reason,
        "amount_ore": amount,
        "raised_on": raised_on.isoformat(),
        "of_invoice": objection.number,
    }
    _refuse_second(connection, content, "row" if line else "arende_id")
    dispute = (connection.execute(select(func.max(DISPUTE.c.id))).scalar_one() or 0) + 1
    values = {"id": dispute, **content}
    connection.execute(DISPUTE.insert().values(entry=chain.add("dispute", digest(values)), **values))
    first = {"dispute": dispute, "step": 1, "decision": "", "decided_on": "", "limitation_date": ""}
    _add_step(connection, chain, first)
    return dispute


def _disputed_lines(connection: Connection, objection: Objection) -> tuple[str, str, pd.DataFrame, int | None]:
    """Kommun and period of the invoice, the standing lines meant, and the line's id when one row is meant."""
    number = objection.number
    head = connection.execute(select(INVOICE.c.kommun, INVOICE.c.period).where(INVOICE.c.number == number)).first()
    if head is None:
        raise _RefusedError("number", f"Liggaren har ingen faktura {number}.")
    ids = connection.execute(select(LINE.c.id).where(LINE.c.invoice == number).order_by(LINE.c.id)).scalars().all()
    line = None
    if objection.row is not None:
        if not 1 <= objection.row <= len(ids):
            raise _RefusedError("row", f"Faktura {number} har raderna 1–{len(ids)}, ingen rad {objection.row}.")
        line = ids[objection.row - 1]
    chosen = _standing(connection, head.kommun, head.period, objection.arende_id or "", line or 0)
    if not (chosen["number"] == number).any():
        what = f"rad {objection.row}" if line else f"ärende {hide(objection.arende_id or '')}"
        raise _RefusedError(
            "row" if line else "arende_id",
            f"Faktura {number} har inget av {what} som står kvar; det kan vara en kredit, en avräkning eller redan "
            "krediterat.",
        )
    return head.kommun, head.period, chosen, line


def _standing(connection: Connection, kommun: str, period: str, arende_id: str, line: int) -> pd.DataFrame:
    """The line, or without one the case's lines of the month, that no credit has taken back."""
    standing = standing_lines(connection, period)
    if line:
        return standing[standing["line"] == line]
    own_case = (standing["kommun"] == kommun) & (standing["arende_id"] == arende_id)
    return standing[own_case & (standing["arende_id"] != "")]


def _refuse_part(connection: Connection, held: dict[Hashable, Any]) -> None:
    where = (held["kommun"], held["period"], held["arende_id"], held["line"])
    whole_ore = int(_standing(connection, *where)["amount_ore"].sum())
    disputed_ore = held["amount_ore"]
    if disputed_ore < whole_ore:
        raise LedgerError(
            f"Bestridande {held['id']} gäller {kronor(disputed_ore)} och dess rader är nu {kronor(whole_ore)}: ett "
            "medgivande skulle kreditera dem alla. Besluta rattas och rätta uppgifterna i källsystemet, eller avslas "
            f"och registrera ett bestridande av det hela. {UNCHANGED}"
        )


def _refuse_second(connection: Connection, content: dict[str, str | int | None], field: Field) -> None:
    found = disputes(connection, str(content["period"]))
    same = found[
        (found["kommun"] == content["kommun"])
        & (found["arende_id"] == content["arende_id"])
        & (found["line"] == (content["line"] or 0))
        & (found["decision"] == "")
    ]
    if len(same):
        raise _RefusedError(
            field, f"Det är redan bestritt, som bestridande {int(same['id'].iloc[0])}. Besluta det först."
        )


def _add_step(connection: Connection, chain: Writer, values: dict[str, object]) -> None:
    entry = chain.add("dispute_step", digest(values))
    connection.execute(DISPUTE_STEP.insert().values(entry=entry, **values))
