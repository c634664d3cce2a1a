"""The one place that talks to Redis: a connection, and its errors in our words.

Whatever can pass or be mended while we wait is Unavailable, even a full memory; only what will never work
as configured is Refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hiredis
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TimedOut
from redis.retry import Retry

from producers.errors import BadInput, Refused, Unavailable

SOCKET_SECONDS = 3

PASSING: dict[type[RedisError] | str, str] = {
    OutOfMemoryError: "give it more memory, or set maxmemory-policy allkeys-lru",
    BusyLoadingError: "it is still reading its data and will serve us soon",
    ReadOnlyError: "it is a replica now: name the master, or wait until the failover is done",
    MasterDownError: "it is a replica without its master: start the master",
    ClusterDownError: "wait until its cluster is whole",
    TryAgainError: "wait until its cluster has moved the keys",
    "MISCONF": "it cannot write to its disk: look at its log",
    "BUSY": "another program runs a long script there: end that",
}
"""Answers that a restart, a failover or an operator's act ends, by kind or first word -> what to do."""


class RedisLink:
    """Redis at `redis://user:password@host:6379/0` (`rediss://` with TLS).

    Connects at the first command. Safe to use from several threads.
    """

    def __init__(self, url: str) -> None:
        try:
            self._redis = Redis.from_url(
                url,
                socket_timeout=SOCKET_SECONDS,
                socket_connect_timeout=SOCKET_SECONDS,
                # Once, at once: a pooled connection may have died with the server's last restart.
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as reason:
            raise BadInput(
                f"The state's address cannot be used ({reason}): give redis://host:6379/0."
            ) from None
        options = self._redis.connection_pool.connection_kwargs
        self._place = "Redis at " + (
            options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
        )

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def command(self, *words: bytes) -> Any:
        """One command of thousands of words, on a pooled connection with its retry; inside `sentences`.

        The client's own `mset` looks at every word three times; hiredis alone takes half its time.
        """
        packed = [hiredis.pack_command(words)]  # type: ignore[arg-type]
        connection: Any = self._redis.connection_pool.get_connection()

        def ask() -> Any:
            connection.send_packed_command(packed)
            return connection.read_response()

        try:
            return connection.retry.call_with_retry(ask, lambda error: connection.disconnect())
        finally:
            self._redis.connection_pool.release(connection)

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Turn what redis-py raises into one sentence. Its kinds overlap, so the order matters."""
        try:
            yield
        except (AuthenticationError, AuthorizationError, NoPermissionError) as reason:
            raise Refused(
                f"{self._place} does not let us in ({reason}): check the user and password in TRUYVET_STATE."
            ) from reason
        except (Disconnected, TimedOut, ResponseError) as reason:
            raise self._error(reason) from reason
        except (RedisError, OSError) as reason:
            raise self._unreachable(reason) from reason

    def _error(self, reason: RedisError) -> Unavailable | Refused:
        text = str(reason).rstrip(".")
        for kind, advice in PASSING.items():
            if text.startswith(kind) if isinstance(kind, str) else isinstance(reason, kind):
                return Unavailable(f"{self._place} cannot serve us now ({text}): {advice}.")
        if isinstance(reason, ResponseError):
            return Refused(
                f"{self._place} refused ({text}): give the URL of a plain Redis, not of a cluster."
            )
        return self._unreachable(reason)

    def _unreachable(self, reason: Exception) -> Unavailable:
        lines = str(reason).splitlines() or [type(reason).__name__]
        return Unavailable(
            f"{self._place} cannot be reached ({lines[0].rstrip('.')}): "
            "start it (`make up`) or set TRUYVET_STATE."
        )
