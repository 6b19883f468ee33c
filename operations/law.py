"""What a run goes by: the agreement and the amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.reports.files.manifest import Fingerprint
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import Tariffs, load
from betalningsansvar.tariffs.records import Agreement
from betalningsansvar.tariffs.texts import LawText, law_texts


@dataclass(frozen=True, slots=True)
class LawRequest:
    """`agreement` is the id of a shipped one or a file that was read, with its schablon tables beside it. `tariffs`
    are amounts to add or override. With `as_known` only the amounts known on that day count."""

    agreement: str | NamedFile = "nationell"
    tariffs: NamedFile | None = None
    as_known: date | None = None


@dataclass(frozen=True)
class Law:
    """The agreement and the amounts; `texts` are the bytes of every file that decides an amount, `chosen` is what was
    asked for: the agreement's id, or the name of its file."""

    agreement: Agreement
    tariffs: Tariffs
    texts: tuple[LawText, ...]
    chosen: str
    as_known: date | None

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """The files of amounts as a manifest lists them."""
        return tuple(Fingerprint(layer.origin, layer.sha256) for layer in self.tariffs.layers if layer.sha256)


def find_law(request: LawRequest) -> Law:
    """Read agreement and amounts. Raises SettingsError with every fault of the files."""
    agreement = find_agreement(request.agreement)
    tariffs = load(request.tariffs)
    if request.as_known:
        tariffs = tariffs.as_known(request.as_known)
    chosen = request.agreement if isinstance(request.agreement, str) else request.agreement.name
    return Law(agreement, tariffs, law_texts(agreement, request.tariffs), chosen, request.as_known)
