"""The rules and amounts that an issued line rests on, found again from the agreement and the amounts of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.ledger.invoices import IssuedLine
from betalningsansvar.billing.pricing import rate
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.tariffs.agreements import load_agreement
from betalningsansvar.tariffs.belopp import Tariffs, load_layer
from betalningsansvar.tariffs.records import Agreement, Belopp, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from betalningsansvar.tariffs.texts import LawText


@dataclass(frozen=True, slots=True)
class IssuedLaw:
    """The agreement and the amounts by which something was issued."""

    agreement: Agreement
    tariffs: Tariffs
    vardformer: Mapping[str, str] = field(default_factory=dict)
    """Kind of care by arende_id, of the cases at hand: the ledger does not keep it."""

    def basis(self, line: IssuedLine) -> tuple[tuple[Rule, ...], Belopp | None]:
        """The rules that can have given the line, and its amount; no rule where none of them gives its rate.

        The ledger keeps the rules' name, the days and the rate of a line, not its kind of care: rules for several
        kinds of care that hold on the same day at the same rate are all told, but for a case whose kind is at hand.
        """
        kind = self.vardformer.get(line.arende_id)
        found: list[Rule] = []
        price: Belopp | None = None
        for rule in rule_book(self.agreement).rules:
            if rule.agreement != line.regelverk or not rule.in_force(line.fran) or not _gives(rule, line.modell):
                continue
            if kind and kind not in rule.vardform:
                continue
            match rule:
                case Individuell() | Genomsnitt():
                    prices = [rate(rule, self.tariffs, vardform, line.tom) for vardform in rule.vardform]
                    own = [belopp for belopp in prices if belopp and belopp.rate_ore == line.rate_ore]
                    if own:
                        found.append(rule)
                        price = price or own[0]
                case Schablon():
                    found.append(rule)
                case Utanfor():
                    pass
                case _:
                    assert_never(rule)
        return tuple(found), price


def _gives(rule: Rule, modell: str) -> bool:
    leaves_mean = isinstance(rule, Genomsnitt) and rule.individuell_efter is not None
    return rule.modell == modell or (leaves_mean and modell == Individuell.modell)


def law_of_texts(texts: Sequence[LawText]) -> IssuedLaw:
    """What the stored agreement and tariff files of a run say. Raises SettingsError."""
    by_role: dict[str, list[NamedFile]] = {}
    for text in texts:
        by_role.setdefault(text.role, []).append(NamedFile(text.name, text.body.encode()))
    (agreement,) = by_role["agreement"]
    named = NamedFile(agreement.name, agreement.content, tuple(by_role.get("schablon", ())))
    return IssuedLaw(load_agreement(named), Tariffs(tuple(map(load_layer, by_role["tariffs"]))))
