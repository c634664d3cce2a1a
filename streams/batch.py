"""The heart of the system: one batch of records becomes stored visits, by gather, decide, act.

Gather: decode, then read in one round trip each the timelines and the venues the batch needs.
Decide: in memory, person by person (`streams.revise`).
Act, in this order and each only when the one before is done: venues, visits, receipts, scans
(`ScanStore.write`), dead letters, timelines. The caller acknowledges when `process` returns.

A crash anywhere leaves a batch that is read again. A scan found in the store or in a timeline
has its visit stored, so the second time it is a duplicate; otherwise it is decided again and
writes the same rows.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from producers.errors import Refused
from producers.venue import Venue, unregistered
from streams.dead_letters import DeadLetter
from streams.decode import Decoded, Limits, decode, refuse
from streams.ports import DeadLetters, Receipt, Record, ScanStore, StoredScan, Timelines, VisitRow, Writes
from streams.revise import Verdict, clean_cut, needed_since, revise
from streams.sessions import DAY, Rules
from streams.timeline import Scan, Timeline, pack, unpack

VENUES_CACHED_MAX = 1_000_000


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
    ) -> None:
        """`reached` is told each point where a crash test may kill the process."""
        self._timelines = timelines
        self._store = store
        self._dead_letters = dead_letters
        self._rules = rules
        self._reached = reached
        self._venues: dict[int, Venue] = {}
        self._unwritten: dict[int, Venue] = {}

    def process(self, records: Sequence[Record], limits: Limits) -> list[Receipt]:
        """Deal with every scan of these records; returns one receipt per record, in order.

        Raises Unavailable or Refused with nothing acknowledged: call again with the same records.
        """
        self._reached("fetched")
        batch = [decode(record, limits) for record in records]
        self._look_up({u.scan.venue: u.venue_id for one in batch for u in one.scans})
        batch = [self._without_taken_keys(one) for one in batch]
        new: dict[int, list[Scan]] = defaultdict(list)
        for one in batch:
            for understood in one.scans:
                new[understood.person].append(understood.scan)
        known = self._gather(new)
        self._look_up({scan.venue: None for line in known.values() for scan in line.scans})

        verdicts: dict[int, list[Verdict]] = {}
        rows: list[VisitRow] = []
        timelines: dict[int, bytes] = {}
        for person, scans in new.items():
            revision = revise(person, known[person], scans, rules=self._rules, venues=self._venues)
            rows += revision.rows
            verdicts[person] = revision.verdicts
            timelines[person] = pack(revision.timeline)
        receipts, scans_to_store, letters = _account(batch, verdicts)
        self._reached("decided")

        self._store.write(Writes(list(self._unwritten.values()), rows, receipts, scans_to_store))
        self._unwritten.clear()
        self._reached("written")
        if letters:
            self._dead_letters.put(letters)
        self._timelines.save(timelines)
        self._reached("saved")
        return receipts

    def _look_up(self, keys: Mapping[int, str | None]) -> None:
        """Bring these venues into the cache; one that nobody registered is registered by its id."""
        if len(self._venues) > VENUES_CACHED_MAX and not self._unwritten:
            self._venues.clear()
        missing = [key for key in keys if key not in self._venues]
        if not missing:
            return
        found = self._store.venues(missing)
        for key in missing:
            venue_id = keys[key]
            if key not in found and venue_id is None:
                raise Refused(f"venue {key:016x} has scans but is not in the registry: restore table venues.")
            if key not in found and venue_id is not None:
                found[key] = self._unwritten[key] = unregistered(venue_id)
        self._venues.update(found)
        outer = {venue.inside for venue in found.values() if venue.inside}
        if outer - self._venues.keys():
            self._look_up(dict.fromkeys(outer))

    def _without_taken_keys(self, one: Decoded) -> Decoded:
        """Two venue ids with one 64-bit key: the later one cannot be told apart, so it is refused."""
        taken = [u for u in one.scans if self._venues[u.scan.venue].id != u.venue_id]
        if not taken:
            return one
        detail = "venue: its key belongs to another venue id, give it another id"
        letters = [refuse(one.record, u, "venue_key_taken", detail) for u in taken]
        return one._replace(scans=[u for u in one.scans if u not in taken], dead=one.dead + letters)

    def _gather(self, new: dict[int, list[Scan]]) -> dict[int, Timeline]:
        """Each person's timeline, complete as far back as the new scans need it."""
        needed = {p: needed_since(min(scans).anchor, self._rules) for p, scans in new.items()}
        found = {person: unpack(data) for person, data in self._timelines.load(new.keys()).items()}
        known = {p: line for p, line in found.items() if line.complete_since <= needed[p]}
        missing = {p: since for p, since in needed.items() if p not in known}
        debounce = self._rules.debounce_seconds
        back = {p: max(0, since - debounce) for p, since in missing.items()}
        while back:
            stored = self._store.scans_of(back)
            again = {}
            for person, since in back.items():
                scans = stored.get(person, [])
                cut = clean_cut(scans, missing[person], self._rules)
                if since and cut - debounce < since:
                    again[person] = max(0, since - DAY)
                else:
                    known[person] = Timeline(cut, tuple(s for s in scans if s.anchor >= cut))
            back = again
        return known


def _account(
    batch: Sequence[Decoded], verdicts: dict[int, list[Verdict]]
) -> tuple[list[Receipt], list[StoredScan], list[DeadLetter]]:
    """Turn each person's verdicts back into each record's receipt, scans and dead letters."""
    following = {person: iter(each) for person, each in verdicts.items()}
    receipts = []
    scans: list[StoredScan] = []
    letters: list[DeadLetter] = []
    for one in batch:
        record = one.record
        dead = list(one.dead)
        duplicates = 0
        for understood in one.scans:
            verdict = next(following[understood.person])
            if verdict is Verdict.duplicate:
                duplicates += 1
                continue
            scans.append(StoredScan(understood.person, understood.scan, record.received))
            if verdict is Verdict.conflicting:
                detail = "scan_id: another scan of this person has it"
                dead.append(refuse(record, understood, "conflicting_id", detail))
        letters += dead
        stored = one.total - duplicates - len(dead)
        where = (record.log, record.partition, record.offset, record.received)
        receipts.append(Receipt(*where, one.total, stored, duplicates, len(dead)))
    return receipts, scans, letters
