"""The heart of the system: one batch of records becomes stored visits, by gather, decide, act.

Gather: decode, then read in one round trip each the timelines and the venues the batch needs.
Decide: in memory, everyone at once (`streams.revise_many`).
Act, in this order and each only when the one before is done: dead letters; venues, visits,
receipts, scans (`ScanStore.write`); timelines. The caller acknowledges when `process` returns.

A crash anywhere leaves a batch that is read again. A scan found in the store or in a timeline
has its visit stored, so the second time it is a duplicate; otherwise it is decided again and
writes the same rows.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from streams.arrivals import Arrivals, arrivals
from streams.cut import scans_in
from streams.dead_letters import QUARANTINED, DeadLetter, Reason
from streams.decode import Decoded, Limits, decode, refuse, refuse_whole
from streams.flood import FLOOD_LIMITS, Flood, FloodLimits
from streams.gather import gather
from streams.known import CONFLICTING, DUPLICATE, STORED
from streams.ports import DeadLetters, Receipt, Record, ScanStore, Timelines, Writes
from streams.registry import Registry
from streams.revise_many import Batch, gathered, revise_many
from streams.sessions import Rules
from streams.tables import U8, U32, ScanTable, VisitTable


class Outcome(NamedTuple):
    """What became of a batch, in numbers that name nobody."""

    receipts: Sequence[Receipt]
    refused: Mapping[Reason, int]
    """Reason -> scans among the dead letters; a record that cannot be read is one scan."""
    scanned: U32
    """When each scan was made that is stored for the first time, epoch seconds."""

    def scanned_since(self, second: int) -> dict[int, int]:
        """Epoch second from this one on -> how many of these scans were made then."""
        seconds, counts = np.unique(self.scanned[self.scanned >= second], return_counts=True)
        return dict(zip(seconds.tolist(), counts.tolist(), strict=True))


Told = Callable[[Outcome], None]


def nobody(outcome: Outcome) -> None:
    """Nobody is told."""


class BatchProcessor:
    """Turns records into stored visits. One at a time per partition; holds only caches."""

    def __init__(
        self,
        *,
        timelines: Timelines,
        store: ScanStore,
        dead_letters: DeadLetters,
        rules: Rules,
        reached: Callable[[str], None] = lambda point: None,
        flood: FloodLimits = FLOOD_LIMITS,
        registry: Registry | None = None,
    ) -> None:
        """`reached` is told each point where a crash test may kill the process.

        registry: what is known of venues, where somebody else tells it of changes too.
        """
        self._timelines = timelines
        self._store = store
        self._dead_letters = dead_letters
        self._rules = rules
        self._reached = reached
        self._registry = registry or Registry(store)
        self._flood = Flood(flood)

    def process(self, records: Sequence[Record], limits: Limits, told: Told = nobody) -> list[Receipt]:
        """Deal with every scan of these records; returns one receipt per record, in order.

        `told` is called once everything is stored.
        Raises Unavailable or Refused with nothing acknowledged: call again with the same records.
        """
        self._reached("fetched")
        batch = [decode(record, limits) for record in records]
        batch, here = self._known_venues(batch)
        lines = gather(here, self._timelines, self._store)
        asked = Batch(here.persons, lines, here.owner, here.scans)
        known = gathered(asked)
        # A timeline may name venues that this process has not met yet.
        self._registry.look_up(known.venues.tolist())

        done = revise_many(asked, known, self._rules, self._registry.venues)
        receipts, letters = _account(batch, here, done.verdicts)
        refused = Counter(letter.reason for letter in letters)
        self._flood.check(receipts, refused)
        scans = here.table(np.flatnonzero(done.verdicts != DUPLICATE))
        self._reached("decided")

        # First, because a scan that conflicts is a duplicate once it is stored. A letter may come twice.
        if letters:
            self._dead_letters.put(letters)
        self._store.write(Writes(self._registry.unwritten(), done.visits, receipts, scans))
        self._registry.written()
        self._reached("written")
        self._timelines.save(dict(zip(here.persons, done.timelines, strict=True)))
        self._reached("saved")
        self._flood.took(receipts)
        told(Outcome(receipts, refused, here.scans["at"][done.verdicts == STORED]))
        return receipts

    def set_aside(self, record: Record, detail: str, told: Told = nobody) -> Receipt:
        """Give a record up whole: one dead letter that holds it all. Raises Unavailable or Refused."""
        letter = refuse_whole(record, "worker_failed", detail)
        scans = scans_in(record.value)
        receipt = Receipt(*record[:4], scans, 0, 0, scans)
        self._flood.check([receipt], {letter.reason: scans})
        self._dead_letters.put([letter])
        self._store.write(Writes([], VisitTable.of([]), [receipt], ScanTable.of([])))
        self._flood.took([receipt])
        told(Outcome([receipt], {letter.reason: scans}, np.array([], np.uint32)))
        return receipt

    def _known_venues(self, batch: list[Decoded]) -> tuple[list[Decoded], Arrivals]:
        """The batch and its scans, without those whose venue's key belongs to another venue."""
        here = arrivals(batch, self._registry.keys)
        taken = self._registry.meet(set(here.venues))
        if not taken:
            return batch, here
        detail = "venue: its key belongs to another venue id, give it another id"
        cleaned = []
        for one in batch:
            bad = [n for n, venue in enumerate(one.scans.venue) if venue in taken]
            letters = [refuse(one.record, one.positions[n], "venue_key_taken", detail) for n in bad]
            good = [n for n in range(len(one.scans.venue)) if n not in set(bad)]
            cleaned.append(
                one._replace(
                    scans=one.scans.chosen(good),
                    positions=[one.positions[n] for n in good],
                    dead=one.dead + letters,
                )
            )
        return cleaned, arrivals(cleaned, self._registry.keys)


def _account(
    batch: Sequence[Decoded], here: Arrivals, verdicts: U8
) -> tuple[list[Receipt], list[DeadLetter]]:
    """One receipt per record, in which every scan is counted once, and the dead letters.

    What was stored is counted from the verdicts and not as what remains, so that a lost scan shows:
    then `scans` is more than `stored + duplicates + dead`.
    """
    letters = [letter for one in batch for letter in one.dead]
    dead = [len(one.dead) for one in batch]
    starts = np.searchsorted(here.record, np.arange(len(batch))).tolist()
    for index in np.flatnonzero(verdicts == CONFLICTING).tolist():
        number = int(here.record[index])
        one = batch[number]
        detail = "scan_id: another scan of this person has it"
        position = one.positions[index - starts[number]]
        letters.append(refuse(one.record, position, QUARANTINED, detail))
        dead[number] += 1
    stored, duplicates = (
        np.bincount(here.record[verdicts == verdict], minlength=len(batch)).tolist()
        for verdict in (STORED, DUPLICATE)
    )
    counts = zip(stored, duplicates, dead, strict=True)
    receipts = [Receipt(*one.record[:4], one.total, *of) for one, of in zip(batch, counts, strict=True)]
    return receipts, letters
