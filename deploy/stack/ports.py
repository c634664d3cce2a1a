"""Finds free network ports on this machine and asks a service one question over a plain socket."""

import random
import socket
from collections.abc import Collection

HOST = "127.0.0.1"

# Below Linux's usual range for outgoing connections (32768 and up). Inside that range a client that
# keeps trying to reach a stopped service can be given the service's own port and connect to itself,
# and then the service cannot come back on it.
LOWEST, HIGHEST = 20000, 31999


def is_free(port: int) -> bool:
    """True when nothing on loopback listens on this port."""
    with socket.socket() as probe:
        # As the servers do: connections of a killed process that are still closing are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port(taken: Collection[int] = ()) -> int:
    """A port nothing listens on and that is not among those already promised."""
    for port in random.sample(range(LOWEST, HIGHEST + 1), 2000):
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST} on {HOST}")


def ask(port: int, question: bytes, at_least: int, seconds: float = 2.0) -> bytes:
    """Send a question and return the answer's first bytes, or nothing when there is no full answer."""
    answer = b""
    try:
        with socket.create_connection((HOST, port), timeout=seconds) as link:
            link.sendall(question)
            while len(answer) < at_least:
                more = link.recv(4096)
                if not more:
                    return b""
                answer += more
    except OSError:
        return b""
    return answer
