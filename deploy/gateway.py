"""The gateway process: takes scans over the network until a signal."""

import logging
import signal
import sys
from collections.abc import Sequence

from deploy.collecting import collect_rarely
from deploy.gateway_looking import Looking
from deploy.gateway_parts import Gateway
from deploy.keeping import Keeper
from deploy.listening import listen, opened
from deploy.log_lines import log_to_stderr
from deploy.output import tell
from deploy.serve import worker_beside
from deploy.sources import program
from deploy.wiring import Wiring
from producers.gateway.api import Routes, build_gateway

LOG = logging.getLogger("truyvet.gateway")
MORE: tuple[Routes, ...] = ()
"""Routers beside those of devices, scans, venues and cards."""


def gateway(wiring: Wiring, *, keys: Sequence[str] = (), with_worker: bool = False) -> None:
    """Serve until a signal; what was accepted by then is answered. Raises BadInput, Unavailable, Refused."""
    if wiring.in_process:
        wiring.prepare()
    settings = wiring.settings
    log_to_stderr()
    # uvicorn stops on SIGTERM and then raises it again, which would end us before anything is put away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    parts = Gateway(wiring, keys)
    looking = Looking(parts)
    looking.look()  # a gateway that knows no device would refuse everyone
    service = parts.service()
    api = build_gateway(
        service,
        version=program(),
        told=lambda error: LOG.error("failed on a request", exc_info=error),
        more=MORE,
    )
    door = opened(settings.gateway_host, settings.gateway_port, "TRUYVET_GATEWAY_PORT")
    tell(f"Takes scans at http://{settings.gateway_host}:{settings.gateway_port}/v1/scans: /openapi.json")
    keeper = Keeper(wiring, parts.log) if wiring.in_process else None
    looking.start()
    if keeper:
        keeper.start()
    collect_rarely()
    try:
        with worker_beside(with_worker and not wiring.in_process, {}):
            listen(api, door)
    finally:
        service.collector.close()
        if keeper:
            keeper.close()
        looking.close()
        parts.close()
