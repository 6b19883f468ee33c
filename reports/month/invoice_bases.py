"""The rules and amounts an invoice rests on, numbered in the order it meets them, and its legal ground in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from betalningsansvar.reports.month.invoice_record import Basis
from betalningsansvar.reports.words.swedish import rate_text, rule_heading, rule_text, source_text
from betalningsansvar.tariffs.records import Belopp, Rule

STATUTES = {
    "nationell": "lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    "lag-1990-1404": "lag (1990:1404) om kommunernas betalningsansvar för viss hälso- och sjukvård",
}
"""The law by the id of the rules that hold it."""


class Bases:
    """Gives each rule with its amount a number, and tells them in the end."""

    def __init__(self) -> None:
        self.found: list[Basis] = []

    def number(self, rules: tuple[Rule, ...], belopp: Belopp | None) -> int:
        """The number of the rule, or of those that can have given a line, with the amount per dygn."""
        sentences = [text for rule in rules for text in (rule_text(rule), source_text(rule.kalla))]
        if belopp:
            sentences.append(rate_text(belopp))
        heading = "; ".join(dict.fromkeys(rule_heading(rule) for rule in rules))
        return self.adopt(Basis(0, heading, tuple(dict.fromkeys(sentences))))

    def adopt(self, basis: Basis) -> int:
        """The number here of a rule and amount that may have another number elsewhere."""
        for own in self.found:
            if (own.heading, own.sentences) == (basis.heading, basis.sentences):
                return own.number
        self.found.append(replace(basis, number=len(self.found) + 1))
        return len(self.found)


def ground_text(agreements: Iterable[str], names: dict[str, str]) -> str:
    """The legal ground of some lines: `agreements` are the ids of their rules, `names` what an agreement is called."""
    laws: list[str] = []
    parts: list[str] = []
    for agreement in dict.fromkeys(agreements):
        (laws if agreement in STATUTES else parts).append(STATUTES.get(agreement, names.get(agreement, agreement)))
    told = [f"Avtal: {', '.join(parts)}."] if parts else []
    if laws:
        told.append(f"Enligt {' och '.join(laws)}" + (" i övrigt." if parts else ", eftersom inget avtal gäller."))
    return " ".join(told)
