"""Whether a scan is too old or from the future is judged by when the log received it."""

import json

import pytest

from deploy.settings import Settings
from deploy.wiring import Wiring
from producers.seal import Seal
from storage.memory import MemoryStore
from streams.ports import Record

RECEIVED = 1_638_334_000
"""Years before this test runs: as after a long outage, or where a topic is read again."""
DAY = 86_400


@pytest.mark.parametrize(
    ("at", "stored"),
    [
        (RECEIVED, 1),
        (RECEIVED + 600, 1),
        (RECEIVED + 601, 0),
        (RECEIVED - 28 * DAY, 1),
        (RECEIVED - 28 * DAY - 1, 0),
    ],
)
def test_a_record_read_late_is_judged_as_if_it_had_been_read_at_once(at: int, stored: int) -> None:
    """The settings say how far apart the two moments may be; the clock of the worker says nothing."""
    wiring = Wiring(
        Settings(broker="memory://", state="memory://", retention_days=28, pseudonym_key="0" * 64)
    )
    vars(wiring)["store"] = MemoryStore()
    vars(wiring)["seal"] = Seal(bytes(32))
    scan = {"scan_id": "b121c55b72052dad", "person": "f6c7fc5ac7be01a0", "venue": "market 12", "at": at}
    (receipt,) = wiring.process([Record("log", 0, 0, RECEIVED, json.dumps([scan]).encode())])
    assert (receipt.stored, receipt.dead) == (stored, 1 - stored)
