"""Keeps an index of all visits beside the store, up to date, and says until when it is complete."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.linking import link_table
from deploy.wiring import Wiring
from producers.errors import Refused, TruyvetError
from storage.indexed_reader import IndexedReader

LOG = logging.getLogger("truyvet")
STOP_SECONDS = 5


class Indexing:
    """Refreshes a reader's index every so many seconds; until the first is made the store answers."""

    def __init__(self, reader: IndexedReader, seconds: float, clock: Callable[[], int]) -> None:
        self.reader = reader
        self._seconds = seconds
        self._clock = clock
        self._complete: int | None = None
        self._held_back = False
        self._refreshed: int | None = None
        self._stopped = threading.Event()

    @staticmethod
    def of(wiring: Wiring, clock: Callable[[], int]) -> "Indexing | None":
        """As the settings have it; None where there is to be no index."""
        settings = wiring.settings
        if not settings.index_megabytes_max:
            return None
        bytes_max = settings.index_megabytes_max * 1_000_000
        reader = IndexedReader(
            wiring.store, wiring.engine, wiring.engine.database, bytes_max, link_table(wiring)
        )
        return Indexing(reader, settings.index_seconds, clock)

    def complete_until(self, watermark: int | None) -> int | None:
        """Until when answers are complete, where those from the store alone are until this watermark.

        From the first refresh on it is the watermark from before the refresh, so that an answer that begins
        with the store and goes on with the index does not claim too much.
        """
        if not self._held_back:
            return watermark
        if watermark is None or self._complete is None:
            return None
        return min(watermark, self._complete)

    def refresh(self, watermark: int | None) -> None:
        """Once. The watermark was asked for before; what fails is logged, and tried again next time."""
        began = self._clock()
        if not self._held_back:
            self._complete, self._held_back = watermark, True
        try:
            self.reader.refresh()
        except Refused as error:
            self._held_back = False
            LOG.warning("answers come from the store: %s", error)
        except TruyvetError as error:
            LOG.warning("the index of visits stays as it was: %s", error)
        else:
            self._complete, self._refreshed = watermark, began

    @contextmanager
    def kept(self, watermark: Callable[[], int | None]) -> Iterator[None]:
        """Refreshed in a thread for as long as this lasts."""

        def keep() -> None:
            while not self._stopped.is_set():
                self.refresh(watermark())
                self._stopped.wait(self._seconds)

        thread = threading.Thread(target=keep, name="index", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join(STOP_SECONDS)

    def gauges(self) -> dict[str, Callable[[], float]]:
        """The metrics of the index, by name; all are 0 while there is none."""
        return {
            "truyvet_index_visits": lambda: 0 if self.reader.index is None else len(self.reader.index),
            "truyvet_index_bytes": lambda: 0 if self.reader.index is None else self.reader.index.nbytes,
            "truyvet_index_age_seconds": self._age,
        }

    def _age(self) -> float:
        """Seconds since the last refresh that succeeded began."""
        if self.reader.index is None or self._refreshed is None:
            return 0
        return self._clock() - self._refreshed
