"""The country as it is written: every region's span, and what was found in the data."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from betalningsansvar.data.kommuner import region_names
from betalningsansvar.reports.span.record import SpanReport
from betalningsansvar.tariffs.records import Belopp

NO_REGION = "Region saknas"


@dataclass(frozen=True)
class RegionReport:
    """One region: its länskod (`""`: cases of which neither region nor kommun is known), its `span`, and in words the
    days on which the statute stands in for an agreement that is not known (`unknown`, blank where there are none)."""

    region: str
    span: SpanReport
    unknown: str = ""

    @property
    def name(self) -> str:
        return region_names().get(self.region, NO_REGION)


@dataclass(frozen=True)
class NationReport:
    """The `regions` of the data in the order of länskoder, the länskoder `absent` from it, and every finding once."""

    regions: tuple[RegionReport, ...]
    absent: tuple[str, ...]
    issues: pd.DataFrame

    @property
    def name(self) -> str:
        """The months as files and folders name them."""
        first, last = self.months
        return first if first == last else f"{first}--{last}"

    @property
    def months(self) -> tuple[str, str]:
        months = self.regions[0].span.totals.plan.months
        return str(months[0]), str(months[-1])

    @property
    def in_parts(self) -> bool:
        """Whether the data was read in parts, and no line and no case was kept."""
        return any(region.span.lines is None for region in self.regions)

    @property
    def amount_ore(self) -> int:
        """What all regions charge together."""
        return sum(region.span.totals.amount_ore for region in self.regions)

    @property
    def replaced(self) -> tuple[tuple[Belopp, Belopp], ...]:
        """The user's own amounts of the months, each with the other that it takes the place of."""
        return tuple(dict.fromkeys(pair for one in self.regions for pair in one.span.totals.plan.replaced))

    def frame(self, table: str) -> pd.DataFrame:
        """A frame of the regions' totals (`kommuner`, `rules`, `blocked`) under each other, with `region` first."""
        parts = [getattr(one.span.totals, table).assign(region=one.region) for one in self.regions]
        whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
        whole.insert(0, "region", whole.pop("region"))
        return whole
