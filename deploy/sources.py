"""What this process's answers are made from: its store, its past, and until when both are whole."""

import threading
import time
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from deploy.indexing import Indexing
from deploy.linking import link_table
from deploy.settings import Settings
from deploy.units_then import UnitsThen
from deploy.wiring import Wiring, clock
from storage.as_known import AsKnownReader
from storage.linked_reader import linked
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


def service_limits(settings: Settings) -> Limits:
    """How far answers over the network go; a question may ask for less."""
    return replace(LIMITS, people_max=settings.api_people_max)


def sources(
    wiring: Wiring,
    limits: Limits = LIMITS,
    *,
    watermark: "Watermark | None" = None,
    indexing: Indexing | None = None,
    broker: "threading.Lock | None" = None,
) -> Sources:
    """The sources of answers.

    watermark: how it is asked for; by default anew for each answer.
    indexing: where visits are read from an index, which bounds until when an answer is complete.
    broker: held while the broker is asked, whose client is made for one thread.
    """
    links = link_table(wiring)
    broker = broker or threading.Lock()
    asked = watermark or Watermark(wiring, 0, broker)

    def known() -> Knowledge:
        now, days = clock(), wiring.settings.retention_days
        complete = asked.now()
        if indexing is not None:
            complete = indexing.complete_until(complete)
        return Knowledge(now, complete, now - days * DAY if days else None)

    return Sources(
        now=lambda: linked(wiring.store, links.links()) if indexing is None else indexing.reader,
        past=lambda before: linked(AsKnownReader(wiring.store, wiring.rules, before), links.links(before)),
        known=known,
        limits=limits,
        units=UnitsThen(wiring, broker).of,
        seconds=time.monotonic,
        version=program(),
    )


class Watermark:
    """The last watermark that was known; one thread asks for a new one, the others do not wait for it."""

    def __init__(self, wiring: Wiring, seconds: float, broker: "threading.Lock") -> None:
        """seconds: how old a watermark may be; an old one stays true, a new one costs two questions.

        broker: held while the broker is asked, whose client is made for one thread.
        """
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
