"""What our own code says, and its bytes: kind, way, key, moment, and the venue or card.

docs/codes.md has the table of bytes. Numbers are big-endian.
"""

from typing import Literal, NamedTuple
from unicodedata import category

from producers.codes.signing import ID_BYTES
from producers.scan import Direction

Sort = Literal["poster", "screen", "card"]
SORTS: dict[int, Sort] = {1: "poster", 2: "screen", 3: "card"}
DIRECTIONS: dict[int, Direction] = {0: "unknown", 1: "in", 2: "out"}
HEAD_BYTES = 2 + ID_BYTES + 4 + 2
NAME_BYTES_MAX = 100
"""Of a venue's id in UTF-8: with it the code still fits a QR code of 57 by 57 modules."""
CARD_BYTES = 16
STEP_SECONDS_MAX = 3600


class Body(NamedTuple):
    """What is signed.

    name: the venue's id in UTF-8; of a card 16 random bytes, which say nothing of the person.
    at: epoch seconds: of a poster or card when it was made, of a screen when its time step began.
    seconds: how long the time step lasts; 0 for what does not change.
    """

    sort: Sort
    direction: Direction
    key: str
    at: int
    seconds: int
    name: bytes

    def packed(self) -> bytes:
        """Numbers are big-endian."""
        sort = next(number for number, sort in SORTS.items() if sort == self.sort)
        direction = next(number for number, direction in DIRECTIONS.items() if direction == self.direction)
        return (
            bytes((sort, direction))
            + bytes.fromhex(self.key)
            + self.at.to_bytes(4, "big")
            + self.seconds.to_bytes(2, "big")
            + self.name
        )


def unpacked(packed: bytes) -> Body:
    """Raises ValueError on what `packed()` could not have made."""
    if len(packed) <= HEAD_BYTES:
        raise ValueError("it is too short")
    sort, direction = SORTS.get(packed[0]), DIRECTIONS.get(packed[1])
    if sort is None or direction is None:
        raise ValueError("it is of a kind that is none")
    at, seconds = int.from_bytes(packed[6:10], "big"), int.from_bytes(packed[10:12], "big")
    body = Body(sort, direction, packed[2:6].hex(), at, seconds, packed[HEAD_BYTES:])
    if not (1 <= seconds <= STEP_SECONDS_MAX if sort == "screen" else seconds == 0):
        raise ValueError("its time step does not go with its kind")
    if sort == "card":
        if len(body.name) != CARD_BYTES or direction != "unknown":
            raise ValueError("a card has 16 bytes and no direction")
    elif not is_name(body.name.decode("utf-8", "replace")) or len(body.name) > NAME_BYTES_MAX:
        raise ValueError("its venue is no name")
    return body


def is_name(text: str) -> bool:
    """May a venue's id look so inside a code?"""
    return text == text.strip() and "\ufffd" not in text and not any(category(one) == "Cc" for one in text)
