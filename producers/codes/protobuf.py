"""The few rules of Protocol Buffers that check-in codes need: numbered fields of numbers and bytes.

https://protobuf.dev/programming-guides/encoding/; our own thirty lines, because the library would bring a
compiler's output for three small messages. Groups (wire types 3 and 4) are refused: no code has them.
"""

from collections.abc import Iterator

VARINT_BYTES_MAX = 10
FIXED = {1: 8, 5: 4}
"""Wire type -> bytes of a number of fixed length."""


class Message:
    """The fields of one message. Of a field that stands twice the last counts, as the format says."""

    def __init__(self, body: bytes) -> None:
        """Raises ValueError on bytes that are no message."""
        self._all = list(_fields(body))
        self._fields = dict(self._all)

    def number(self, field: int) -> int:
        """A varint; 0 where the field is missing, as in proto3. Raises ValueError on another type."""
        found = self._fields.get(field, 0)
        if not isinstance(found, int):
            raise ValueError(f"field {field} is no number")
        return found

    def bytes(self, field: int) -> bytes:
        """Raises ValueError on another type; empty where the field is missing."""
        found = self._fields.get(field, b"")
        if not isinstance(found, bytes):
            raise ValueError(f"field {field} is no bytes")
        return found

    def text(self, field: int) -> str:
        """UTF-8, or ValueError."""
        try:
            return self.bytes(field).decode()
        except UnicodeDecodeError:
            raise ValueError(f"field {field} is no text") from None

    def numbers(self, field: int) -> list[int]:
        """A list of varints, packed or one by one."""
        found = []
        for value in (value for name, value in self._all if name == field):
            if isinstance(value, int):
                found.append(value)
                continue
            at = 0
            while at < len(value):
                one, at = _varint(value, at)
                found.append(one)
        return found


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        field, wire = tag >> 3, tag & 7
        if not field:
            raise ValueError("field 0")
        if wire == 0:
            value, at = _varint(body, at)
            yield field, value
            continue
        if wire == 2:
            length, at = _varint(body, at)
        elif wire in FIXED:
            length = FIXED[wire]
        else:
            raise ValueError(f"wire type {wire}")
        if at + length > len(body):
            raise ValueError("the message breaks off")
        yield field, body[at : at + length]
        at += length


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """The number at this place and the place after it."""
    value = 0
    for count, byte in enumerate(body[at : at + VARINT_BYTES_MAX]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            if value >= 2**64:
                break
            return value, at + count + 1
    raise ValueError("a number breaks off")
