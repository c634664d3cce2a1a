"""What is written down for operators is JSON, a line each, and never quotes what a person sent."""

import json
import logging
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deploy.log_lines import JsonLines
from producers.errors import Unavailable

SECRET = "0912345678 Nguyen Van An"


def line(message: str, error: BaseException | None = None, **fields: Any) -> dict[str, Any]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("truyvet", logging.WARNING, __file__, 1, message, (), info)
    if fields:
        record.fields = fields
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


@given(st.text(), st.dictionaries(st.sampled_from(["partition", "offset", "tries"]), st.integers()))
def test_every_line_is_one_object(message: str, fields: dict[str, int]) -> None:
    """Whatever is in it."""
    found = line(message.replace("%", ""), **fields)
    assert {"at", "level", "what"} <= found.keys()
    assert fields.items() <= found.items()


def test_an_unexpected_error_is_told_by_kind_and_place_only() -> None:
    """Its text, and that of what caused it, may quote a scan."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"cannot read {SECRET}") from cause
    except ValueError as error:
        found = line("ends itself", error)
    assert SECRET not in json.dumps(found)
    assert found["error"] == "ValueError"
    assert any("test_log_lines.py" in one for one in found["where"])


def test_our_own_sentence_is_told_whole() -> None:
    """It says what, where and what to do, and names nobody."""
    assert (
        line("waits", Unavailable("Redis is down: start it."))["error"]
        == "Unavailable: Redis is down: start it."
    )


def test_a_moment_is_in_utc_and_says_so() -> None:
    """The machines of an installation need not agree on a zone; one with summer time has an hour twice."""
    record = logging.LogRecord("truyvet", logging.WARNING, __file__, 1, "goes on", (), None)
    record.created = 1_638_334_000.0625
    assert json.loads(JsonLines().format(record))["at"] == "2021-12-01T04:46:40.062Z"
