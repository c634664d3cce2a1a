"""CSV, NDJSON, Excel and Parquet: other readers find exactly the rows that were asked for."""

import csv
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import openpyxl
import pytest
from answers_made import HALF, NAMES, cells_of, chain, contacts, pairs, rows_of, written
from openpyxl.utils.escape import unescape
from pyarrow import parquet

from tracer.answer import COLUMNS
from tracer.examples import ROWS
from tracer.exports import xlsx_file
from tracer.exports.columns import kind


def told(answered):
    """The rows as texts, as a CSV reader would have them."""
    return [{name: str(row[name]) for name in answered.columns} for row in answered.rows]


@pytest.mark.parametrize("made", [pairs, contacts, chain])
def test_csv_comes_back_exactly(tmp_path, made):
    """Through the csv module and the documented convention; every cell is quoted."""
    path = written(made(), "csv", tmp_path)
    assert tuple(cells_of(path)[0]) == made().columns
    assert rows_of(path) == told(made())
    assert path.read_bytes().startswith(b'"')


def test_no_csv_cell_is_a_formula(tmp_path):
    """Nothing a spreadsheet would run, even where it takes a semicolon or a TAB for the separator."""
    names = [
        *NAMES,
        *(f"a{separator}{sign}1" for separator in ';\t\n\r;"' for sign in "=+-@＝＋－＠"),
        'a;"=1',
    ]
    with written(pairs(names), "csv", tmp_path).open(encoding="utf-8", newline="") as file:
        text = file.read()
    for separator in ",;\t":
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            assert not [cell for cell in row if cell.strip(" \u200e").startswith(tuple("=+-@＝＋－＠"))]


def test_ndjson_comes_back_exactly(tmp_path):
    """One object per line; half a character too."""
    path = written(pairs([*NAMES, HALF]), "ndjson", tmp_path)
    assert [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]] == pairs(
        [*NAMES, HALF]
    ).rows


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_half_a_character_breaks_no_export(tmp_path, form):
    r"""It is written as \ud800 and the rows around it are whole."""
    path = written(pairs(["before", HALF, "after"]), form, tmp_path)
    if form == "csv":
        venues = [row["venue"] for row in rows_of(path)]
    elif form == "xlsx":
        venues = [row[2] for row in openpyxl.load_workbook(path).active.iter_rows(2, values_only=True)]
    else:
        venues = parquet.read_table(path)["venue"].to_pylist()
    assert venues == ["before", "half \\ud800 a character", "after"]


@pytest.mark.parametrize("made", [pairs, contacts, chain])
def test_xlsx_comes_back_exactly(tmp_path, made):
    """Through openpyxl: numbers are numbers, every other cell is text and none a formula."""
    path = written(made(), "xlsx", tmp_path)
    sheet = openpyxl.load_workbook(path).active
    assert tuple(cell.value for cell in sheet[1]) == made().columns
    for row, line in zip(made().rows, sheet.iter_rows(2), strict=True):
        for (name, value), cell in zip(row.items(), line, strict=True):
            assert cell.data_type == ("n" if isinstance(value, int | float) else "s"), (name, value)
            found = unescape(cell.value) if isinstance(cell.value, str) else cell.value
            assert found == value, name
    assert not any(b"<f>" in text for text in _parts(path))


def _parts(path):
    with zipfile.ZipFile(path) as book:
        return [book.read(name) for name in book.namelist()]


def test_a_full_sheet_goes_on_in_the_next(tmp_path, monkeypatch):
    """Excel holds 1,048,576 lines: the rows beyond are on further sheets, each with its header."""
    assert xlsx_file.ROWS_PER_SHEET == 2**20 - 1
    monkeypatch.setattr(xlsx_file, "ROWS_PER_SHEET", 2)
    book = openpyxl.load_workbook(written(pairs(list("abcde")), "xlsx", tmp_path))
    assert book.sheetnames == ["pairs", "pairs 2", "pairs 3"]
    cells = [[row[2] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert cells == [["venue", "a", "b"], ["venue", "c", "d"], ["venue", "e"]]


def test_a_text_too_long_for_excel_runs_on_at_the_right(tmp_path):
    """Nothing is cut off at its 32,767 characters."""
    long = "ế" * 70_000
    sheet = openpyxl.load_workbook(written(pairs([long, "b"]), "xlsx", tmp_path)).active
    first, second = list(sheet.iter_rows(2, values_only=True))
    assert first[2] + first[5] + first[6] == long
    assert second[2] == "b"


def test_the_same_answer_is_the_same_workbook(tmp_path):
    """Its date is that of the question."""
    (tmp_path / "again").mkdir()
    paths = [written(pairs(), "xlsx", folder) for folder in (tmp_path, tmp_path / "again")]
    assert openpyxl.load_workbook(paths[0]).properties.created.isoformat() == "2021-12-01T09:00:00"
    assert _parts(paths[0]) == _parts(paths[1])


@pytest.mark.parametrize("made", [pairs, contacts, chain])
def test_parquet_comes_back_exactly(tmp_path, made):
    """Through pyarrow: moments are timestamps in UTC, counts and minutes numbers, the rest text."""
    table = parquet.read_table(written(made(), "parquet", tmp_path))
    assert tuple(table.column_names) == made().columns
    assert str(table.schema.field("start").type) == "timestamp[ms, tz=UTC]"
    for row, found in zip(made().rows, table.to_pylist(), strict=True):
        assert {
            name: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if isinstance(value, datetime)
            else value
            for name, value in found.items()
        } == row


def test_every_moment_of_a_scan_is_a_timestamp(tmp_path):
    """When it was made, which check-in it closes (null for most), when it was received."""
    at, text = datetime(2021, 12, 1, 10, tzinfo=UTC), "2021-12-01T10:00:00Z"
    rows = [ROWS["scans"] | {"at": text, "since": since, "received": text} for since in (text, None)]
    answered = replace(pairs([]), question="scans", columns=COLUMNS["scans"], rows=rows)
    table = parquet.read_table(written(answered, "parquet", tmp_path))
    for name in ("at", "since", "received"):
        assert str(table.schema.field(name).type) == "timestamp[ms, tz=UTC]", name
    assert [(row["at"], row["since"], row["received"]) for row in table.to_pylist()] == [
        (at, at, at),
        (at, None, at),
    ]
    assert table["scan_id"].to_pylist() == [ROWS["scans"]["scan_id"]] * 2


@pytest.mark.parametrize("question", COLUMNS)
def test_what_looks_like_a_moment_is_one(question):
    """No column of an answer that holds a moment is text to Parquet; an interval of two is."""
    for name, value in ROWS[question].items():
        moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", value)
        assert (kind(name) == "moment") == bool(moment) or question == "flow", name


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx", "parquet"])
@pytest.mark.parametrize("question", ["contacts", "chain", "pairs", "visits"])
def test_an_empty_answer_has_its_columns(tmp_path, form, question):
    """No rows is an answer; the header says of what."""
    path = written(replace(pairs([]), question=question, columns=COLUMNS[question]), form, tmp_path)
    if form == "ndjson":
        assert path.read_bytes() == b""
        return
    if form == "csv":
        (names,) = cells_of(path)
    elif form == "xlsx":
        (names,) = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    else:
        names = parquet.read_table(path).column_names
    assert tuple(names) == COLUMNS[question]


def test_nothing_is_made_up_for_what_is_null(tmp_path):
    """A null stays empty, null or absent."""
    row = pairs(["x"]).rows[0] | {"venue": None, "start": None}
    answered = replace(pairs([]), rows=[row])
    assert rows_of(written(answered, "csv", tmp_path))[0]["venue"] == ""
    sheet = openpyxl.load_workbook(written(answered, "xlsx", tmp_path)).active
    assert sheet.cell(2, 3).value is None
    (found,) = parquet.read_table(written(answered, "parquet", tmp_path)).to_pylist()
    assert found["venue"] is None
    assert found["start"] is None
