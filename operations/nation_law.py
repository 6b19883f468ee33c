"""The law of every region in a run over the country: its own rules, and the amounts of the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from betalningsansvar.billing.regions import NO_REGION
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.operations.law import Law
from betalningsansvar.tariffs.by_region import RegionalLaw, regional_law


@dataclass(frozen=True)
class RegionLaw:
    """One region, by its länskod (`""`: none is known), and the `law` it is computed by."""

    region: str
    law: Law
    known: RegionalLaw | None

    def unknown(self, first: date, last: date) -> str:
        """The runs of days on which the statute stands in for an agreement that is not known, in words."""
        days = self.known.unknown_days(first, last) if self.known else []
        return ", ".join(f"{fran}–{tom}" for fran, tom in days)


def region_law(at: int, law: Law) -> RegionLaw:
    """Of the region at this position among the länskoder; of the run's `law` only the amounts count, but for cases of
    no region, which go by it all."""
    if at == NO_REGION:
        return RegionLaw("", law, None)
    region = list(region_names())[at]
    known = regional_law(region)
    return RegionLaw(region, replace(law, agreement=known.agreement, chosen=known.agreement.id), known)
