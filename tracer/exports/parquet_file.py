"""Parquet: typed columns for R, Python and DuckDB; only this file of the exports knows pyarrow."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from tracer.answer import Row
from tracer.exports.answered import Answered, Written
from tracer.exports.cells import whole
from tracer.exports.columns import kind

ROWS_PER_GROUP = 50_000
TYPES = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "moment": pa.timestamp("ms", tz="UTC"),
}


def write_parquet(answered: Answered, path: Path) -> Written:
    """One row per row: moments as timestamps in UTC, the rest as text and numbers."""
    count = 0
    schema = pa.schema([(name, TYPES[kind(name)]) for name in answered.columns])
    rows: Iterator[Row] = iter(answered.rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, ROWS_PER_GROUP)):
            arrays = [_array([row[name] for row in group], schema.field(name).type) for name in schema.names]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return Written(count, answered.columns)


def _array(values: list[Any], kind: Any) -> Any:
    if pa.types.is_string(kind):
        return pa.array([None if one is None else whole(str(one)) for one in values], kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
