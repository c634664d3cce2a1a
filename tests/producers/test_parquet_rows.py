"""Shows that Parquet gives the same text as the same table would in CSV."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from producers.errors import BadInput
from producers.files import open_rows
from producers.row import Numbered, Refused

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
NANOSECONDS = 1_638_316_800_123_456_789


def rows_of(path: Path, **columns: object) -> list[dict[str, str]]:
    parquet.write_table(pa.table(columns), path)
    found = [row for _, row in open_rows(path)]
    assert not any(isinstance(row, Refused) for row in found)
    return [row for row in found if not isinstance(row, Refused)]


@pytest.mark.parametrize(
    ("column", "want"),
    [
        (pa.array([470, None, 2**53 + 1]), ["470", "", "9007199254740993"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([470.0, None, float("nan"), 0.5]), ["470", "", "", "0.5"]),
        (pa.array([" Chợ ", None, ""]), [" Chợ ", "", ""]),
        (pa.array([b"Ch\xe1\xbb\xa3"]), ["Chợ"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([True, None]), ["true", ""]),
        (pa.array([date(2021, 12, 1)]), ["2021-12-01"]),
        (pa.array([Decimal("1638316800.00")]), ["1638316800.00"]),
        (pa.array([1_638_342_000_000], pa.timestamp("ms")), ["2021-12-01T07:00:00.000"]),
        (pa.array([datetime(2021, 12, 1, tzinfo=UTC), None]), ["2021-12-01T00:00:00.000000Z", ""]),
        (
            pa.array([NANOSECONDS], pa.timestamp("ns", "Asia/Ho_Chi_Minh")),
            ["2021-12-01T00:00:00.123456Z"],
        ),
        (pa.array([NANOSECONDS], pa.timestamp("ns", "+07:00")), ["2021-12-01T00:00:00.123456Z"]),
        (pa.array([1_638_316_800], pa.timestamp("s")), ["2021-12-01T00:00:00.000"]),
    ],
)
def test_values_become_the_text_people_write(tmp_path: Path, column: object, want: list[str]) -> None:
    assert rows_of(tmp_path / "x.parquet", a=column) == [{"a": text} for text in want]


def test_rows_are_numbered_over_all_batches_and_progress_reaches_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"a": range(20_000)}), path, row_group_size=3000)
    with open_rows(path, ["a"]) as rows:
        assert rows.bytes_read() == 0
        numbers, shares = [], []
        for number, row in rows:
            assert row == {"a": str(number - 1)}
            numbers.append(number)
            shares.append(rows.bytes_read())
    assert numbers == list(range(1, 20_001))
    assert shares == sorted(shares)
    assert rows.bytes_read() == rows.bytes_total == path.stat().st_size


def test_a_table_without_rows_has_columns(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "x.parquet", a=pa.array([], pa.string())) == []


def test_damage_is_named_after_the_rows_before_it(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table({"a": [f"{number:040d}" for number in range(50_000)]})
    parquet.write_table(table, path, row_group_size=10_000, compression="gzip", use_dictionary=False)
    body = bytearray(path.read_bytes())
    middle = len(body) // 2
    body[middle : middle + 2000] = bytes(2000)
    path.write_bytes(body)
    found: list[Numbered] = []
    with pytest.raises(BadInput, match=r"x\.parquet cannot be read as Parquet beyond row \d+ [^\n]*\.$"):
        found.extend(open_rows(path))
    assert [row for _, row in found] == [{"a": f"{number:040d}"} for number in range(len(found))]
    path.write_bytes(body[: middle * 2 - 100])
    with pytest.raises(BadInput, match=r"cannot be read as Parquet beyond row 0 "):
        open_rows(path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    with pytest.raises(BadInput, match="two columns of one name"):
        open_rows(path)
