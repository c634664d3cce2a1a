"""A worker goes on following the registry of venues, whatever one look met."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import following
from deploy.following import Follower
from producers.errors import Unavailable
from streams.following import Step


def test_an_outage_and_a_bug_are_told_once_and_outlived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of a bug may quote an entry, so only its kind is written (`deploy.log_lines`)."""
    down = Unavailable("Kafka does not answer.")
    met: list[Any] = [down, down, Step(1, 0), KeyError("Mrs An"), KeyError("Mrs An"), Step(2, 1)]

    def step() -> Step:
        if isinstance(found := met.pop(0), Exception):
            raise found
        return Step(*found)

    monkeypatch.setattr(following, "following", lambda wiring, log: SimpleNamespace(step=step))
    wiring: Any = SimpleNamespace(another_log=lambda: None)
    follower = Follower(wiring)
    with caplog.at_level(logging.WARNING):
        for _ in range(6):
            follower.look()
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "does not see changes of venues",
        "sees changes of venues again",
        "does not see changes of venues",
        "sees changes of venues again",
        "left out entries of the registry that are no venue",
    ]
    assert "Mrs An" not in " ".join(record.getMessage() for record in caplog.records)
