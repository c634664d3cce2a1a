"""Shows that every readable file gives the same rows, and every other one a sentence that helps."""

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from producers.errors import BadInput
from producers.files import open_rows
from producers.row import Numbered

ROOT = Path(__file__).parents[2]
NYC = ROOT / ".." / "shared" / "data" / "foursquare_nyc" / "events.csv.gz"
CSV = 'person,venue,at\n1,Chợ,7\n2,"a\nb",8\n3,c,9\n'
NDJSON = """{"person":1,"venue":"Chợ","at":7}
{"person":2,"venue":"a\\nb","at":8}
{"person":3,"venue":"c","at":9}
"""
VALUES = [("1", "Chợ", "7"), ("2", "a\nb", "8"), ("3", "c", "9")]


def write(path: Path, body: str | bytes) -> Path:
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def plain(found: list[Numbered]) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for _, row in found if isinstance(row, dict)]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.csv", CSV),
        ("x.CSV", CSV),
        ("x.tsv", CSV.replace(",", "\t")),
        ("x.2021.csv", "\ufeff" + CSV.replace(",", ";")),
        ("x", CSV),
        ("x.txt", NDJSON),
        ("x.dat", gzip.compress(CSV.encode(), mtime=0)),
        ("x.csv.gz", gzip.compress(CSV.encode(), mtime=0)),
        ("x.ndjson", NDJSON),
        ("x.jsonl", "\ufeff\n" + NDJSON),
        ("x.ndjson.gz", gzip.compress(NDJSON.encode(), mtime=0)),
        ("x.gz", gzip.compress(NDJSON.encode(), mtime=0)),
    ],
)
def test_the_same_rows_come_from_every_format(tmp_path: Path, name: str, body: str | bytes) -> None:
    with open_rows(write(tmp_path / name, body), ["person", "at"]) as rows:
        assert rows.columns == ["person", "venue", "at"]
        assert rows.bytes_total == (tmp_path / name).stat().st_size
        found = list(rows)
    assert plain(found) == VALUES
    assert rows.bytes_read() == rows.bytes_total


def test_a_row_is_named_by_the_physical_line_on_which_it_begins(tmp_path: Path) -> None:
    assert [line for line, _ in open_rows(write(tmp_path / "x.csv", CSV))] == [2, 3, 5]
    assert [line for line, _ in open_rows(write(tmp_path / "y.csv", "\n\n" + CSV))] == [4, 5, 7]
    assert [line for line, _ in open_rows(write(tmp_path / "x.ndjson", "\n" + NDJSON))] == [2, 3, 4]


def workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")


BAD_FILES: list[tuple[str, bytes | Callable[[Path], object], str]] = [
    ("missing.csv", lambda path: None, "cannot be opened (No such file or directory)"),
    ("folder.csv", lambda path: path.mkdir(), "is not a file"),
    ("pipe.csv", os.mkfifo, "is not a file"),
    ("empty.csv", b"", "is empty"),
    ("empty.parquet", b"", "is empty"),
    ("blank.csv", b"\xef\xbb\xbf\n\r\n  \n", "holds nothing but blank lines"),
    ("hollow.csv.gz", gzip.compress(b"", mtime=0), "holds nothing but blank lines"),
    (
        "x.csv",
        gzip.compress(CSV.encode(), mtime=0),
        "is gzip, not CSV as its name says: rename it to x.csv.gz",
    ),
    ("x.ndjson", gzip.compress(NDJSON.encode(), mtime=0), "is gzip, not NDJSON"),
    ("x.csv.gz", CSV.encode(), "is not gzip, as its name says"),
    ("x.csv.gz", b"PAR1", "is not gzip, as its name says"),
    ("x.csv", b"PAR1....PAR1", "is Parquet, not CSV as its name says"),
    ("x.parquet", CSV.encode(), "is text, not Parquet as its name says"),
    ("x.parquet", gzip.compress(b"PAR1", mtime=0), "is gzip, not Parquet as its name says"),
    ("x.parquet.gz", gzip.compress(b"PAR1", mtime=0), "is Parquet inside gzip: unpack it"),
    ("x.parquet", b"PAR1", "cannot be read as Parquet"),
    ("x.csv", workbook, "is a zip archive or Excel workbook: save it as CSV"),
    ("x.xlsx", workbook, "is a zip archive or Excel workbook: save it as CSV"),
    ("x.csv", "person".encode("utf-16"), "is UTF-16 text: save it as CSV in UTF-8"),
    ("x.csv.gz", gzip.compress(gzip.compress(CSV.encode(), mtime=0), mtime=0), "holds gzip inside gzip"),
    ("x.csv", NDJSON.encode(), "begins with a JSON object, not with CSV column names"),
    ("x.ndjson", CSV.encode(), "does not begin with a JSON object"),
    ("x.json", b'[{"person": 1}]', "does not begin with a JSON object"),
    ("x.json", b'{\n"person": 1\n}', "does not hold one JSON object per line"),
    ("x.csv", "person,quán\n".encode("cp1258"), "line 1 byte 10 (0xe1) is not UTF-8"),
    ("x.csv", b"person\0,venue\n", "line 1 byte 7 is NUL"),
    ("x.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:15], "is cut off in the middle of its gzip data"),
    ("x.csv", b"person,person\n", "names the column 'person' twice"),
    (
        "x.csv",
        b"who,where,at\n",
        "has no column 'person': name one of its columns, which are 'who', 'where', 'at'.",
    ),
    ("x.ndjson", b'{"who": 1}\n', "has no column 'person': name one of its columns, which are 'who'."),
]


@pytest.mark.parametrize(("name", "body", "sentence"), BAD_FILES)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    tmp_path: Path, name: str, body: bytes | Callable[[Path], object], sentence: str
) -> None:
    if name == "x.parquet" and sentence.startswith("cannot"):
        pytest.importorskip("pyarrow")
    path = tmp_path / name
    if callable(body):
        body(path)
    else:
        path.write_bytes(body)
    with pytest.raises(BadInput) as caught:
        open_rows(path, ["person"])
    told = str(caught.value)
    assert told.startswith(str(path))
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told


def test_a_cut_off_file_gives_its_rows_first(tmp_path: Path) -> None:
    table = [(str(number * 7919), str(number * 104729)) for number in range(5000)]
    body = "person,venue\n" + "".join(f"{person},{venue}\n" for person, venue in table)
    path = write(tmp_path / "x.csv.gz", gzip.compress(body.encode(), mtime=0)[:-2000])
    found: list[Numbered] = []
    with pytest.raises(BadInput, match="cut off"):
        found.extend(open_rows(path))
    assert 1000 < len(found) < 5000
    assert plain(found) == table[: len(found)]


def test_what_comes_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", "a,b\n" + "1,2\n" * 500_000)
    with open_rows(path) as rows:
        assert next(iter(rows))[0] == 2
        assert next(iter(rows))[0] == 3
        assert 0 < rows.bytes_read() < 1_000_000 < rows.bytes_total


@pytest.mark.skipif(not NYC.exists(), reason="the check-ins of New York (../shared/data) are not here")
def test_the_check_ins_of_new_york_are_all_read() -> None:
    with open_rows(NYC, ["person_id", "venue_id", "event_time_utc"]) as rows:
        found = list(rows)
    assert [line for line, _ in found] == list(range(2, 147_938 + 2))
    assert all(isinstance(row, dict) for _, row in found)
