"""Declarations go from their topics into the store, every few seconds, in one of the workers."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from deploy.wiring import Wiring
from producers.errors import TruyvetError
from producers.ports import Log
from storage.declarations import DeclarationTable
from streams.declared import Keeping

LOG = logging.getLogger("truyvet.worker")
LOOK_SECONDS = 2


class Keeper(Thread):
    """Keeps what is declared while it is this process's turn; two at once do no harm.

    log: one of its own. ours: is it this process's turn? The workers take the one with partition 0.
    """

    def __init__(self, wiring: Wiring, log: Log, ours: Callable[[], bool] = lambda: True) -> None:
        super().__init__(name="declarations", daemon=True)
        self._wiring = wiring
        self._log = log
        self._ours = ours
        self._over = Event()
        self._keeping: Keeping | None = None
        self._failed = False

    def run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """One step; a failure is told once and tried again."""
        if not self._ours():
            self._keeping = None  # whoever has its turn next says how far it came
            return
        try:
            if self._keeping is None:
                engine = self._wiring.engine
                self._keeping = Keeping(self._log, DeclarationTable(engine, engine.database))
            done = self._keeping.step()
        except TruyvetError as error:
            if not self._failed:
                LOG.warning("does not keep declarations: %s", error)
            self._failed = True
            return
        except Exception as error:  # a bug: it must not end, unseen, the thread that keeps
            if not self._failed:
                LOG.error("does not keep declarations", exc_info=error)
            self._failed = True
            return
        if self._failed:
            LOG.warning("keeps declarations again")
        self._failed = False
        if done.unusable:
            LOG.warning("left out records that are no declaration", extra={"fields": done._asdict()})

    def close(self) -> None:
        """Keep what is there by now, and end."""
        self._over.set()
        if self.is_alive():
            self.join()
        self.look()
