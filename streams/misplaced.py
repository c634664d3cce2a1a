"""Does a record stand in the partition of its people?

Two workers must never have one person's scans at once: each would decide without the other's, and a visit
would keep the end that only one of them knew, until `truyvet reconcile`. It happens when a sender counts by
another number of partitions than the topic has: one that ran on while partitions were added.
"""

import re

from producers.scan import partition_of
from streams.ports import Record

PERSON = re.compile(rb'"person":\s*"([0-9a-f]{16})"')
SEARCHED_BYTES = 4_096


def misplaced(record: Record, partitions: int) -> bool:
    """By the first person it names: a sender that counts wrongly does so for all. partitions: of the topic.

    False for a record that names nobody, and for one in a partition that is newer than the number given.
    """
    found = PERSON.search(record.value, 0, SEARCHED_BYTES)
    if not found or record.partition >= partitions:
        return False
    return partition_of(found[1].decode(), partitions) != record.partition
