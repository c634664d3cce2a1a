"""A record exactly as our own senders write it, read in a few sweeps over its bytes.

Nearly all of a nation's scans come so: five fields, or with their origin six, in one order, no spaces, no
escapes. Whatever differs by one byte is not judged here but left to pydantic (`streams.decode`), which is
also the oracle: what this accepts, pydantic accepts with the same meaning. Measured in `bench/in_memory.py`.
"""

from binascii import Error, unhexlify

import numpy as np

from producers.origin import origin_code
from producers.scan import ORIGIN_LENGTH_MAX, SCANS_PER_RECORD_MAX, SECONDS_MAX, VENUE_LENGTH_MAX
from streams.sent import DIRECTIONS, Sent
from streams.tables import U8, U32, U64, Ints

BYTES_MIN = 4_000
"""Below about 40 scans pydantic is as quick."""
QUOTES = 18
"""In one scan: around five names, and around four values that are texts."""
QUOTES_WITH_ORIGIN = QUOTES + 4
LAST_BYTES = 4 * ORIGIN_LENGTH_MAX + 20
"""Within these the last scan of a record says where it comes from."""
POWERS = 10.0 ** np.arange(9, -1, -1)
QUOTE, BACKSLASH, SPACE = b'"'[0], b"\\"[0], b" "[0]
ENDS = np.array([f'"direction":"{word}'.encode()[-8:] for word in DIRECTIONS], "V8").view(np.uint64)
"""The last eight bytes before the quote behind a direction."""
WAYS = np.array(list(DIRECTIONS.values()), np.uint8)


def plain(value: bytes) -> Sent | None:
    """The scans of a record in its plainest form, None for any other value (wrong or not)."""
    if not (value.startswith(b'[{"scan_id":"') and value.endswith(b'"}]')):
        return None
    data = np.frombuffer(value, np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    each = QUOTES_WITH_ORIGIN if b'"origin":"' in value[-LAST_BYTES:] else QUOTES
    count, rest = divmod(len(quotes), each)
    # Bytes below a space are wrong in JSON, and a backslash says that a text is not what it looks like.
    if rest or not 1 <= count <= SCANS_PER_RECORD_MAX or data.min() < SPACE or BACKSLASH in value:
        return None
    q = quotes.reshape(count, each).T
    if not _shaped(value, q):
        return None
    person, scan_id = _hexes(value, q[6] + 1), _hexes(value, q[2] + 1)
    at, direction = _seconds(value, q[13] + 2), _directions(value, q[17])
    venue, origin = _texts(value, q[10] + 1, q[11], 1, VENUE_LENGTH_MAX), _origins(value, q)
    if person is None or scan_id is None or at is None or direction is None:
        return None
    if venue is None or origin is None:
        return None
    seconds = at.astype(np.uint32)
    return Sent(person, scan_id, venue, seconds, direction, seconds, origin)


def _shaped(value: bytes, q: Ints) -> bool:
    """Do the names, colons, commas and braces stand where they must, seen from the quotes?"""
    begins = np.append(1, q[-1][:-1] + 3)
    with_origin = len(q) == QUOTES_WITH_ORIGIN
    widths = ((q[3], q[2] + 17), (q[7], q[6] + 17), (q[14], q[11] + 18), (q[0], begins + 1))
    return (
        all(bool((there == must).all()) for there, must in widths)
        and q[-1][-1] + 3 == len(value)
        and _reads(value, begins, b'{"scan_id":"')
        and _reads(value, q[3], b'","person":"')
        and _reads(value, q[7], b'","venue":"')
        and _reads(value, q[11], b'","at":')
        and _reads(value, q[14] - 1, b',"direction":"')
        and (not with_origin or _reads(value, q[17], b'","origin":"'))
        and _reads(value, q[-1][:-1], b'"},')
    )


def _windows(value: bytes, starts: Ints, width: int) -> bytes:
    """So many bytes from each of these places, one after the other."""
    every = np.ndarray((len(value) - width + 1,), f"V{width}", buffer=value, strides=(1,))
    return every[starts].tobytes()


def _reads(value: bytes, starts: Ints, text: bytes) -> bool:
    if len(starts) and (starts[0] < 0 or starts[-1] + len(text) > len(value)):
        return False
    return _windows(value, starts, len(text)) == text * len(starts)


def _hexes(value: bytes, starts: Ints) -> U64 | None:
    """Sixteen lower-case hex digits each, as numbers."""
    digits = _windows(value, starts, 16)
    try:
        raw = unhexlify(digits)
    except Error:
        return None
    return np.frombuffer(raw, ">u8").astype(np.uint64) if digits == digits.lower() else None


def _seconds(value: bytes, starts: Ints) -> Ints | None:
    """Ten digits each: any moment from 2001 to 2106."""
    digits = np.frombuffer(_windows(value, starts, 10), np.uint8).reshape(len(starts), 10) - ord("0")
    if digits.max() > 9 or digits[:, 0].min() == 0:
        return None
    # Through floating point, which is exact for ten digits, and has instructions for it.
    at: Ints = (digits.astype(np.float64) @ POWERS).astype(np.int64)
    return at if at.max() <= SECONDS_MAX else None


def _directions(value: bytes, ends: Ints) -> U8 | None:
    words = np.frombuffer(_windows(value, ends - 8, 8), np.uint64)
    same = words[:, None] == ENDS
    return WAYS[same.argmax(1)] if same.any(1).all() else None


def _origins(value: bytes, q: Ints) -> U32 | None:
    """Their numbers; zeros where the record has none."""
    if len(q) == QUOTES:
        return np.zeros(len(q[0]), np.uint32)
    texts = _texts(value, q[20] + 1, q[21], 0, ORIGIN_LENGTH_MAX)
    return None if texts is None else np.array([origin_code(text) for text in texts], np.uint32)


def _texts(value: bytes, starts: Ints, ends: Ints, length_min: int, length_max: int) -> list[str] | None:
    places = zip(starts.tolist(), ends.tolist(), strict=True)
    if value.isascii():
        text, good = value.decode(), _within(ends - starts, length_min, length_max)
        return [text[a:b] for a, b in places] if good else None
    try:
        texts = [value[a:b].decode() for a, b in places]
    except UnicodeDecodeError:
        return None
    return texts if _within(np.array(list(map(len, texts))), length_min, length_max) else None


def _within(lengths: Ints, least: int, most: int) -> bool:
    return bool(least <= lengths.min() and lengths.max() <= most)
