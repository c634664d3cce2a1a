"""At a terminal: a reason or a letter that is misspelt does not pass for one that there is none of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import deploy.cli.dead
import deploy.main
from deploy.cli.shared import app
from producers.errors import BadInput
from producers.memory_log import MemoryLog
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, TOPIC
from producers.seal import Seal
from streams.dead_letter_log import encode
from streams.dead_letters import DeadLetter

assert deploy.main
"""It knows every command."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `truyvet dead WORDS` where one letter is open; its reason is of a newer version."""
    log, seal = MemoryLog(lambda: 1_638_334_000), Seal(bytes(32))
    log.create({TOPIC: 8, DEAD_TOPIC: 4, CLOSED_TOPIC: 4})
    body = b'{"scan_id":"0000000000000001","person":"f6c7fc5ac7be01a0","venue":"m","at":1}'
    value = encode(DeadLetter("bad_field", "", "log", 0, 5, 0, 9, body), seal)
    log.publish(DEAD_TOPIC, 0, value.replace(b"bad_field", b"too_loud"))

    @contextmanager
    def wired() -> Iterator[Any]:
        yield SimpleNamespace(log=log, seal=seal)

    monkeypatch.setattr(deploy.cli.dead, "wired", wired)

    def invoked(*words: str) -> Result:
        result = CliRunner().invoke(app, ["dead", *words])
        if isinstance(result.exception, BadInput):
            raise result.exception
        return result

    return invoked


@pytest.mark.parametrize("words", [["ls"], ["ls", "--count"], ["replay"], ["drop", "--yes"]])
def test_a_reason_that_is_none_is_told(run: Callable[..., Result], words: list[str]) -> None:
    """With those there are; one that is known and has no letter, or is unknown and has one, is answered."""
    with pytest.raises(BadInput, match=r"'worker-failed' is no reason code.*worker_failed"):
        run(*words, "--reason", "worker-failed")
    assert run(*words, "--reason", "worker_failed").exit_code == 0
    assert run(*words, "--reason", "too_loud").exit_code == 0


@pytest.mark.parametrize("letter", ["0:5", "3:0", "9:0", "0:99999999999999999999"])
def test_a_letter_that_is_none_is_told(run: Callable[..., Result], letter: str) -> None:
    """However large the number."""
    with pytest.raises(BadInput, match="there is no dead letter"):
        run("show", letter)
    with pytest.raises(BadInput, match="there is no"):
        run("drop", letter, "--yes")
