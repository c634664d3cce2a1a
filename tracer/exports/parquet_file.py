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

ROWS_AT_ONCE = 5_000
GROUP_ROWS = 50_000
"""A row group is gathered in Arrow's own memory, an eighth of what its rows take in Python's."""
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
    batches: list[Any] = []
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(iter(answered.rows), schema):
            count += batch.num_rows
            batches.append(batch)
            if len(batches) * ROWS_AT_ONCE >= GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(batches))
                batches.clear()
        writer.write_table(pa.Table.from_batches(batches, schema))
    return Written(count, answered.columns)


def _batches(rows: Iterator[Row], schema: Any) -> Iterator[Any]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        arrays = [_array([row[name] for row in some], schema.field(name).type) for name in schema.names]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: list[Any], kind: Any) -> Any:
    if pa.types.is_string(kind):
        return pa.array([None if one is None else whole(str(one)) for one in values], kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
