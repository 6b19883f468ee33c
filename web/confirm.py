"""What a person types to show that a plan was read before it is numbered, and who approves it for another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from flask import request

from betalningsansvar.web.access import acting, session
from betalningsansvar.web.choices import ChoiceError, day_of
from betalningsansvar.web.place import place
from betalningsansvar.web.typed import ore_typed

if TYPE_CHECKING:
    from betalningsansvar.operations.issuing import ShownPlan
    from betalningsansvar.operations.settlement import ShownSettlement


def require_confirmed(period: str, change_ore: int) -> None:
    """The period and the sum of the plan, and the box that it was examined. Raises ChoiceError, naming the field."""
    if request.form.get("manad", "").strip() != period:
        raise ChoiceError("manad", f"Skriv perioden som den står, {period}, för att bekräfta. Inget är utfärdat.")
    if ore_typed(request.form.get("summa", "")) != change_ore:
        raise ChoiceError("summa", "Skriv summan som den står i planen för att bekräfta. Inget är utfärdat.")
    if request.form.get("granskat") != "ja":
        raise ChoiceError("granskat", "Kryssa i att du har granskat planen. Inget är utfärdat.")


def invoice_date() -> date:
    """The day on the invoices as typed; today when it is left blank. Raises ChoiceError."""
    return day_of(request.form.get("fakturadatum", ""), "fakturadatum") or place().today


def approve_as_shown(shown: ShownPlan | ShownSettlement) -> None:
    """Record that who asks approves the plan with the code that was sent. Raises ChoiceError without a name,
    PlanChangedError when the plan is another by now, and LedgerError."""
    from betalningsansvar.operations.approval import approve_plan

    by = acting()
    if not by:
        raise ChoiceError("godkannare", "Skriv ditt namn. Inget är godkänt.")
    approve_plan(shown, place().now(), by, request.form.get("kod", ""))
    session().by = by


def typed_still(status: int) -> Mapping[str, str]:
    """What was typed, to stand in the form again; of a plan that has changed (409) only what was not about the plan."""
    if status == 422:
        return request.form
    return {name: request.form[name] for name in ("namn", "fakturadatum") if status == 409 and name in request.form}
