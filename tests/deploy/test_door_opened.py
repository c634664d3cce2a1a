"""Where callers come in: what they are let in to."""

import socket

from deploy.listening import opened


def test_who_is_let_in_is_answered_without_waiting() -> None:
    """No answer waits in the system until its head was acknowledged (Nagle): a quarter of a request's CPU."""
    with opened("127.0.0.1", 0, "TRUYVET_GATEWAY_PORT") as door:
        with socket.create_connection(door.getsockname()):
            caller, _ = door.accept()
        with caller:
            assert caller.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
