"""Which dead letters are still open: a letter is never changed, but a note may say that it is dealt with.

The notes travel in a topic of their own, `scans.dead.closed.v1`, so that a reader of the letters sees only
letters. A note names a letter by where its scan stood, so it closes every copy of it, and may itself
be there twice. It holds nothing of the scan.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, Field

from producers.scan import SCHEMA_VERSION
from streams.dead_letters import DeadLetter, LetterName

How = Literal["replayed", "dropped"]


class Closed(BaseModel):
    """The value of a record of `scans.dead.closed.v1`."""

    log: Annotated[str, Field(description="The incarnation of the topic that was read.")]
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    position: Annotated[int, Field(ge=-1, description="Of the scan in its record; -1: the whole record.")]
    how: Annotated[How, Field(description="replayed: its scans were sent again. dropped: given up.")]
    v: int = SCHEMA_VERSION


class Entered(NamedTuple):
    """A letter, where it stands in its topic, and how it was closed (None: it is open)."""

    partition: int
    offset: int
    letter: DeadLetter
    closed: How | None


def note(letter: DeadLetter, how: How) -> bytes:
    """The record that closes a letter."""
    log, partition, offset, position = letter.name
    closed = Closed(log=log, partition=partition, offset=offset, position=position, how=how)
    return closed.model_dump_json().encode()


def notes(values: Iterable[bytes]) -> dict[LetterName, How]:
    """Letter -> how it was closed; the last note counts."""
    read = (Closed.model_validate_json(value) for value in values)
    return {(one.log, one.partition, one.offset, one.position): one.how for one in read}


def entered(
    letters: Iterable[tuple[int, int, DeadLetter]], closed: dict[LetterName, How]
) -> Iterator[Entered]:
    """Each letter once, though a crash may have written it twice. letters: (partition, offset, letter)."""
    seen: set[LetterName] = set()
    for partition, offset, letter in letters:
        if letter.name not in seen:
            seen.add(letter.name)
            yield Entered(partition, offset, letter, closed.get(letter.name))
