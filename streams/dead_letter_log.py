"""Dead letters in the topic `scans.dead.v1`: readable reasons around sealed bytes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field

from producers.ports import Log
from producers.scan import DEAD_TOPIC, SCHEMA_VERSION, partition_of
from producers.seal import Seal
from streams.dead_letters import DeadLetter, Reason


class SealedLetter(BaseModel):
    """The value of a record of `scans.dead.v1`. Readers ignore fields and take reasons they do not know."""

    reason: Reason
    detail: Annotated[str, Field(description="What is wrong, without any value of the scan.")]
    log: Annotated[str, Field(description="The incarnation of the topic that was read.")]
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    position: Annotated[int, Field(ge=-1, description="Of the scan in its record; -1: the whole record.")]
    received: Annotated[int, Field(description="When Kafka took the record, epoch seconds.")]
    body: Annotated[str, Field(description="Base64 of what was sent, sealed with AES-256-GCM.")]
    v: int = SCHEMA_VERSION


@dataclass(frozen=True)
class DeadLetterLog:
    """The port `streams.ports.DeadLetters` over a log."""

    log: Log
    seal: Seal
    partitions: int

    def put(self, letters: Sequence[DeadLetter]) -> None:
        """Returns when the log has acknowledged every letter."""
        for letter in letters:
            self.log.publish(DEAD_TOPIC, letter.partition % self.partitions, encode(letter, self.seal))
        self.log.flush()


def encode(letter: DeadLetter, seal: Seal) -> bytes:
    """JSON with everything but the body in clear."""
    fields = letter._asdict() | {"body": b64encode(seal.close(letter.body)).decode()}
    return SealedLetter(**fields).model_dump_json().encode()


def decode(value: bytes, seal: Seal) -> DeadLetter:
    """The reverse of `encode`. Raises BadInput when the seal does not open."""
    fields = json.loads(value)
    known = {name: fields[name] for name in DeadLetter._fields}
    return DeadLetter(**known | {"body": seal.open(b64decode(fields["body"]))})


def republished(letter: DeadLetter, partitions: int) -> tuple[int, bytes] | None:
    """The record that gives a letter's scan another try; None when its person cannot be read."""
    try:
        body = json.loads(letter.body)
        return partition_of(body["person"], partitions), json.dumps([body], ensure_ascii=False).encode()
    except (ValueError, TypeError, KeyError):
        return None
