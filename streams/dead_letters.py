"""The dead letters: scans that could not become visits, kept with the reason and where they stood.

The identity inside is not readable in clear: a scan we understood carries only pseudonyms, and
the bytes of one we did not understand may hold anything, so they are sealed (`seal`) before
they leave the worker.
"""

from typing import Literal, NamedTuple

Reason = Literal[
    # The record is not UTF-8 JSON at all.
    "not_json",
    # The record is not a list of 1..500 scans.
    "not_a_record",
    # A field is missing or has a wrong type or value.
    "bad_field",
    # The scan's major version is newer than this worker.
    "unknown_version",
    # An out-scan says that it closes an in-scan later than itself.
    "out_before_in",
    # Another scan of this person has the same id and says something else.
    "conflicting_id",
    # Scanned longer ago than the retention.
    "too_old",
    # Scanned later than the clock allows.
    "from_the_future",
    # Another venue already has this venue's key.
    "venue_key_taken",
    # The worker failed on this record each time it tried: a bug, and not the sender's.
    "worker_failed",
    # Kafka had dropped this record, and those behind it that the detail names, before they were dealt with.
    "lost",
]

QUARANTINED: Reason = "conflicting_id"
"""These scans are understood and stored, as their neighbours are, but one of two must be wrong."""

LetterName = tuple[str, int, int, int]
"""(log, partition, offset, position): names a letter, however often it was written."""


class DeadLetter(NamedTuple):
    """One refused scan (or one unreadable record): why, where it stood, its own bytes."""

    reason: Reason
    detail: str
    """What is wrong, without any value of the scan: `at: Input should be a valid integer`."""
    log: str
    partition: int
    offset: int
    position: int
    """Position of the scan in its record, -1 for the whole record."""
    received: int
    body: bytes
    attempt: int = 1
    """Which try at this scan failed: 1 as it was first sent, one more each time it was replayed."""
    schema_version: int | None = 1
    """The `v` that the scan names, 1 where it names none; None for what cannot be read, or is many."""

    @property
    def name(self) -> LetterName:
        return self.log, self.partition, self.offset, self.position
