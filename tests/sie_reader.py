"""A small reader of SIE 4, written from the format's description and not from the writer.

Fields are separated by blanks; a field in quotes may hold blanks, and \\" stands for a quote; an object list is within
braces; a #VER is followed by its rows within braces on lines of their own. Anything else is an error.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\{[^}]*\})|([^\s{}"]+)')
BEFORE_VOUCHERS = ["#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN"]


@dataclass(frozen=True)
class Row:
    account: str
    objects: dict[int, str]
    amount: Decimal


@dataclass
class Voucher:
    series: str
    number: str
    day: date
    text: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class SieFile:
    labels: dict[str, list[str]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    dimensions: dict[int, str] = field(default_factory=dict)
    objects: dict[tuple[int, str], str] = field(default_factory=dict)
    vouchers: list[Voucher] = field(default_factory=list)


def fields(line: str) -> list[str]:
    found, at = [], 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
            continue
        match = FIELD.match(line, at)
        assert match, f"not a field: {line[at:]!r}"
        quoted, braced, bare = match.groups()
        found.append(quoted.replace(r"\"", '"') if quoted is not None else braced or bare)
        at = match.end()
        assert at == len(line) or line[at] in " \t", f"fields run together: {line!r}"
    return found


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def read(content: bytes) -> SieFile:
    """Read a file; an AssertionError tells what in it the format does not allow."""
    sie, voucher, inside = SieFile(), None, False
    for line in content.decode("cp437").splitlines():
        assert line.strip(), "an empty line"
        if line.strip() in "{}":
            assert (line.strip() == "{") is (voucher is not None and not inside), f"misplaced {line.strip()}"
            inside = line.strip() == "{"
            voucher = voucher if inside else None
            continue
        label, *rest = fields(line)
        if label == "#TRANS":
            assert voucher and inside, "#TRANS outside a voucher"
            account, objects, amount = rest
            words = fields(objects[1:-1])
            assert re.fullmatch(r"-?\d+(\.\d{1,2})?", amount), amount
            pairs = {int(dimension): name for dimension, name in zip(words[::2], words[1::2], strict=True)}
            voucher.rows.append(Row(account, pairs, Decimal(amount)))
        elif label == "#VER":
            assert voucher is None
            assert [known for known in BEFORE_VOUCHERS if known not in sie.labels] == []
            voucher = Voucher(rest[0], rest[1], day(rest[2]), rest[3])
            sie.vouchers.append(voucher)
        elif label == "#KONTO":
            sie.accounts[rest[0]] = rest[1]
        elif label == "#DIM":
            sie.dimensions[int(rest[0])] = rest[1]
        elif label == "#OBJEKT":
            assert int(rest[0]) in sie.dimensions, "#OBJEKT before its #DIM"
            sie.objects[int(rest[0]), rest[1]] = rest[2]
        else:
            assert label not in sie.labels and not sie.vouchers, f"{label} twice, or after the vouchers"
            sie.labels[label] = rest
    assert voucher is None and not inside, "the last voucher is not closed"
    return sie
