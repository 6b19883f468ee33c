"""The CSV files of a bokslut: the same tables as the workbook, whole öre, a blank where a figure is not known."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from reports.bokslut_tables import Column, Table
from reports.csvfiles import write_table
from reports.lines import dygn_text


def write_bokslut_csv(tables: Iterable[Table], folder: Path) -> None:
    """Write each table as `<name>.csv` into `folder`."""
    for table in tables:
        arrays = {column.name: _array(column, table.rows[column.name]) for column in table.columns}
        write_table(folder / f"{table.name}.csv", pa.table(arrays))


def _array(column: Column, values: pd.Series[Any]) -> pa.Array:
    match column.kind:
        case "text":
            return pa.array(values, pa.large_string())
        case "dag":
            return pa.array(pd.to_datetime(values).astype("datetime64[s]")).cast(pa.date32(), safe=False)
        case "dygn":
            micro, position = np.unique(values.fillna(-1).to_numpy(np.int64), return_inverse=True)
            texts = pa.array(["" if m == -1 else dygn_text(int(m)) for m in micro], pa.large_string())
            return texts.take(pa.array(position))
        case _:
            return pa.array(values.astype("Int64"), pa.int64())
