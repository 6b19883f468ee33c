"""Numbers that name a party: organisationsnummer, bankgiro, Peppol-id, and whether their check digits hold.

Each `…_fault` answers with one sentence, or an empty list; blank text has no fault, it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def luhn_holds(digits: str) -> bool:
    """Whether the last of the digits is the check digit of the others (Luhn, modulus 10)."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def organisationsnummer_fault(number: str, where: str) -> list[str]:
    """A sentence when the text is not written as NNNNNN-NNNN, or its check digit is wrong."""
    if not number:
        return []
    if not re.fullmatch(r"\d{6}-\d{4}", number, re.ASCII):
        return [f"{where}: organisationsnummer = {number!r} must look like 123456-7890."]
    if not luhn_holds(number.replace("-", "")):
        return [f"{where}: organisationsnummer = {number!r} has a wrong check digit; one of its digits is mistyped."]
    return []


def bankgiro_fault(number: str, where: str) -> list[str]:
    """A sentence when the text is not written as a bankgiro, or its check digit is wrong."""
    if not number:
        return []
    if not re.fullmatch(r"\d{3,4}-\d{4}", number, re.ASCII):
        return [f"{where}: bankgiro = {number!r} must look like 123-4567 or 1234-5678."]
    if not luhn_holds(number.replace("-", "")):
        return [f"{where}: bankgiro = {number!r} has a wrong check digit; one of its digits is mistyped."]
    return []


def momsregistreringsnummer_fault(number: str, where: str) -> list[str]:
    """A sentence when the text is not SE, ten digits of an organisationsnummer, and two more."""
    if not number or (re.fullmatch(r"SE\d{12}", number, re.ASCII) and luhn_holds(number[2:12])):
        return []
    return [
        f"{where}: momsregistreringsnummer = {number!r} must be SE, the ten digits of the organisationsnummer and 01."
    ]


def peppol_id_fault(text: str, where: str) -> list[str]:
    """A sentence when the text is neither `0007:` and an organisationsnummer nor `0088:` and a GLN."""
    if not text:
        return []
    scheme, _, identifier = text.partition(":")
    holds = _PEPPOL_SCHEMES.get(scheme)
    if holds is None or not holds(identifier):
        return [
            f"{where}: peppol_id = {text!r} must be 0007: and ten digits (organisationsnummer) "
            "or 0088: and thirteen (GLN), with the right check digit."
        ]
    return []


def _organisationsnummer_holds(digits: str) -> bool:
    return re.fullmatch(r"\d{10}", digits, re.ASCII) is not None and luhn_holds(digits)


def _gln_holds(digits: str) -> bool:
    if not re.fullmatch(r"\d{13}", digits, re.ASCII):
        return False
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(reversed(digits))) % 10 == 0


_PEPPOL_SCHEMES: dict[str, Callable[[str], bool]] = {"0007": _organisationsnummer_holds, "0088": _gln_holds}
