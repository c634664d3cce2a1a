"""One worker keeps declarations, and an outage is told once and outlived."""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy import keeping
from deploy.keeping import Keeper
from deploy.wiring import Wiring
from producers import health
from producers.errors import Unavailable
from producers.memory_log import MemoryLog
from streams.declared import TOPICS, Told

DECLARED = (
    b'{"kind":"health","id":"2222222222222222","at":1638327600,"person":"00000000000000c3","symptoms":["fever"],'
    b'"contacts":[],"recent":[],"venue":"","device":"eeeeeeeeeeeeeeee"}'
)


class Table:
    """A table that may be down."""

    def __init__(self) -> None:
        self.rows: list[Told] = []
        self.down = False

    def reached(self) -> dict[tuple[str, int], int]:
        if self.down:
            raise Unavailable("ClickHouse does not answer.")
        return {}

    def write(self, rows: Any) -> None:
        self.rows += rows

    def reach(self, log: str, nexts: Any) -> None:
        """Nothing: a second process would begin anew."""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    found = Table()
    monkeypatch.setattr(keeping, "DeclarationTable", lambda engine, database: found)
    return found


def keeper(ours: Callable[[], bool] = lambda: True) -> tuple[Keeper, MemoryLog]:
    """Over a log with one health declaration, and rubbish."""
    log = MemoryLog(lambda: 1638327600)
    log.create(TOPICS)
    log.publish(health.TOPIC, 0, DECLARED)
    log.publish(health.TOPIC, 1, b"rubbish")
    wiring = cast(Wiring, SimpleNamespace(engine=SimpleNamespace(database="d")))
    return Keeper(wiring, log, ours), log


def test_only_the_worker_whose_turn_it_is_keeps(table: Table) -> None:
    """And who has its turn again asks the store how far it came meanwhile."""
    turn = [False]
    made, _ = keeper(lambda: turn[0])
    made.look()
    assert table.rows == []
    turn[0] = True
    made.look()
    made.look()
    assert len(table.rows) == 1
    turn[0] = False
    made.look()
    turn[0] = True
    made.look()
    assert len(table.rows) == 2


def test_an_outage_is_told_once_and_outlived(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    """So is what is no declaration, by how many and never by what it says."""
    table.down = True
    made, log = keeper()
    with caplog.at_level(logging.WARNING):
        made.look()
        made.look()
        table.down = False
        log.publish(health.TOPIC, 2, DECLARED)
        made.close()
    assert len(table.rows) == 2
    told = [record.getMessage() for record in caplog.records]
    assert [one.partition(":")[0] for one in told] == [
        "does not keep declarations",
        "keeps declarations again",
        "left out records that are no declaration",
    ]
    assert "rubbish" not in caplog.text


def test_a_bug_does_not_end_the_keeper(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, by its kind and not by its text, and the next look tries again."""
    made, _ = keeper()
    table.write = None  # type: ignore[assignment,method-assign]
    made.look()
    made.look()
    del table.write
    made.look()
    assert len(table.rows) == 1
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]
