"""Records on their way into Kafka: how many at once, for how long, and what an outage leaves of them."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from threading import Thread
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from producers.errors import TruyvetError
from producers.kafka_client import KafkaClient
from producers.scan import LETTER_BYTES_MAX

IN_FLIGHT_MAX = 256
"""Records on their way before publish waits: bounds a publisher's memory (256 x 500 scans)."""
LINGER_MS = 20
REQUEST_MS_MAX, BLOCK_MS_MAX = 30_000, 60_000
"""The client's own, where a delivery may take longer."""
RETIRE_SECONDS, RETIRE_TRIES = 5, 20


class KafkaSender:
    """Sends and waits for acknowledgements. Connects when first used.

    The producer is idempotent with acks=all (the defaults of kafka-python 3), so a retry inside
    it neither loses nor repeats nor reorders. After a failure the next record goes out through a new one:
    whoever is told of it publishes all of it again, so nothing is kept of what was on its way. Kept, the
    failed records would be told one by one long after Kafka is back.
    """

    def __init__(self, client: KafkaClient, delivery_seconds: int) -> None:
        """delivery_seconds: how long a record may take until it is given up, and told as Unavailable."""
        self._client = client
        self._delivery_seconds = delivery_seconds
        self._in_flight: deque[Any] = deque()

    @cached_property
    def _producer(self) -> Any:
        most = self._delivery_seconds * 1000
        return self._client.connect(
            KafkaProducer,
            linger_ms=LINGER_MS,
            delivery_timeout_ms=most,
            request_timeout_ms=min(REQUEST_MS_MAX, most - 2 * LINGER_MS),
            max_block_ms=min(BLOCK_MS_MAX, most),
            batch_size=262_144,
            max_request_size=LETTER_BYTES_MAX,  # the topic decides what is too large
            metrics_enabled=False,  # a record's worth of arithmetic for each record; ours are told elsewhere
        )

    def send(self, topic: str, partition: int, value: bytes | None, key: bytes | None) -> None:
        """As `Log.publish`. Raises Unavailable, Refused."""
        with self._whole(f"publishing to {topic}"):
            self._in_flight.append(self._producer.send(topic, value=value, key=key, partition=partition))
            while len(self._in_flight) > IN_FLIGHT_MAX:
                self._in_flight.popleft().get(self._delivery_seconds)

    def flush(self) -> None:
        """As `Log.flush`. Raises Unavailable, Refused."""
        if not self._in_flight:
            return
        with self._whole("waiting for acknowledgements"):
            self._producer.flush(self._delivery_seconds)
            while self._in_flight:
                self._in_flight.popleft().get(self._delivery_seconds)

    def close(self) -> None:
        """Close what was opened; what was sent and not flushed may be lost."""
        if producer := self.__dict__.pop("_producer", None):
            producer.close()

    @contextmanager
    def _whole(self, doing: str) -> Iterator[None]:
        """All of what is on its way, or on an error nothing of it."""
        try:
            with self._client.translated(doing):
                yield
        except TruyvetError:
            self._in_flight.clear()
            if producer := self.__dict__.pop("_producer", None):
                Thread(target=self._retire, args=(producer,), name="retiring", daemon=True).start()
            raise

    def _retire(self, producer: Any) -> None:
        """End a producer once it has given up what it could not send: before, it can be neither closed nor
        forgotten without an error, and its thread goes on."""
        for _ in range(RETIRE_TRIES):
            with suppress(KafkaError):
                producer.close(self._delivery_seconds + RETIRE_SECONDS)
                return
