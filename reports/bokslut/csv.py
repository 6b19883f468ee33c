"""The CSV files of a bokslut: the same tables as the workbook, whole öre, a blank where a figure is not known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.reports.bokslut.columns import Column, Table
from betalningsansvar.reports.files.csvfiles import date_array, each_array, text_array, whole_array, write_table

_BLANK = -1


def write_bokslut_csv(tables: Iterable[Table], folder: Path) -> None:
    """Write each table as `<name>.csv` into `folder`."""
    for table in tables:
        arrays = {column.name: _array(column, table.rows[column.name]) for column in table.columns}
        write_table(folder / f"{table.name}.csv", pa.table(arrays))


def _array(column: Column, values: pd.Series[Any]) -> pa.Array:
    match column.kind:
        case "text":
            return text_array(values)
        case "dag":
            return date_array(pd.to_datetime(values).astype("datetime64[s]"))
        case "dygn":
            return each_array(_dygn_or_blank, values.fillna(_BLANK).to_numpy(np.int64))
        case _:
            return whole_array(values.astype("Int64"))


def _dygn_or_blank(micro: int) -> str:
    return "" if micro == _BLANK else dygn_text(micro)
