"""Numbers that name a party: organisationsnummer, bankgiro, Peppol-id, and whether their check digits hold.

Each `…_fault` answers with what is wrong and what to write, or nothing; blank text has no fault, it is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_WRONG_CHECK = "har fel kontrollsiffra; någon siffra är fel skriven."


def luhn_holds(digits: str) -> bool:
    """Whether the last of the digits is the check digit of the others (Luhn, modulus 10)."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def luhn_digit(digits: str) -> str:
    """The check digit (Luhn, modulus 10) to put after the digits."""
    return next(check for check in "0123456789" if luhn_holds(digits + check))


def ocr_number(digits: str, *, with_length: bool) -> str:
    """The payment reference of an invoice whose number has these digits: with a check digit, and before it, if the
    agreement with Bankgirot or Plusgirot says so, a digit that tells the length (its last digit, both included)."""
    body = digits + str((len(digits) + 2) % 10) if with_length else digits
    return body + luhn_digit(body)


def organisationsnummer_fault(number: str) -> str | None:
    """NNNNNN-NNNN with its check digit."""
    if not number:
        return None
    if not re.fullmatch(r"\d{6}-\d{4}", number, re.ASCII):
        return "ska se ut som 123456-7890."
    return None if luhn_holds(number.replace("-", "")) else _WRONG_CHECK


def bankgiro_fault(number: str) -> str | None:
    """NNN-NNNN or NNNN-NNNN with its check digit."""
    if not number:
        return None
    if not re.fullmatch(r"\d{3,4}-\d{4}", number, re.ASCII):
        return "ska se ut som 123-4567 eller 1234-5678."
    return None if luhn_holds(number.replace("-", "")) else _WRONG_CHECK


def plusgiro_fault(number: str) -> str | None:
    """One to seven digits, a dash and the check digit; the digits may stand in pairs."""
    if not number:
        return None
    digits = number.replace(" ", "")
    if not re.fullmatch(r"\d{1,7}-\d", digits, re.ASCII):
        return "ska se ut som 12 34 56-7."
    return None if luhn_holds(digits.replace("-", "")) else _WRONG_CHECK


def momsregistreringsnummer_fault(number: str) -> str | None:
    """SE, the ten digits of an organisationsnummer, and two more."""
    if not number or (re.fullmatch(r"SE\d{12}", number, re.ASCII) and luhn_holds(number[2:12])):
        return None
    return "ska vara SE, organisationsnumrets tio siffror och 01."


def postnummer_fault(number: str) -> str | None:
    """Five digits."""
    if not number or re.fullmatch(r"\d{3} ?\d{2}", number, re.ASCII):
        return None
    return "ska se ut som 123 45."


def epost_fault(address: str) -> str | None:
    """Something before and after one @."""
    if not address or re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", address):
        return None
    return "ska se ut som namn@kommunen.se."


def peppol_id_fault(text: str) -> str | None:
    """A scheme of the list of electronic addresses, a colon, and the identifier in it."""
    if not text:
        return None
    scheme, _, identifier = text.partition(":")
    if scheme in _CHECKED_SCHEMES:
        holds = _CHECKED_SCHEMES[scheme](identifier)
    else:
        holds = scheme in _OTHER_SCHEMES and re.fullmatch(r"[A-Za-z0-9.+\-]{1,50}", identifier, re.ASCII) is not None
    if holds:
        return None
    return (
        "ska vara 0007: och tio siffror (organisationsnummer), 0088: och tretton (GLN) med rätt kontrollsiffra, "
        "eller ett annat av Peppols scheman, kolon och identiteten."
    )


def _organisationsnummer_holds(digits: str) -> bool:
    return re.fullmatch(r"\d{10}", digits, re.ASCII) is not None and luhn_holds(digits)


def _gln_holds(digits: str) -> bool:
    if not re.fullmatch(r"\d{13}", digits, re.ASCII):
        return False
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(reversed(digits))) % 10 == 0


_CHECKED_SCHEMES: dict[str, Callable[[str], bool]] = {"0007": _organisationsnummer_holds, "0088": _gln_holds}
# Electronic Address Scheme codes that Peppol BIS Billing 3 takes, beside those above.
_OTHER_SCHEMES = frozenset(
    [
        "0002",
        "0009",
        "0037",
        "0060",
        "0096",
        "0097",
        "0106",
        "0130",
        "0135",
        "0142",
        "0147",
        "0151",
        "0154",
        "0158",
        "0170",
        "0177",
        "0183",
        "0184",
        "0188",
        "0190",
        "0191",
        "0192",
        "0193",
        "0194",
        "0195",
        "0196",
        "0198",
        "0199",
        "0200",
        "0201",
        "0202",
        "0203",
        "0204",
        "0205",
        "0208",
        "0209",
        "0210",
        "0211",
        "0212",
        "0213",
        "0215",
        "0216",
        "0218",
        "0221",
        "0225",
        "0230",
        "0235",
        "0240",
        "9910",
        "9913",
        "9914",
        "9915",
        "9918",
        "9919",
        "9920",
        "9922",
        "9923",
        "9924",
        "9925",
        "9926",
        "9927",
        "9928",
        "9929",
        "9930",
        "9931",
        "9932",
        "9933",
        "9934",
        "9935",
        "9936",
        "9937",
        "9938",
        "9939",
        "9940",
        "9941",
        "9942",
        "9943",
        "9944",
        "9945",
        "9946",
        "9947",
        "9948",
        "9949",
        "9950",
        "9951",
        "9952",
        "9953",
        "9957",
        "9959",
    ]
)
