"""Where the kills are aimed, round and round over all steps of an issue, and where they struck."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.crash.watch import AFTER, BEFORE, FILES, INSIDE, Aim, Step, Watch

PHASES = {
    BEFORE: "före BEGIN",
    INSIDE: "mellan BEGIN och COMMIT",
    AFTER: "efter COMMIT",
    FILES: "medan filer lades ut",
}
_LATE_SECONDS = 0.002
_MADE = re.compile(r"(CREATE|ALTER|DROP)( UNIQUE)?( OR REPLACE)? (\w+)")


class Turns:
    """Who is next to be aimed at: the step that was struck least, but none more than two aims ahead of its hits."""

    def __init__(self, runs: Sequence[Sequence[Step]], seconds: float, start: float = 0) -> None:
        """`runs` are the steps of each run seen, `seconds` what one takes; `start` (0 to 1) is where the round begins,
        for several that share the work."""
        self._seconds = seconds
        most: Counter[Step] = Counter()
        for steps in runs:
            most |= Counter(_target(step) for step in steps)
        first = round(start * len(most))
        order = [*most][first:] + [*most][:first]
        self._most = {target: most[target] for target in order}
        self._aimed: Counter[Step | None] = Counter()
        self._hit: Counter[Step | None] = Counter()

    @property
    def inside(self) -> set[str]:
        return {target.label for target in self._most if target.phase == INSIDE}

    def next(self, rng: random.Random) -> Aim:
        """One turn in each round goes to any moment at all."""
        targets = (None, *self._most)
        target = min(targets, key=lambda each: max(self._hit[each], self._aimed[each] - 2))
        missed = self._aimed[target] > self._hit[target]
        self._aimed[target] += 1
        if target is None:
            self._hit[target] += 1
            return Aim(seconds=rng.uniform(0, 1.1) * self._seconds)
        late = None if missed or rng.random() < 1 / 2 else rng.uniform(0, _LATE_SECONDS)
        return Aim(step=target, nth=1 if missed else rng.randint(1, self._most[target]), late=late)

    def struck(self, place: Step) -> None:
        self._hit[_target(place)] += 1


def _target(step: Step) -> Step:
    """Statements and files are aimed at one kind at a time; what is before and between only as a whole."""
    return step if step.phase in (INSIDE, FILES) else Step(step.phase)


@dataclass
class Struck:
    """Where the kills struck, and how many left the month as wanted, the others as it was. `late` came after the end
    and are no kills; `all_inside` are the statements there are to strike, `swept` the half-written folders found."""

    places: Counter[Step] = field(default_factory=Counter)
    all_inside: set[str] = field(default_factory=set)
    kept: int = 0
    late: int = 0
    swept: int = 0
    whole: int = 0

    @property
    def kills(self) -> int:
        return self.places.total()

    @property
    def phases(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for step, number in self.places.items():
            found[step.phase] += number
        return found

    @property
    def statements(self) -> Counter[str]:
        return Counter({step.label: number for step, number in self.places.items() if step.phase == INSIDE})

    @property
    def unstruck(self) -> set[str]:
        return self.all_inside - set(self.statements)

    def add(self, watch: Watch, *, kept: bool) -> None:
        self.places[watch.place] += 1
        self.kept += kept

    def __add__(self, other: Struck) -> Struck:
        return Struck(
            self.places + other.places,
            self.all_inside | other.all_inside,
            *(getattr(self, name) + getattr(other, name) for name in ("kept", "late", "swept", "whole")),
        )


def told(by_database: Mapping[str, Struck]) -> list[str]:
    """Two tables for people: the phases, and the statements inside the transaction; those that make the ledger by
    their kind."""
    found = list(by_database.values())
    head = ["", *by_database]
    rows = [
        head,
        ["Avbrott", *(str(each.kills) for each in found)],
        *([name, *(str(each.phases[phase]) for each in found)] for phase, name in PHASES.items()),
        ["Månaden stod som den var", *(str(each.kills - each.kept) for each in found)],
        ["Månaden stod som den skulle bli", *(str(each.kept) for each in found)],
        ["Halvskrivna mappar, svepta och sagda", *(str(each.swept) for each in found)],
        ["Hela mappar, hållna mot liggaren", *(str(each.whole) for each in found)],
        ["Satser i transaktionen", *(str(len(each.all_inside)) for each in found)],
        ["därav aldrig träffade", *(str(len(each.unstruck)) for each in found)],
    ]
    kinds = [_by_kind(each) for each in found]
    names = sorted(set().union(*kinds))
    statements = [["Träffad sats", *by_database], *([name, *(str(kind[name]) for kind in kinds)] for name in names)]
    return [*_table(rows), "", *_table(statements)]


def _by_kind(struck: Struck) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for label, number in struck.statements.items():
        made = _MADE.match(label)
        kinds[f"{made[1]} {made[4]}" if made else label] += number
    return kinds


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *body)]
