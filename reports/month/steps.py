"""An explanation as a record of steps: fact → rule and paragraph → value → kronor.

Text and page print the same record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

StepKind = Literal["uppgift", "iakttagelse", "betalare", "regel", "rakning", "villkor", "stopp", "belopp", "summa"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step, without any formatting.

    `kind` says what it is: `uppgift` a fact of the row, `iakttagelse` a finding about the row, `betalare` who pays,
    `regel` a rule by which the next steps count, `rakning` a day that the count gives, `villkor` a condition that
    holds, `stopp` what keeps the case from being charged, `belopp` days × dygnsbelopp, `summa` the outcome.
    `text` is the whole step as one Swedish sentence or phrase, its value and days in it. The other fields hold what
    the sentence builds on, blank or None where it does not apply: `label` a rule's name, a column or a code,
    `paragraph` the law, `source` and `status` where a rule or an amount stands and how well it is known (T, S, I),
    `at` the fact's time or the day counted, `dygn_micro` millionths of a dygn, `rate_ore` and `amount_ore` whole öre.
    """

    kind: StepKind
    text: str
    label: str = ""
    paragraph: str = ""
    source: str = ""
    status: str = ""
    at: date | datetime | None = None
    dygn_micro: int | None = None
    rate_ore: int | None = None
    amount_ore: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One amount, step by step; `amount_ore` is None where it cannot be told."""

    heading: str
    origin: str
    steps: tuple[Step, ...]

    @property
    def amount_ore(self) -> int | None:
        return self.steps[-1].amount_ore if self.steps else None

    def sections(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """The steps in order under headings; a rule opens a section of its own, with itself as first step."""
        heading, own = "", list[Step]()
        for step in self.steps:
            new = _HEADINGS.get(step.kind, heading)
            if own and (step.kind == "regel" or new != heading):
                yield heading, tuple(own)
                own = []
            heading = new
            own.append(step)
        if own:
            yield heading, tuple(own)


_HEADINGS: dict[StepKind, str] = {
    "uppgift": "Uppgifter",
    "iakttagelse": "Iakttagelser om raden",
    "betalare": "Betalare",
    "regel": "Regel",
    "belopp": "Belopp",
    "summa": "Belopp",
}
