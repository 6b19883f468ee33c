"""Every kind of stop, found in the class tree over all rooms, each with an example that holds real data.

A kind that holds data of its own must have an example here; one that holds its sentence alone has one by itself.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import betalningsansvar
from betalningsansvar.billing.period import Month
from betalningsansvar.data.stop import StopError

SENTENCE = "Dygnsbeloppet i serien akut stämmer inte med källan. Rätta det, och gör om det du gjorde."


@functools.cache
def every_stop() -> tuple[type[StopError], ...]:
    """Every class of the tree, in the order of their names; all modules are loaded first."""
    for module in pkgutil.walk_packages(betalningsansvar.__path__, "betalningsansvar."):
        parts = module.name.split(".")
        if not {"tests", "benchmarks", "build", "__main__"} & set(parts):
            importlib.import_module(module.name)
    found, waiting = [], [StopError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    own = {kind for kind in found if kind.__module__.startswith("betalningsansvar.")}
    return tuple(sorted(own, key=lambda kind: kind.__qualname__))


def example_of(kind: type[StopError], field: str = "manad") -> StopError:
    """One of the kind, made as the program makes it; one that names a field of a form names `field`. Fails for a kind
    that holds data and has no example."""
    unread = f"Det som står i {field} går inte att läsa. Skriv det igen."
    if kind.__name__ == "ChoiceError":
        return kind(field, unread)
    if kind.__name__ == "FieldsError":
        return kind({field: unread})
    if kind.__name__ in _EXAMPLES:
        return _EXAMPLES[kind.__name__](kind)
    if any("__init__" in vars(base) for base in kind.__mro__[: kind.__mro__.index(StopError)]):
        raise AssertionError(f"{kind.__qualname__} holds data: give tests/stop_examples.py an example of it")
    return kind(SENTENCE)


def _with(*arguments: object, **more: object) -> Callable[[type[StopError]], StopError]:
    return lambda kind: kind(*arguments, **more)


_PROBLEMS = ["uttag.csv: kolumnen utskrivningsklar saknas. Ta ut uppgifterna igen.", "b.csv: filen är tom."]


def _plan_changed(kind: type[StopError]) -> StopError:
    from betalningsansvar.billing.ledger.errors import LaterEntry

    later = [LaterEntry(12, "run", "2018-11", "2019-01-14T08:00:00+01:00", "Bo Exempel")]
    return kind(later, lines_changed=True)


def _objections(kind: type[StopError]) -> StopError:
    from betalningsansvar.billing.ledger.disputing import Fault

    return kind([Fault(0, "row", "Faktura 1 har ingen rad 99.")])


def _number_series(kind: type[StopError]) -> StopError:
    from betalningsansvar.billing.ledger.settings import LedgerSettings
    from betalningsansvar.data.settings.avsandare import Nummerserie

    return kind(Nummerserie("H", 1000), LedgerSettings(first_number=1))


def _tariff_gap(kind: type[StopError]) -> StopError:
    from betalningsansvar.billing.lines import Missing

    return kind([Missing("lag-2017-612", 2025, 214, date(2025, 1, 1))])


def _part(kind: type[StopError]) -> StopError:
    from betalningsansvar.billing.period import Month

    return kind(Month(2018, 11), "minnet räckte inte")


def _not_allowed(kind: type[StopError]) -> StopError:
    from betalningsansvar.web.team.signon import User

    return kind(User("Eva Exempel", frozenset({"läsa"})), "utfarda_gor")  # type: ignore[arg-type]


_EXAMPLES: dict[str, Callable[[type[StopError]], StopError]] = {
    "BrokenLedgerError": _with("Post 7 håller inte: kedjan är bruten. Återställ liggaren från en säkerhetskopia."),
    "BusyError": _with(),
    "BuyerError": _with(["faktura.xml: köparen är ingen kommun."]),
    "DataEndsError": _with(date(2018, 11, 12), date(2018, 12, 1)),
    "DatabaseError": _with("Liggaren är låst av ett annat program. Försök igen om en stund.", "5"),
    "EInvoiceError": _with("Faktura 3: köparens organisationsnummer saknas.", "Faktura 4: adressen saknas."),
    "EInvoicePartyError": _with(["avsandare.toml: orgnr saknas."]),
    "FileUnreadableError": _with(Path("uttag.csv"), "Åtkomst nekad"),
    "FindingsFileError": _with("avvikelser.docx"),
    "HeaderError": _with(["Kolumnen utskrivningsklar saknas."]),
    "InputError": _with(_PROBLEMS),
    "LedgerAddressError": _with(),
    "LetterSenderError": _with(),
    "MissingCasesError": _with("2018-11", ("H18-0007",), ("1380",), 1_420_000),
    "MonthsNotIssuedError": _with(2018, (3, 4)),
    "NewerSchemaError": _with(9, 7),
    "NoLedgerChosenError": _with(),
    "NoLedgerError": _with("sqlite:///faktura.db"),
    "NoPaperError": _with("1380", Month(2018, 11)),
    "NoReceiptError": _with(["kvitto.txt"]),
    "NoRoleError": _with("Eva Exempel"),
    "NotAllowedError": _not_allowed,
    "NotApprovedError": _with("2018-11", "ingen annan har godkänt planen."),
    "NotOpenedError": _with(),
    "NotSignedOnError": _with("namnet saknas"),
    "NumberSeriesError": _number_series,
    "ObjectionFileError": _with("bestridanden.xlsx", [("C5", "Det finns ingen faktura 99.")]),
    "ObjectionsError": _objections,
    "OldSchemaError": _with(3, 7),
    "OutputError": _with("Mappen ut finns redan.", exists=True),
    "PairingError": _with({"Klar": "Två kolumner är utskrivningsklar. Välj en."}),
    "PlanChangedError": _plan_changed,
    "PlanCodeError": _with("1.2"),
    "PortTakenError": _with(5017),
    "ReadingEndedError": _with(),
    "RefusedError": _with("Inte tillåtet", "Det här kräver en annan roll.", "fel roll"),
    "SettingsError": _with(["belopp.toml, rad 3: kronor ska vara ett tal."]),
    "SettingsFolderError": _with("enheten är full"),
    "SocketTakenError": _with(Path("/run/sida.sock"), "ett annat program svarar där"),
    "TargetNotEmptyError": _with("sqlite:///kopia.db"),
    "TariffGapError": _tariff_gap,
    "TooManyBytesError": _with(64 * 2**20),
    "TooManyJobsError": _with(2),
    "TooManyUploadsError": _with(4),
    "TrailError": _with("ENOSPC"),
    "MachineError": _with("disken är full"),
    "PartError": _part,
    "SharedIdsError": _with(2_000_000),
    "UnwrittenError": _with(3, "Disken är full."),
    "WriterDiedError": _with(),
    "UnknownInvoiceError": _with(99, 1, 12),
    "YearNotOverError": _with(2018, date(2018, 11, 12)),
}
