"""What the engine at hand can do, and everything we do differently because of it.

This is the one place that knows versions: the oldest engine we run on is ClickHouse 18.16 (2018),
the newest we have seen is 26.9. A feature is used when the engine lists it, else left out; none
changes an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

VERSION_SQL = "SELECT version()"
SETTINGS_SQL = "SELECT name FROM system.settings"
TABLE_SETTINGS_SQL = "SELECT name FROM system.merge_tree_settings"

MODERN = (20, 1)
"""Everything newer than Debian's has what we use; what came between the two is not told apart."""

Partition = Literal["day", "month"]

WANTED: Mapping[str, int] = {
    # An insert is acknowledged when it is stored, not when it is queued (26.x queues by default).
    "async_insert": 0,
    # An import of old data in any order touches hundreds of day partitions at once.
    "max_partitions_per_insert_block": 0,
    # A key decides its partition, so the newest version is found within one partition.
    "do_not_merge_across_partitions_select_final": 1,
    # A row may be dropped for what it says only after the newest version was chosen.
    "optimize_move_to_prewhere_if_final": 0,
    # FINAL holds a buffer for each column of each part: hundreds of parts times 1 MiB is gigabytes.
    "max_read_buffer_size": 65_536,
    # An insert that fills visits but not visits_by_person must fail, so that it is repeated.
    "materialized_views_ignore_errors": 0,
}
"""Settings of every connection, each sent only to an engine that lists it."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The engine's version as (year, release), and the settings it lists."""

    version: tuple[int, int]
    settings: frozenset[str]
    table_settings: frozenset[str]

    @property
    def connection_settings(self) -> dict[str, int]:
        """What each connection sets."""
        return {name: value for name, value in WANTED.items() if name in self.settings}

    @property
    def expires(self) -> bool:
        """Does the engine delete expired rows by itself (`storage.retention`)?"""
        return "ttl_only_drop_parts" in self.table_settings

    @property
    def adds_if_missing(self) -> bool:
        """Does it take `ADD COLUMN IF NOT EXISTS`?"""
        return self.version >= MODERN

    def schema_words(self, partition: Partition) -> dict[str, str]:
        """What fills the placeholders of `storage/sql/schema`, but for `database`."""
        modern = self.version >= MODERN
        return {
            "partition": "toYYYYMMDD" if partition == "day" else "toYYYYMM",
            "key": "CODEC(ZSTD(1))" if modern else "",
            "time": "CODEC(Delta(4), ZSTD(1))" if modern else "",
            "short_text": "LowCardinality(String)" if modern else "String",
        }


def parse_version(text: str) -> tuple[int, int]:
    """(year, release) of a version as the engine gives it.

    >>> parse_version("18.16.1")
    (18, 16)
    """
    year, release = text.split(".")[:2]
    return int(year), int(release)
