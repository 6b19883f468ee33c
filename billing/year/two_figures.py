"""A control total: one figure found in two ways, which must be equal."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.data.stop import StopError


class ControlTotalError(StopError):
    """Two figures that must be equal are not; the text has what was expected, found and the difference."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, what it is (Swedish) and the query that finds it in the files."""

    name: str
    value: int
    query: str


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Two figures that must be equal, in `unit` (`rader`, `öre` or `kommuner`)."""

    name: str
    unit: str
    expected: Figure
    found: Figure

    @property
    def holds(self) -> bool:
        return self.expected.value == self.found.value

    @property
    def figures(self) -> tuple[Figure, Figure]:
        """What was expected and what was found."""
        return self.expected, self.found

    @property
    def sentence(self) -> str:
        """What was expected and found, and the difference in words."""
        difference = self.found.value - self.expected.value
        told = f"{abs(difference)} {self.unit} för {'mycket' if difference > 0 else 'lite'}" if difference else "lika"
        return (
            f"{self.name}: väntat {self.expected.value} {self.unit} ({self.expected.name}), "
            f"funnet {self.found.value} {self.unit} ({self.found.name}): {told}"
        )


def require_ties(totals: tuple[ControlTotal, ...]) -> None:
    """Raise ControlTotalError naming every tie that fails."""
    broken = [total.sentence for total in totals if not total.holds]
    if broken:
        raise ControlTotalError("; ".join(broken) + ". Inget är skrivet, för bokslutet skulle inte gå ihop.")


def of_column(file: str, column: str, value: int) -> Figure:
    """The sum of a column of `manader.csv` or `avrakning.csv`, found to be `value`."""
    names = {"manader": "månader", "avrakning": "kommuner"}
    return Figure(names[file], value, f"SELECT coalesce(sum({column}), 0) FROM '{file}.csv'")
