"""How every client of Kafka is opened, and how Kafka's errors are told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka.errors import KafkaError, MessageSizeTooLargeError, UnknownTopicOrPartitionError

from producers.errors import Refused, Unavailable

CONNECT_SECONDS_MAX = 10


class KafkaClient:
    """The brokers at `host:port[,host:port]`."""

    def __init__(self, servers: str) -> None:
        self.servers = servers

    def connect(self, client: Callable[..., Any], **config: Any) -> Any:
        """One of kafka-python's clients, connected. Raises Unavailable."""
        with self.translated("connecting"):
            return client(
                bootstrap_servers=self.servers.split(","),
                bootstrap_timeout_ms=CONNECT_SECONDS_MAX * 1000,
                client_id="truyvet",
                **config,
            )

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Kafka's errors, in our words."""
        try:
            yield
        except UnknownTopicOrPartitionError:
            raise Refused(f"{doing}: no such topic on kafka://{self.servers}: run `truyvet init`.") from None
        except MessageSizeTooLargeError:
            raise Unavailable(
                f"{doing}: a record is larger than kafka://{self.servers} takes there: "
                "run `truyvet init`, or raise max.message.bytes of the topic."
            ) from None
        except KafkaError as error:
            name = type(error).__name__
            raise Unavailable(
                f"Kafka at {self.servers} does not answer ({doing}: {name}): "
                "start it (`make up`) or set TRUYVET_BROKER."
            ) from error
