"""A numbered answer of the engine becomes one sentence that says whether waiting helps."""

import pytest

from producers.errors import Refused, TruyvetError, Unavailable
from storage.server_errors import answer_error, code_in

OLD = "DB::Exception: Table truyvet.visits doesn't exist.. Stack trace:\n\n0. /lib/libclickhouse.so(x)\n1. y"
NEW = "Code: 60. DB::Exception: Unknown table expression identifier 'truyvet.visits'. (UNKNOWN_TABLE)"
STREAMED = "Streaming query failed: Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)"


@pytest.mark.parametrize(
    ("code", "message", "error", "sentence"),
    [
        (
            60,
            OLD,
            Refused,
            "X lacks a table of the store (Table truyvet.visits doesn't exist): run `truyvet init`.",
        ),
        (*(60, NEW, Refused, "X lacks a table of the store (Unknown table expression identifier "),),
        (
            81,
            "DB::Exception: Database a doesn't exist.",
            Refused,
            "X lacks the database of the store (Database a ",
        ),
        (
            241,
            STREAMED,
            Unavailable,
            "X is out of memory: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED); it may",
        ),
        (
            252,
            "DB::Exception: Too many parts (300).",
            Unavailable,
            "X has too many parts waiting to be merged: ",
        ),
        (
            62,
            "DB::Exception: Syntax error: failed at 1",
            Refused,
            "X refused (code 62): Syntax error: failed at 1.",
        ),
        (0, "", Refused, "X refused (code 0): no reason given."),
    ],
)
def test_answers(code: int, message: str, error: type[TruyvetError], sentence: str) -> None:
    found = answer_error("X", code, message)
    assert type(found) is error
    assert str(found).startswith(sentence)
    assert "\n" not in str(found)
    assert "Stack trace" not in str(found)


def test_the_code_is_in_the_message() -> None:
    assert (code_in(NEW), code_in(STREAMED), code_in("no code")) == (60, 241, 0)
