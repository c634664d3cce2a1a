"""What this process's answers are made from: its store, its past, and until when both are whole."""

import threading
import time
from importlib.metadata import PackageNotFoundError, version

from deploy.wiring import Wiring, clock
from storage.as_known import AsKnownReader
from streams.sessions import DAY
from tracer.asking import Sources
from tracer.provenance import Knowledge
from tracer.question import LIMITS, Limits


def program() -> str:
    """The version of the program, as an answer tells it."""
    try:
        return version("truyvet")
    except PackageNotFoundError:
        return "not installed"


def sources(
    wiring: Wiring,
    limits: Limits = LIMITS,
    *,
    watermark_seconds: float = 0,
    broker: "threading.Lock | None" = None,
) -> Sources:
    """The sources of answers.

    watermark_seconds: how old a watermark an answer may bear. An old one stays true; a new one costs a
    question to the broker and one to the store.
    broker: held while the broker is asked, whose client is made for one thread.
    """
    watermark = _Watermark(wiring, watermark_seconds, broker or threading.Lock())

    def known() -> Knowledge:
        now, days = clock(), wiring.settings.retention_days
        return Knowledge(now, watermark.now(), now - days * DAY if days else None)

    return Sources(
        reader=wiring.store,
        past=lambda before: AsKnownReader(wiring.store, wiring.rules, before),
        known=known,
        limits=limits,
        version=program(),
    )


class _Watermark:
    """The last watermark that was known; one thread asks for a new one, the others do not wait for it."""

    def __init__(self, wiring: Wiring, seconds: float, broker: "threading.Lock") -> None:
        self._wiring = wiring
        self._seconds = seconds
        self._last: int | None = None
        self._asked = float("-inf")
        self._broker = broker

    def now(self) -> int | None:
        """The watermark, None where the broker was never reached."""
        if time.monotonic() - self._asked >= self._seconds and self._broker.acquire(blocking=False):
            try:
                found = self._wiring.watermark_if_known()
                # While the broker is down the last one still holds.
                self._last = self._last if found is None else found
                self._asked = time.monotonic()
            finally:
                self._broker.release()
        return self._last
