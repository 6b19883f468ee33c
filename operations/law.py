"""What a run goes by: the agreement and the amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.reports.files.manifest import Fingerprint
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import Tariffs, load
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell
from betalningsansvar.tariffs.texts import LawText, law_texts

_NEARLY = 0.85  # a letter or two that differ, but no suffix of one's own


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
    _require_used(request.tariffs, tariffs, agreement)
    chosen = request.agreement if isinstance(request.agreement, str) else request.agreement.name
    return Law(agreement, tariffs, law_texts(agreement, request.tariffs), chosen, request.as_known)


def _require_used(file: NamedFile | None, tariffs: Tariffs, agreement: Agreement) -> None:
    """Raise SettingsError for amounts of the user's file in a series that nothing asks for, and that is nearly another:
    they would be passed over."""
    if file is None:
        return
    own, *rest = tariffs.layers
    asked = {rule.dygnsbelopp for rule in agreement.regler if isinstance(rule, Individuell | Genomsnitt)}
    known = {serie.id for layer in rest for serie in layer.serier} | {b.serie for layer in rest for b in layer.belopp}
    declared = {serie.id for serie in own.serier}
    problems = []
    for serie in dict.fromkeys(b.serie for b in own.belopp if b.serie not in asked | known | declared):
        if near := get_close_matches(serie, known, n=1, cutoff=_NEARLY):
            problems.append(
                f"{file.name}: serien {serie} används inte, så beloppen i den räknas inte; menade du {near[0]}? "
                "Är den en egen serie, skriv ett [[serie]]-block för den."
            )
    if problems:
        raise SettingsError(problems)
