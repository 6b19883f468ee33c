"""Coverage-guided: bytes that reach new code of the readers are kept and changed further, until one does what no input
may do. Needs atheris (Linux), and begins from the examples and the files that once failed.

python -m tests.fuzz.guided csv 60        one reader (READERS below) for so many seconds
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["betalningsansvar.data", "betalningsansvar.tariffs"]):
    import numpy as np
    import pyarrow as pa

    from betalningsansvar.data.files.brokencells import broken_cells, with_known_cells
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.data.files.named import NamedFile
    from betalningsansvar.data.files.sheetscan import SheetScan
    from betalningsansvar.data.identity import hide, identifies, tells_patient
    from betalningsansvar.data.intake import read_files
    from betalningsansvar.data.kommuntext import kommun_position, why_no_kommun
    from betalningsansvar.data.profiles.profile import load_profile
    from betalningsansvar.data.settings.avsandare import load_sender
    from betalningsansvar.data.settings.befolkning import load_population
    from betalningsansvar.data.stop import StopError
    from betalningsansvar.data.times import parse_times
    from betalningsansvar.data.timetext import moment_of, why_unreadable
    from betalningsansvar.operations.received import read_invoice
    from betalningsansvar.tariffs.agreements import load_agreement

HOUSE = Path(__file__).parents[2]
_EXAMPLES, _FAULTS = HOUSE / "data" / "exempel", HOUSE / "tests" / "faults"


def _csv(data: bytes) -> None:
    intake = read_files([InputFile.from_bytes("a.csv", data)])
    (source,) = intake.sources
    told = source.cases + source.messages + source.unreadable + source.without_notice
    assert told == source.rows, "a row was lost"


def _toml(data: bytes) -> None:
    load = (load_sender, load_agreement, load_profile)[sum(data[:1]) % 3]
    load(NamedFile("nationell.toml", data))


def _received(data: bytes) -> None:
    name = "faktura.xml" if data.lstrip()[:1] == b"<" else "fakturarader.csv"
    got = read_invoice(InputFile.from_bytes(name, data), "1380")
    assert got.amount_ore == int(got.lines["amount_ore"].sum()) + int(got.shown["amount_ore"].sum())


def _population(data: bytes) -> None:
    load_population(NamedFile("befolkning.csv", data))


def _sheet(data: bytes) -> None:
    """However the XML is cut into pieces, its bounds are the same; the cells of odd kinds are found or told."""
    whole = SheetScan()
    whole.feed(data)
    whole.end()
    cut = SheetScan()
    for at in range(0, len(data), 100):
        cut.feed(data[at : at + 100])
    cut.end()
    assert (whole.cells, whole.last_row, whole.last_column) == (cut.cells, cut.last_row, cut.last_column)
    with_known_cells(data, 3)
    try:
        broken_cells(data)
    except (SyntaxError, ValueError, LookupError):
        return  # no XML: told by whoever reads the workbook


def _text(data: bytes) -> None:
    """A cell: one text and a column get the same answer, and what is no time or kommun has a reason or none."""
    text = data.decode("utf-8", "replace")
    times, unreadable = parse_times(pa.array([text]))
    alone = moment_of(text.strip())
    read = None if np.isnat(times[0]) else times[0].item()
    assert read == alone or (alone is None and re.fullmatch(r"(\d{8}|\d{12}|\d{14})[.,]0+", text.strip())), "two times"
    assert not (unreadable[0] and read), "a time that cannot be read"
    why_unreadable(text)
    if kommun_position(text) is None:
        why_no_kommun(text)
    assert identifies(text) == (hide(text) != text) == bool(tells_patient(pa.array([text]))[0])


READERS: dict[str, tuple[Callable[[bytes], None], tuple[Path, ...]]] = {
    "csv": (_csv, (*_FAULTS.glob("*.csv"), *_EXAMPLES.glob("profiler/*.csv"), _EXAMPLES / "trasiga-rader.csv")),
    "toml": (_toml, (*_EXAMPLES.glob("*.toml"), *(HOUSE / "data" / "profiles").glob("*.toml"))),
    "mottaget": (_received, (_EXAMPLES / "mottagen-e-faktura.xml",)),
    "befolkning": (_population, ()),
    "blad": (_sheet, ()),
    "text": (_text, ()),
}
_FIRST = {
    "mottaget": [b"arende_id,kommun,regelverk,modell,fran,tom,dygn,dygnsbelopp_ore,belopp_ore\nF1,1380,a,individuell,"
                 b"2018-11-08,2018-11-14,7,710000,4970000\n"],
    "befolkning": [b"kommun;invanare;invanare_65\n1380;102 000;20000\n"],
    "blad": [b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="e"><v>#SPILL!</v></c><c><f>A1</f></c></row>'],
    "text": [b"2018-11-05 10:30", b"5 nov 2018 kl. 10.30", b"1380 Halmstad", b"Anna 19320706-9889", b"43409,4375"],
}  # fmt: skip


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    read, files = READERS[name]

    def one(data: bytes) -> None:
        try:
            read(data)
        except StopError:
            return

    corpus = Path(tempfile.mkdtemp(prefix="betalningsansvar-guided-"))
    for number, content in enumerate([*(path.read_bytes() for path in files), *_FIRST.get(name, [])]):
        (corpus / str(number)).write_bytes(content)
    options = [f"-max_total_time={seconds}", "-timeout=10", "-max_len=4000", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
