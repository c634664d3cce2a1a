"""A gateway sees every few seconds what others changed: devices and venues."""

import logging
from threading import Event, Thread

from deploy.following import following
from deploy.gateway_parts import Gateway
from producers.errors import TruyvetError

LOG = logging.getLogger("truyvet.gateway")
LOOK_SECONDS = 2
"""How soon a device revoked elsewhere, or a new venue, is seen."""


class Looking(Thread):
    """Looks until it is closed. In the embedded mode the store's venues follow here, too."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(name="looking", daemon=True)
        self._gateway = gateway
        wiring = gateway.wiring
        self._following = following(wiring, gateway.log) if wiring.in_process else None
        self._over = Event()
        self._failed = False

    def run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                self.look()
            except TruyvetError as why:
                if not self._failed:
                    LOG.warning("does not see changes of devices and venues: %s", why)
                self._failed = True
            else:
                self._failed = False

    def look(self) -> None:
        """One look. Raises Unavailable, Refused."""
        self._gateway.devices.refresh()
        self._gateway.venues.refresh()
        if self._following:
            self._following.step()

    def close(self) -> None:
        self._over.set()
        self.join()
