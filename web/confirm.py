"""What a person types to show that a plan was read before it is numbered."""

from __future__ import annotations

from datetime import date

from flask import request

from betalningsansvar.web.choices import ChoiceError, day_of
from betalningsansvar.web.place import place
from betalningsansvar.web.typed import ore_typed


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
