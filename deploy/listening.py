"""Answers HTTP at one address until a signal, through `uvicorn`; its log goes the way of all others."""

import socket
from contextlib import suppress
from typing import Any

import uvicorn

from producers.errors import Unavailable

STOP_SECONDS = 20
BACKLOG = 2048
"""Callers that may wait to be let in, as uvicorn has it."""


def opened(host: str, port: int, setting: str) -> socket.socket:
    """Where callers come in. setting: names the port. Raises Unavailable where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise Unavailable(
            f"nobody can be heard at {host}:{port} ({error}): end what listens there, or set {setting}."
        ) from None
    # Who calls inherits it. asyncio sets it only on sockets that say they are TCP, which this one does not:
    # an answer would wait for the acknowledgement of its head.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def listen(api: Any, door: socket.socket) -> None:
    """Serves an ASGI application; what was begun before the signal is answered.

    uvicorn's own handlers would write the text of any error, which may quote what was sent; without them its
    lines are written as `deploy.log_lines` does.
    """
    config = uvicorn.Config(
        api, log_level="warning", log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS
    )
    with door, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[door])
