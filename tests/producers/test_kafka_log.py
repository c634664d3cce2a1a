"""What the Kafka log does with a client that fails, seen with clients that are made up."""

from threading import Event
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError, TopicAlreadyExistsError

from producers import kafka_log, kafka_sender
from producers.errors import Refused, Unavailable
from producers.kafka_log import DELIVERY_SECONDS_MAX, KafkaLog
from producers.kafka_sender import IN_FLIGHT_MAX
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, LETTER_BYTES_MAX


class Broker:
    """Is there or not; what it took, and the producers that were opened and closed."""

    def __init__(self) -> None:
        self.up = True
        self.taken: list[bytes] = []
        self.opened = 0
        self.closed = Event()
        self.waited: list[float] = []


class Future:
    """A record on its way: taken, or given up."""

    def __init__(self, sent: bool) -> None:
        self._sent = sent

    def get(self, timeout: float) -> None:
        if not self._sent:
            raise KafkaTimeoutError("given up")


class Producer:
    """As kafka-python's: a record that was given up stays given up."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        broker.opened += 1

    def send(self, topic: str, *, value: bytes, key: bytes | None, partition: int) -> Future:
        if self._broker.up:
            self._broker.taken.append(value)
        return Future(self._broker.up)

    def flush(self, timeout: float) -> None:
        """Returns also when all was given up."""

    def close(self, timeout: float | None = None) -> None:
        """Waits until it has given up what was on its way, longer than it should; before, it only raises."""
        self._broker.waited.append(timeout or 0.0)
        if len(self._broker.waited) == 1:
            raise KafkaTimeoutError("still on its way")
        self._broker.closed.set()


class Admin:
    def describe_topics(self, topics: list[str]) -> list[dict[str, Any]]:
        return [{"error_code": 0, "partitions": [0], "topic_id": "t"}]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(kafka_sender, "KafkaProducer", lambda **config: Producer(broker))
    monkeypatch.setattr(kafka_log, "KafkaAdminClient", lambda **config: Admin())
    return broker


def publish_and_flush(log: KafkaLog, records: int) -> None:
    for number in range(records):
        log.publish("t", 0, b"%d" % number)
    log.flush()


@pytest.mark.parametrize("records", [100, IN_FLIGHT_MAX + 100])
def test_the_first_try_after_an_outage_succeeds(broker: Broker, records: int) -> None:
    """However many records were given up: in a flush, or already while publishing."""
    log = KafkaLog("nowhere:9092")
    broker.up = False
    with pytest.raises(Unavailable, match="does not answer"):
        publish_and_flush(log, records)
    assert broker.closed.wait(300)
    assert broker.waited[0] > DELIVERY_SECONDS_MAX
    assert broker.opened == 1
    broker.up = True
    publish_and_flush(log, records)
    assert broker.taken == [b"%d" % number for number in range(records)]
    assert broker.opened == 2


def test_one_client_serves_while_nothing_fails(broker: Broker) -> None:
    log = KafkaLog("nowhere:9092")
    for _ in range(3):
        publish_and_flush(log, 10)
    assert (broker.opened, broker.closed.is_set(), len(broker.taken)) == (1, False, 30)


class Topics:
    """An admin of a broker that has these topics, with these settings."""

    def __init__(self, there: dict[str, dict[str, str]]) -> None:
        self.configs = there
        self.altered = 0
        self.hidden = self.denied = False

    def create_topics(self, topics: list[Any], **options: Any) -> None:
        (new,) = topics
        if new.name in self.configs:
            raise TopicAlreadyExistsError
        self.configs[new.name] = new.topic_configs

    def describe_configs(self, asked: list[Any], **options: Any) -> dict[str, Any]:
        (one,) = asked
        names = [] if self.hidden else one.configs
        return {"topic": {one.name: {name: {"value": self.configs[one.name][name]} for name in names}}}

    def alter_configs(self, wanted: list[Any]) -> dict[str, dict[str, str]]:
        (one,) = wanted
        if self.denied:
            return {"topic": {one.name: "[Error 29] TOPIC_AUTHORIZATION_FAILED"}}
        self.configs[one.name] |= one.configs
        self.altered += 1
        return {"topic": {one.name: "OK"}}


KAFKAS_OWN = {
    "message.timestamp.type": "CreateTime",
    "max.message.bytes": "1048588",
    "min.insync.replicas": "1",
    "cleanup.policy": "delete",
}
TIME, BYTES, REPLICAS = list(KAFKAS_OWN)[:3]


@pytest.mark.parametrize(
    ("topic", "replicas", "before", "then"),
    [
        (DEAD_TOPIC, 1, {}, {TIME: "LogAppendTime", BYTES: str(LETTER_BYTES_MAX)}),
        (DEAD_TOPIC, 1, {BYTES: "9000000"}, {TIME: "LogAppendTime"}),
        ("scans.v1", 2, {}, {TIME: "LogAppendTime"}),
        ("scans.v1", 3, {}, {TIME: "LogAppendTime", REPLICAS: "2"}),
        ("scans.v1", 5, {REPLICAS: "3"}, {TIME: "LogAppendTime"}),
    ],
)
def test_what_is_relied_on_holds_for_a_topic_that_is_there(
    monkeypatch: pytest.MonkeyPatch, topic: str, replicas: int, before: dict[str, str], then: dict[str, str]
) -> None:
    """`truyvet init` sees to it, lowers nothing, and leaves alone what is as it should be."""
    admin = Topics({topic: KAFKAS_OWN | before})
    monkeypatch.setattr(kafka_log, "KafkaAdminClient", lambda **config: admin)
    log = KafkaLog("nowhere:9092", replicas=replicas)
    for _ in range(2):
        assert log.create({topic: 4}) == []
    assert admin.configs[topic] == KAFKAS_OWN | before | then
    assert admin.altered == 1


@pytest.mark.parametrize(
    ("days", "before", "letters", "notes"),
    [(28, 7, 28, 58), (0, 7, None, None), (28, None, None, None), (28, 90, 90, 90), (None, 7, 7, 7)],
)
def test_letters_are_kept_as_long_as_scans(
    monkeypatch: pytest.MonkeyPatch,
    days: int | None,
    before: int | None,
    letters: int | None,
    notes: int | None,
) -> None:
    """Not Kafka's own 7 days, in which nobody may look; never for shorter than now. None: for good."""
    kept = {"retention.ms": "-1" if before is None else str(before * 86_400_000)}
    admin = Topics({topic: KAFKAS_OWN | kept for topic in (DEAD_TOPIC, CLOSED_TOPIC, "scans.v1")})
    monkeypatch.setattr(kafka_log, "KafkaAdminClient", lambda **config: admin)
    KafkaLog("nowhere:9092", letter_days=days).create({DEAD_TOPIC: 4, CLOSED_TOPIC: 4, "scans.v1": 4})
    found = [int(admin.configs[topic]["retention.ms"]) for topic in (DEAD_TOPIC, CLOSED_TOPIC)]
    assert found == [-1 if want is None else want * 86_400_000 for want in (letters, notes)]
    assert admin.configs["scans.v1"]["retention.ms"] == kept["retention.ms"]


def test_a_topic_that_may_not_be_changed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to give it; where we may not even look, whoever made it knows."""
    admin = Topics({"scans.v1": dict(KAFKAS_OWN)})
    admin.denied = True
    monkeypatch.setattr(kafka_log, "KafkaAdminClient", lambda **config: admin)
    with pytest.raises(Refused, match=r"TOPIC_AUTHORIZATION_FAILED.*message.timestamp.type=LogAppendTime"):
        KafkaLog("nowhere:9092").create({"scans.v1": 4})
    admin.hidden = True
    assert KafkaLog("nowhere:9092").create({"scans.v1": 4}) == []


def test_what_is_acknowledged_is_on_two_brokers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are three: the death of one loses nothing, and stops nothing."""
    for replicas in (1, 2, 3):
        admin = Topics({})
        monkeypatch.setattr(kafka_log, "KafkaAdminClient", lambda **config: admin)  # noqa: B023
        KafkaLog("nowhere:9092", replicas=replicas).create({"scans.v1": 4, "venues.v1": 1}, {"venues.v1"})
        assert admin.configs["venues.v1"]["cleanup.policy"] == "compact"
        assert [one.get(REPLICAS) for one in admin.configs.values()] == ["2" if replicas > 2 else None] * 2


def test_what_is_too_large_is_no_outage(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent to start a Kafka that runs."""

    def too_large(self: Producer, topic: str, **record: Any) -> Future:
        raise MessageSizeTooLargeError

    monkeypatch.setattr(Producer, "send", too_large)
    with pytest.raises(Unavailable, match=r"larger than .* takes .* max\.message\.bytes"):
        KafkaLog("nowhere:9092").publish("t", 0, b"x")
