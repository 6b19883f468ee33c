"""How the officer confirms a plan: the period and the sum typed, a name, and that it has been looked at."""

from __future__ import annotations

from typing import Any


def confirm(page: Any, period: str, kronor: str, name: str = "Eva Exempel") -> None:
    """Fill in the form of Utfärda on a Chromium page and send it."""
    page.get_by_label("Skriv perioden").fill(period)
    page.get_by_label("Skriv summan").fill(kronor)
    page.get_by_label("Ditt namn").fill(name)
    page.get_by_label("Jag har granskat").check()
    page.get_by_role("button", name="Utfärda", exact=True).click()
