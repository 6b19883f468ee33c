"""Sender and recipients of the invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.settings.avsandare import Avsandare, load_sender
from betalningsansvar.data.settings.kunder import Kund, load_customers


@dataclass(frozen=True, slots=True)
class Parties:
    """The sender, and the recipients by kommunkod; what no file tells is blank."""

    sender: Avsandare = field(default_factory=Avsandare)
    customers: Mapping[str, Kund] = field(default_factory=dict)


def read_parties(avsandare: NamedFile | None, kunder: NamedFile | None) -> Parties:
    """Read the two files, as far as they are given. Raises SettingsError with every fault of a file."""
    sender = load_sender(avsandare) if avsandare else Avsandare()
    return Parties(sender, load_customers(kunder) if kunder else {})
