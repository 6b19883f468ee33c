"""A Peppol invoice or credit note (UBL 2.1) of anyone's: what its lines say, and nothing that they do not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.harmless import harmless
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.kommuntext import kommun_position
from betalningsansvar.data.received.lines import Received, ReceivedLine, received, whole_number
from betalningsansvar.data.received.xmltree import xml_tree
from betalningsansvar.data.units import MICRO_PER_DYGN

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
_CBC = f"{{{_UBL}CommonBasicComponents-2}}"
_ROOTS = {f"{{{_UBL}{kind}-2}}{kind}": kind for kind in ("Invoice", "CreditNote")}
_CASE = re.compile(r"Vårddygn, ärende (?P<case>.{1,200})")
_OBJECT_OF_LINE = "130"
_DAY = "DAY"
_LONGEST = 200
_DIGITS_OF_A_PATIENT = 10
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")


class BuyerError(InputError):
    """The e-invoice's buyer is not the name of a kommun, so it cannot be told who it was sent to."""


def is_xml(name: str, content: bytes) -> bool:
    """Whether the file is XML, by its name or by how it begins."""
    return name.lower().endswith(".xml") or content.lstrip(b" \t\r\n").startswith(_XML_STARTS)


def read_ubl(name: str, content: bytes, models: Mapping[str, str], kommun: str = "") -> Received:
    """The lines of the document, credits as negative amounts; a line that names no case is known by its text
    (`models`), else only shown. What is asked for beyond the lines (VAT, charges, rounding) is a line that is shown.

    Raises InputError: no UBL, another currency, a value that cannot be read; BuyerError.
    """
    document = _document(name, xml_tree(name, content))
    credit = _ROOTS[document.tag] == "CreditNote"
    currency = _value(document, "DocumentCurrencyCode") or "SEK"
    if currency != "SEK":
        raise InputError([f"{name}: fakturan är i {hide(currency[:20])}, inte i kronor. Be om en faktura i SEK."])
    buyer = kommun or _buyer(name, document)
    reader = _Lines(name, buyer, models, -1 if credit else 1, _period(name, document))
    lines = [
        reader.line(number, element)
        for number, element in enumerate(document.iter(f"{_CAC}{_ROOTS[document.tag]}Line"), start=1)
    ]
    asked = _path(document, "LegalMonetaryTotal", "PayableAmount")
    if asked is not None:
        beyond = reader.sign * reader.ore(asked, "PayableAmount") - sum(line.amount_ore for line in lines)
        if beyond:
            text = "Att betala utöver raderna: moms, avgifter, förskott eller öresavrundning"
            lines.append(ReceivedLine(len(lines) + 1, text, buyer, "", "", "", "", "", None, 0, beyond))
    return received(name, _shown(_value(document, "ID")), lines, buyer, _period(name, document))


def _document(name: str, root: Element) -> Element:
    """The invoice, also inside the envelope of the Peppol network."""
    found = next((element for element in root.iter() if element.tag in _ROOTS), None)
    if found is None:
        raise InputError([f"{name}: är ingen e-faktura i UBL 2.1 (Peppol BIS Billing 3). Be avsändaren om en sådan."])
    return found


def _buyer(name: str, document: Element) -> str:
    party = _path(document, "AccountingCustomerParty", "Party")
    names = (
        []
        if party is None
        else [*_values(party, "PartyName", "Name"), *_values(party, "PartyLegalEntity", "RegistrationName")]
    )
    for text in names:
        position = kommun_position(text)
        if position is not None:
            return [*kommuner()][position]
    shown = _shown(names[0]) if names else "utan namn"
    raise BuyerError(
        [f"{name}: köparen, {shown}, är ingen av landets 290 kommuner. Ange vilken kommun fakturan gäller."]
    )


class _Lines:
    """How the lines of one document are read; `sign` is −1 in a credit note."""

    def __init__(self, name: str, kommun: str, models: Mapping[str, str], sign: int, period: tuple[str, str]) -> None:
        self.sign = sign
        self._name, self._kommun, self._models, self._period = name, kommun, models, period

    def line(self, number: int, element: Element) -> ReceivedLine:
        text = _shown(", ".join(_values(element, "Item", "Name") + _values(element, "Item", "Description")))
        case, modell = _case(element, self._models)
        own = _period(self._name, element)
        fran, tom = own if own[0] else self._period
        amount_ore = self.sign * self.ore(_path(element, "LineExtensionAmount"), "LineExtensionAmount")
        dygn_micro, rate_ore = self._days(element, amount_ore, own, modell)
        return ReceivedLine(number, text, self._kommun, case, "", modell, fran, tom, dygn_micro, rate_ore, amount_ore)

    def _days(self, element: Element, amount_ore: int, own: tuple[str, str], modell: str) -> tuple[int | None, int]:
        """Dygn and öre per dygn. A line that counts in another unit has those of its own days, where its amount is a
        whole number of öre for each; a line for the whole kommun has none."""
        quantity = next((q for q in element if q.tag in (f"{_CBC}InvoicedQuantity", f"{_CBC}CreditedQuantity")), None)
        if quantity is not None and quantity.get("unitCode") == _DAY:
            per = _path(element, "Price", "BaseQuantity")
            price = self._number(_path(element, "Price", "PriceAmount"), "PriceAmount")
            parts = self._number(per, "BaseQuantity") if per is not None else Decimal(1)
            rate = price * 100 / parts if parts else Decimal(0)
            micro = self.sign * self._number(quantity, "Quantity") * MICRO_PER_DYGN
            try:
                return whole_number(micro), whole_number(rate)
            except (ValueError, ArithmeticError):
                return None, 0
        if modell == "schablon":
            return 0, 0
        if not own[0]:
            return None, 0
        days = (date.fromisoformat(own[1]) - date.fromisoformat(own[0])).days + 1
        if modell != "individuell" or days < 1 or amount_ore % days:
            return None, 0
        return (days if amount_ore >= 0 else -days) * MICRO_PER_DYGN, abs(amount_ore) // days

    def ore(self, element: Element | None, what: str) -> int:
        try:
            return whole_number(self._number(element, what) * 100)
        except (ValueError, ArithmeticError):
            raise self._fault(element, what) from None

    def _number(self, element: Element | None, what: str) -> Decimal:
        try:
            number = Decimal("" if element is None else (element.text or "").strip())
            if not number.is_finite() or abs(number.adjusted()) > 20:
                raise ValueError(what)
        except (ValueError, ArithmeticError):
            raise self._fault(element, what) from None
        return number

    def _fault(self, element: Element | None, what: str) -> InputError:
        text = "" if element is None else element.text or ""
        # A value with as many digits as a personnummer is not shown, whatever stands around them.
        value = f" = {_shown(text)}" if sum(map(str.isdigit, text)) < _DIGITS_OF_A_PATIENT else ""
        shown = "saknas" if element is None else f"{value.lstrip()} går inte att läsa".lstrip()
        return InputError([f"{self._name}: {what} {shown}. Be avsändaren om en ny fil."])


def _case(element: Element, models: Mapping[str, str]) -> tuple[str, str]:
    """The case that the line names, and its model; blank where its text is no one's that is known."""
    for reference in element.findall(f"{_CAC}DocumentReference"):
        if _value(reference, "DocumentTypeCode") == _OBJECT_OF_LINE and (case := _value(reference, "ID")):
            return harmless(case), "individuell"
    name = next(iter(_values(element, "Item", "Name")), "")
    if found := _CASE.fullmatch(name):
        return harmless(found["case"]), "individuell"
    return "", models.get(name, "")


def _period(name: str, element: Element) -> tuple[str, str]:
    """First and last day of the document or line, blank where it does not tell both."""
    period = element.find(f"{_CAC}InvoicePeriod")
    texts = [_value(period, tag) if period is not None else "" for tag in ("StartDate", "EndDate")]
    if not all(texts):
        return "", ""
    try:
        first, last = (date.fromisoformat(text[:10]).isoformat() for text in texts)
    except ValueError:
        shown = _shown("–".join(texts))
        raise InputError([f"{name}: perioden {shown} går inte att läsa. Be avsändaren om en ny fil."]) from None
    return (first, last) if first <= last else ("", "")


def _path(element: Element, *names: str) -> Element | None:
    """What stands at the end of the names, each of them inside the one before."""
    for name in names:
        found = element.find(f"{_CAC}{name}")
        if found is None:
            return element.find(f"{_CBC}{name}")
        element = found
    return element


def _values(element: Element, group: str, name: str) -> list[str]:
    texts = [(own.text or "").strip() for own in element.findall(f"{_CAC}{group}/{_CBC}{name}")]
    return [text for text in texts if text]


def _value(element: Element, name: str) -> str:
    own = element.find(f"{_CBC}{name}")
    return (own.text or "").strip() if own is not None else ""


def _shown(text: str) -> str:
    plain = hide(" ".join(harmless(text).split()))
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
