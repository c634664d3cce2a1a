"""Records waiting in line are cut into batches that cost about the same, however many scans each holds."""

from collections.abc import Iterator, Sequence

from streams.ports import Record

SCAN_MARK = b'"scan_id"'
"""Every scan names its id once. A record that lies about it only makes a batch smaller or larger."""


def scans_in(value: bytes) -> int:
    """About how many scans a record holds, without reading it: at least 1."""
    return value.count(SCAN_MARK) or 1


def cut(records: Sequence[Record], scans_max: int) -> Iterator[Sequence[Record]]:
    """The records in their order, in batches of at most `scans_max` scans, or of one record that has more."""
    first = scans = 0
    for index, record in enumerate(records):
        more = scans_in(record.value)
        if index > first and scans + more > scans_max:
            yield records[first:index]
            first, scans = index, 0
        scans += more
    if first < len(records):
        yield records[first:]
