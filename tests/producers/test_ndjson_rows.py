"""Shows that objects become rows of text without losing a digit, and that a broken line costs itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.ndjson_rows import LOOKAHEAD_LINES, NdjsonRows
from producers.row import Refused

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text())


@given(st.lists(st.dictionaries(st.text(min_size=1), VALUES), min_size=1, max_size=20), st.booleans())
def test_every_value_is_text_as_it_was_written(objects: list[dict[str, object]], ascii_: bool) -> None:
    told = [json.dumps(object_, ensure_ascii=ascii_) for object_ in objects]
    rows = NdjsonRows(iter(told), "x", 1)
    assert set(rows.columns) == {key for object_ in objects for key in object_}
    for (line, row), (number, object_) in zip(rows, enumerate(objects, 1), strict=True):
        assert line == number
        assert row == {
            key: "" if value is None else value if isinstance(value, str) else json.dumps(value)
            for key, value in object_.items()
        }


def test_numbers_keep_their_digits_and_lists_stay_json() -> None:
    row = '{"a": 12345678901234567890, "b": 1638316800.50, "c": [1, "ợ"], "d": {"e": null}, "f": NaN}'
    ((_, found),) = NdjsonRows(iter([row]), "x", 1)
    assert isinstance(found, dict)
    assert (found["a"], found["b"], found["f"]) == ("12345678901234567890", "1638316800.50", "NaN")
    assert (json.loads(found["c"]), json.loads(found["d"])) == (["1", "ợ"], {"e": None})


@pytest.mark.parametrize(
    "broken", ["{", '{"a": 1', "[1]", "7", "null", '"x"', "no", "[" * 100_000, '{"a": 1}{"a": 2}']
)
def test_a_broken_line_costs_only_itself(broken: str) -> None:
    found = list(NdjsonRows(iter(['{"a": 1}', "", broken, ' {"a": 3} \r']), "x", 4))
    assert found[0] == (4, {"a": "1"})
    assert found[1][0] == 6
    assert isinstance(found[1][1], Refused)
    assert found[2] == (7, {"a": "3"})


def test_a_key_that_comes_late_is_still_a_column() -> None:
    told = ['{"a": 1}'] * (LOOKAHEAD_LINES - 1) + ['{"b": 1}'] * 5
    rows = NdjsonRows(iter(told), "x", 1)
    assert rows.columns == ["a", "b"]
    assert [line for line, _ in rows] == list(range(1, len(told) + 1))


@pytest.mark.parametrize("told", [["{", '"a": 1', "}"], ["{]"] * 500])
def test_a_file_without_objects_is_named(told: list[str]) -> None:
    with pytest.raises(BadInput, match=r"^x does not hold one JSON object per line: [^\n]*\.$"):
        NdjsonRows(iter(told), "x", 1)
