"""A worker follows the registry of venues: a changed entry is seen within seconds, without a restart."""

import logging
import time
from threading import Thread

from deploy.wiring import Wiring
from producers.errors import TruyvetError
from producers.ports import Log
from storage.venue_table import VenueTable
from streams.following import Following

LOG = logging.getLogger("truyvet.worker")
LOOK_SECONDS = 2


def following(wiring: Wiring, log: Log) -> Following:
    """From this log into the store; what the process remembers of a changed venue is forgotten."""
    table = VenueTable(wiring.engine, wiring.engine.database)
    return Following(log, table, wiring.registry.forget)


class Follower(Thread):
    """Looks every few seconds, on a client of its own."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__(name="following", daemon=True)
        self._following = following(wiring, wiring.another_log())
        self._failed = False

    def run(self) -> None:
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """One step; a failure is told once and tried again: a worker goes on with what it knows."""
        try:
            done = self._following.step()
        except TruyvetError as error:
            if not self._failed:
                LOG.warning("does not see changes of venues: %s", error)
            self._failed = True
            return
        except Exception as error:  # a bug: it must not end, unseen, the thread that follows
            if not self._failed:
                LOG.error("does not see changes of venues", exc_info=error)
            self._failed = True
            return
        if self._failed:
            LOG.warning("sees changes of venues again")
        self._failed = False
        if done.unusable:
            LOG.warning(
                "left out entries of the registry that are no venue", extra={"fields": done._asdict()}
            )
