"""What the command line writes: rows on stdout in three formats, words for a person on stderr."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.output import ROWS_MEASURED, Format, emit, progress, tell

ROWS = [
    {"person": "00000000000000aa", "venue": "Chợ Bến Thành", "minutes": 25.0, "end": None},
    {"person": "00000000000000bb", "venue": 'bus "32", line A', "minutes": 3, "end": "x"},
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Types survive, Vietnamese stays readable, and null is null."""
    assert emit(ROWS, Format.json) == 2
    out = capsys.readouterr().out
    assert [json.loads(line) for line in out.splitlines()] == ROWS
    assert "Chợ Bến Thành" in out


def test_csv_has_a_header_and_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Commas and quotation marks in a venue's id cost nothing; null is an empty field."""
    assert emit(ROWS, Format.csv) == 2
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert read == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in ROWS
    ]


def test_a_table_lines_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Each column begins at one place, with two spaces between, and lines have no trailing spaces."""
    assert emit(ROWS, Format.table) == 2
    assert capsys.readouterr().out.splitlines() == [
        "person            venue             minutes  end",
        "00000000000000aa  Chợ Bến Thành     25.0",
        '00000000000000bb  bus "32", line A  3        x',
    ]


@pytest.mark.parametrize("form", [Format.table, Format.csv])
def test_an_answer_without_rows_still_has_its_columns(
    form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody found is an answer, and it looks like one."""
    assert emit([], form, ["person", "venue"]) == 0
    assert capsys.readouterr().out.replace(",", "  ") == "person  venue\n"


def test_no_rows_are_no_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line is a row."""
    assert emit([], Format.json, ["person"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", list(Format))
def test_rows_are_written_as_they_come(form: Format, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer larger than memory streams: at most a screenful waits for its column widths."""
    ahead = {Format.json: 1, Format.csv: 1, Format.table: ROWS_MEASURED}[form]
    most = 0
    written = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal most, written
        for number in range(ROWS_MEASURED * 3):
            written += capsys.readouterr().out.count("\n")
            most = max(most, number + 1 - written)
            yield {"number": number}

    assert emit(rows(), form, ["number"]) == ROWS_MEASURED * 3
    assert most <= ahead + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({"a": TEXTS, "b": st.none() | st.integers() | TEXTS}), max_size=5))
def test_whatever_is_written_can_be_read_again(
    capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]]
) -> None:
    """No text of a venue breaks a line of JSON or a row of CSV."""
    capsys.readouterr()
    emit(rows, Format.json, ["a", "b"])
    assert [json.loads(line) for line in capsys.readouterr().out.split("\n")[:-1]] == rows
    emit(rows, Format.csv, ["a", "b"])
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert read == [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]


def test_words_go_to_stderr_and_are_left_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets only the answer; [brackets] in a path or an id are text and not markup."""
    tell("chdb:///a [b] is in use: /very" + "/long" * 60)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "chdb:///a [b] is in use: /very" + "/long" * 60 + "\n"


def test_no_bar_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A log of an import holds sentences, not thousands of half-drawn bars."""
    with progress("importing", 10) as bar:
        bar(5)
        bar(10)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
