"""Shows that separated text is read as it was written, and that a broken row costs no other row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.csv_rows import ROW_LINES_MAX, CsvRows
from producers.errors import BadInput
from producers.lines import lines
from producers.row import Numbered, Refused

FIELDS = st.text(st.sampled_from("ab \"',;\tợ\n\r"), max_size=6)
PLAIN = st.text(st.sampled_from("ab '|ợ"), min_size=1, max_size=6).map(lambda text: "x" + text)


def read(body: str) -> tuple[list[str], list[Numbered]]:
    rows = CsvRows(lines(io.BytesIO(body.encode()), "x.csv"), "x.csv", 1)
    return rows.columns, list(rows)


def good(found: list[Numbered]) -> list[tuple[int, list[str]]]:
    return [(line, list(row.values())) for line, row in found if not isinstance(row, Refused)]


def bad(found: list[Numbered]) -> list[int]:
    return [line for line, row in found if isinstance(row, Refused)]


@given(
    st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["", "\ufeff"]),
)
def test_what_the_csv_module_writes_is_read_back_with_its_line(
    table: list[tuple[str, str, str]], separator: str, end: str, quoted: bool, mark: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerow(["person", "venue", "at"])
    want = []
    for fields in table:
        # The csv module forgets to quote a lone carriage return.
        row = [field if quoted else field.replace("\r", "") for field in fields]
        before = text.getvalue()
        writer.writerow(row)
        if text.getvalue()[len(before) :].strip():  # a row of blanks is a blank line
            want.append((before.count("\n") + 1, row))
    columns, found = read(mark + text.getvalue())
    assert columns == ["person", "venue", "at"]
    assert good(found) == want
    assert bad(found) == []


@given(
    st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=250),
    st.data(),
    st.sampled_from(['"{},{}', '{},"{}', '"{}"z,{}', "{}", "{},{},{}", '"{},{}"x"']),
    st.booleans(),
)
def test_a_broken_row_costs_no_other_row(
    table: list[tuple[str, str]], data: st.DataObject, broken: str, quoted: bool
) -> None:
    at = data.draw(st.integers(0, len(table) - 1))
    whole = '"{}","{}"' if quoted else "{},{}"
    told = [whole.format(*row) for row in table]
    told[at] = broken.format(*table[at], "more")
    found = read("person,venue\n" + "\n".join(told))[1]
    assert bad(found) == [at + 2]
    assert good(found) == [(line + 2, list(row)) for line, row in enumerate(table) if line != at]


def test_two_stray_marks_far_apart_do_not_swallow_what_is_between() -> None:
    told = [f"p{number},v{number}" for number in range(1000)]
    told[100] = '"p100,v100'
    told[150] = 'p150,"v150'
    found = read("person,venue\n" + "\n".join(told))[1]
    assert bad(found) == [102, 152]
    assert len(good(found)) == 998


def test_a_field_may_run_over_many_lines_but_not_endlessly() -> None:
    long = "\n" * (ROW_LINES_MAX - 1)
    assert good(read(f'a,b\n1,"x{long}y"\n2,3')[1]) == [
        (2, ["1", f"x{long}y"]),
        (ROW_LINES_MAX + 2, ["2", "3"]),
    ]
    found = read(f'a,b\n1,"x{long}\ny"\n2,3')[1]
    assert bad(found) == [2, ROW_LINES_MAX + 2]
    assert good(found) == [(ROW_LINES_MAX + 3, ["2", "3"])]


def test_a_ragged_row_says_how() -> None:
    (line, row), *_ = read("a,b,c\n1,2\n")[1]
    want = "The row has 2 fields where the header has 3: quote a field that holds a separator."
    assert (line, row) == (2, Refused("not_a_row", want))


def test_blank_lines_are_no_rows_and_still_count() -> None:
    assert good(read("a,b\n\n1,2\r\n  \n\r\n3,4")[1]) == [(3, ["1", "2"]), (6, ["3", "4"])]


def test_a_fault_comes_after_every_row_before_it() -> None:
    rows = iter(CsvRows(lines(io.BytesIO(b'a,b\n1,"2\n3,4\n5,6\n\xff,8\n'), "x.csv"), "x.csv", 1))
    found = [next(rows) for _ in range(3)]
    assert bad(found) == [2]
    assert good(found) == [(3, ["3", "4"]), (4, ["5", "6"])]
    with pytest.raises(BadInput, match=r"line 5 byte 1 \(0xff\)"):
        next(rows)


def test_the_separator_is_told_by_the_header_outside_its_quotes() -> None:
    assert read('"a,b,c";d\n1;2,3\n') == (["a,b,c", "d"], [(2, {"a,b,c": "1", "d": "2,3"})])


@pytest.mark.parametrize("header", ['"a,b', 'a,"b"c', "a,b\r1,2\r3,4", "a,b,a", "a, a"])
def test_a_header_that_cannot_be_used_is_named(header: str) -> None:
    with pytest.raises(BadInput, match=r"^x\.csv line 1 [^\n]*\.$"):
        read(header + "\n")
