"""More partitions for the topic of scans, without two workers ever having one person's scans at once.

A person's partition is `int(person, 16) % partitions`, so with another number a person's next scans go
elsewhere. Visits do not depend on the order in which scans are processed; but two workers must not
process different scans of one person at the same moment. So nothing may wait in the old places when the
first scan goes to a new one. Offsets, receipts and versions stay as they are.
"""

from deploy.drain import lag
from deploy.wiring import Wiring
from producers.errors import BadInput, Refused
from producers.scan import TOPIC


def widen(wiring: Wiring, partitions: int) -> None:
    """Raises Refused while records wait, or when some came meanwhile; BadInput for fewer partitions."""
    if wiring.in_process:
        raise BadInput(
            "TRUYVET_BROKER=memory:// has no topic that stays: set TRUYVET_BROKER=kafka://host:port."
        )
    ends = wiring.log.ends(TOPIC)
    if waiting := lag(wiring, ends):
        raise Refused(
            f"{waiting} records of {TOPIC} wait, and would be beside new ones of the same people: "
            "stop the senders, run `truyvet drain`, then this again."
        )
    wiring.log.widen(TOPIC, partitions)
    now = wiring.log.ends(TOPIC)
    if came := sum(now[partition] - end for partition, end in ends.items()):
        raise Refused(
            f"{TOPIC} has {partitions} partitions now, but {came} records came meanwhile: stop the senders, "
            "run `truyvet drain`, then `truyvet reconcile`, then start the senders again."
        )
