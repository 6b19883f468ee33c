"""The findings: on the terminal, in one sentence at the end of every command, and as a file of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.codes import CODES, SEVERITIES, Severity
from betalningsansvar.data.files.headers import CASE_TABLE
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.csvfiles import issue_rows, write_pieces
from betalningsansvar.reports.month.deviations import write_findings_workbook
from betalningsansvar.reports.words.numbers import counted, kronor_text

_COUNTED: dict[Severity, tuple[str, str]] = {
    "avvisar": ("avvisad rad", "avvisade rader"),
    "parkerar": ("fel som parkerar", "fel som parkerar"),
    "blockerar": ("blockerat ärende", "blockerade ärenden"),
    "varning": ("varning", "varningar"),
    "upplysning": ("upplysning", "upplysningar"),
}
# What a spreadsheet would take for a formula when it opens a CSV file, also after blanks or in full width.
_FORMULA = "^[\\s\u00a0]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"


class FindingsFileError(StopError):
    """The list of findings is to be written as a kind of file that it is not written in. `name` is the file's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name}: listan över avvikelser skrivs som .xlsx eller .csv. Välj en av de ändelserna.")


def severities(issues: pd.DataFrame) -> pd.Series:
    """How severe each finding is, as the position in `SEVERITIES`: 0 is the worst."""
    ranks = {code.code: SEVERITIES.index(code.severity) for code in CODES.values()}
    return issues["kod"].map(ranks).astype("int64")


def findings_summary(issues: pd.DataFrame, where: str = "") -> str:
    """How many findings there are by severity, the kronor at stake, and `where` the list is: a few sentences.

    The kronor of a severity count each row once, at the most that hangs on any of its findings. Without `stake_ore`
    in `issues` no kronor are told. Where `issues` has `antal`, a row stands for so many findings, as of data read in
    parts: kronor hang on few of their kinds only, and no sum is told, as it would be taken for that of all.
    """
    if issues.empty:
        return "Inga avvikelser."
    rank = severities(issues)
    parts = []
    for number, severity in enumerate(SEVERITIES):
        own = issues[rank == number]
        if len(own):
            stake = 0 if "antal" in issues else stake_ore(own)
            told = counted(_number(own), *_COUNTED[severity])
            parts.append(told + (f" ({kronor_text(stake)} på spel)" if stake else ""))
    told = f"{counted(_number(issues), 'avvikelse', 'avvikelser')}: {', '.join(parts)}."
    return f"{told} Alla står i {where}." if where else told


def stake_ore(issues: pd.DataFrame) -> int:
    """The öre that hang on these findings, each row of the input counted once."""
    if "stake_ore" not in issues or issues["stake_ore"].isna().all():
        return 0
    known = issues[issues["stake_ore"].notna() & (issues["rad"] > 0)]
    whole_files = issues[issues["stake_ore"].notna() & (issues["rad"] == 0)]
    by_row = known.groupby(["fil", "rad"], sort=False)["stake_ore"].max()
    return int(by_row.sum()) + int(whole_files["stake_ore"].sum())


def _number(issues: pd.DataFrame) -> int:
    return int(issues["antal"].sum()) if "antal" in issues else len(issues)


def source_lines(sources: Sequence[SourceFile]) -> Iterator[str]:
    """How the rows of each file became cases, for the files in which a row is not a case."""
    for source in sources:
        if source.form != CASE_TABLE.name:
            parts = [counted(source.cases, "ärende", "ärenden")]
            parts += [f"{source.without_notice} i vårdtillfällen utan underrättelse"] if source.without_notice else []
            parts += [f"{source.unreadable} som inte gick att läsa"] if source.unreadable else []
            yield f"{source.name} ({source.form}): {counted(source.rows, 'rad', 'rader')}, {', '.join(parts)}."


def finding_lines(issues: pd.DataFrame, most: int, where: str = "") -> Iterator[str]:
    """The findings by code, the worst severity first: what is wrong and how it is mended once, then the rows, and last
    how many there are of each severity and where the list is.

    At most `most` rows are shown, shared between the codes so that none of them hides another.
    """
    if issues.empty:
        yield findings_summary(issues)
        return
    ordered = issues.assign(severity=severities(issues)).sort_values(["severity", "fil", "rad"], kind="stable")
    by_code = ordered.groupby(["severity", "kod"], sort=True)
    shown = 0
    for number, ((_, kod), own) in enumerate(by_code):
        code, count = CODES[str(kod)], len(own)
        stake = stake_ore(own)
        at_stake = f", {kronor_text(stake)} på spel" if stake else ""
        yield f"{kod} ({code.severity}), {count} st{at_stake}: {code.meaning} {code.mend}"
        share = -(-(most - shown) // (len(by_code) - number))
        rows = own.head(share)[["fil", "rad", "arende_id", "kolumn", "varde"]].to_numpy().tolist()
        yield from (f"  {_row_line(*row)}" for row in rows)
        if rows and count > len(rows):
            yield f"  … och {count - len(rows)} till."
        shown += len(rows)
    if shown < len(issues):
        yield f"Av {len(issues)} visas {shown}. " + (
            f"Alla står i {where}." if where else "Skriv listan till en fil för att se alla."
        )
    yield findings_summary(issues, where if shown == len(issues) else "")


def _row_line(fil: str, rad: int, arende_id: str, kolumn: str, varde: str) -> str:
    place = f"{fil or 'Alla filer'} rad {rad}, {arende_id or 'utan arende_id'}" if rad else fil or "Alla filer"
    value = f"{kolumn} {varde!r}" if varde and kolumn else kolumn or varde
    return f"{place}: {value}" if value else place


def write_findings(issues: pd.DataFrame, path: Path, created: date) -> None:
    """All findings as a workbook (`.xlsx`), or as a CSV file that a Swedish Excel opens (`.csv`).

    The CSV has a byte order mark and semicolons, and what came from the input and would be read as a formula gets an
    apostrophe before it. Raises FindingsFileError for another ending, and OSError.
    """
    match path.suffix.lower():
        case ".xlsx":
            write_findings_workbook(issues, path, title="Avvikelser i uppgifterna", author="", created=created)
        case ".csv":
            write_pieces(path, [_without_formulas(issue_rows(issues))], delimiter=";", mark=True)
        case _:
            raise FindingsFileError(path.name)


def _without_formulas(table: pa.Table) -> pa.Table:
    def harmless(column: pa.Array) -> pa.Array:
        if not pa.types.is_large_string(column.type):
            return column
        risky = pc.match_substring_regex(column, _FORMULA)
        quoted = pc.binary_join_element_wise(
            pa.scalar("'", pa.large_string()), column, pa.scalar("", pa.large_string())
        )
        return pc.if_else(risky, quoted, column)

    return pa.table({name: harmless(table[name].combine_chunks()) for name in table.column_names})
