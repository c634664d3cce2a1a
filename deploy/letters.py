"""Dead letters as an operator deals with them: looked through, sent again, given up, each once.

A letter is closed by a note (`streams.letter_book`), written when its scans are in the log again, or
when it is given up. Whoever is interrupted in between does it again: a scan sent twice is a duplicate,
a note written twice says the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from deploy.wiring import Wiring
from producers.ports import Entry
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, TOPIC
from streams.dead_letter_log import decode, republished
from streams.letter_book import Entered, How, entered, note, notes

READ_AT_ONCE = 500
NOTES_AT_ONCE = 1_000


class Chosen(NamedTuple):
    """Which letters: of this reason (None: any), and tried fewer than this many times."""

    reason: str | None
    attempts_max: int


def records(wiring: Wiring, topic: str) -> Iterator[Entry]:
    """All that a topic holds now, partition after partition."""
    for partition, end in sorted(wiring.log.ends(topic).items()):
        offset = 0
        while offset < end:
            found = wiring.log.read(topic, partition, offset, READ_AT_ONCE)
            if not found:
                break
            yield from found
            offset = found[-1].offset + 1


def book(wiring: Wiring) -> Iterator[Entered]:
    """Every letter once, and whether it is closed."""
    closed = notes(entry.value for entry in records(wiring, CLOSED_TOPIC))
    letters = (
        (entry.partition, entry.offset, decode(entry.value, wiring.seal))
        for entry in records(wiring, DEAD_TOPIC)
    )
    return entered(letters, closed)


def replay(
    wiring: Wiring, chosen: Chosen, progress: Callable[[int], None] = lambda letters: None
) -> Counter[str]:
    """Send the scans of open letters again. letters = replayed + unreadable + tired; scans sent."""
    done: Counter[str] = Counter(letters=0, replayed=0, scans=0, unreadable=0, tired=0)
    partitions = wiring.log.partitions(TOPIC)
    sent: list[Entered] = []
    for one in book(wiring):
        if one.closed or chosen.reason not in (None, one.letter.reason):
            continue
        done["letters"] += 1
        progress(done["letters"])
        if one.letter.attempt >= chosen.attempts_max:
            done["tired"] += 1
            continue
        again = republished(one.letter, partitions)
        done["replayed" if again else "unreadable"] += 1
        for partition, value, scans in again:
            wiring.log.publish(TOPIC, partition, value)
            done["scans"] += scans
        if again:
            sent.append(one)
        if len(sent) >= NOTES_AT_ONCE:
            _close(wiring, sent, "replayed")
            sent.clear()
    _close(wiring, sent, "replayed")
    return done


def drop(wiring: Wiring, reason: str | None, only: tuple[int, int] | None) -> Counter[str]:
    """Give open letters up, and delete from the topic what has no open letter before it.

    only: (partition, offset) of the one letter that is meant. letters: closed now; deleted: records.
    """
    done: Counter[str] = Counter(letters=0, deleted=0)
    dropped: list[Entered] = []
    keep = wiring.log.ends(DEAD_TOPIC)
    for one in book(wiring):
        meant = only in (None, (one.partition, one.offset)) and reason in (None, one.letter.reason)
        if not one.closed and meant:
            dropped.append(one)
            done["letters"] += 1
        elif not one.closed:
            keep[one.partition] = min(keep[one.partition], one.offset)
        if len(dropped) >= NOTES_AT_ONCE:
            _close(wiring, dropped, "dropped")
            dropped.clear()
    _close(wiring, dropped, "dropped")
    done["deleted"] = wiring.log.forget(DEAD_TOPIC, keep)
    return done


def _close(wiring: Wiring, letters: list[Entered], how: How) -> None:
    """Only when all that was sent is in the log."""
    if not letters:
        return
    wiring.log.flush()
    places = wiring.log.partitions(CLOSED_TOPIC)
    for one in letters:
        wiring.log.publish(CLOSED_TOPIC, one.partition % places, note(one.letter, how))
    wiring.log.flush()
