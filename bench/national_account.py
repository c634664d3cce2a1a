"""What is stored after a play, held against what was acknowledged and against a quiet run in memory."""

import json
from typing import NamedTuple

from national_run import Nation, Play
from national_traffic import POISON_MARK

from deploy.letters import records
from producers.scan import DEAD_TOPIC
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record
from streams.visit import Visit


class Account(NamedTuple):
    """What is stored, held against what was acknowledged."""

    sent: int
    stored: int
    duplicates: int
    dead: int
    poison: int
    """Scans sent that no one can read."""
    letters: int
    """In the topic of dead letters, each once."""
    lost: int
    """Scans, acknowledged and well-formed, that are not in ClickHouse."""
    visits: int
    visits_differ: int
    """From those of a quiet run in memory."""

    def check(self) -> None:
        """Ends the benchmark when anything is not as it should be: no time is shown of a wrong answer."""
        accounted = self.stored + self.duplicates + self.dead == self.sent
        letters = self.letters == self.dead == self.poison
        if self.lost or self.visits_differ or not accounted or not letters:
            raise SystemExit(f"WRONG ANSWER: {self}: no time is printed")


def account(nation: Nation, play: Play, *, visits: bool = True) -> Account:
    """Read everything back. `visits`: also hold them against a quiet run, which takes memory."""
    store, flow = nation.wiring.store, nation.wiring.store.flow()
    quiet = MemoryStore()
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=quiet, dead_letters=_Silent(), rules=nation.wiring.rules
    )
    sent = [Record("quiet", p, offset, 0, value) for p, offset, value in play.values()]
    for n in range(0, len(sent), 200):
        processor.process(sent[n : n + 200], Limits(0, 2**32 - 1))
    expected = {visit for block in quiet.visits_by_venue(0, 2**32 - 1) for visit in block}
    people = quiet.people_near([])  # everyone with a scan, also who has no visit
    there = store.scans_of(dict.fromkeys(people, 0))
    known = quiet.scans_of(dict.fromkeys(people, 0))
    lost = sum(len(set(scans) - set(there.get(person, ()))) for person, scans in known.items())
    found: set[Visit] = expected
    if visits:
        found = {visit for block in store.visits_by_venue(0, 2**32 - 1) for visit in block}
    return Account(
        sent=play.scans,
        stored=flow.stored,
        duplicates=flow.duplicates,
        dead=flow.dead,
        poison=sum(value.count(POISON_MARK) for _, _, value in play.values()),
        letters=len(_letters(nation)),
        lost=lost,
        visits=flow.visits,
        visits_differ=len(found ^ expected),
    )


def _letters(nation: Nation) -> set[tuple[int, int, int]]:
    """(partition, offset, position) of each: a batch that was read again wrote its letters again."""
    told = (json.loads(entry.value) for entry in records(nation.wiring, DEAD_TOPIC))
    return {(one["partition"], one["offset"], one["position"]) for one in told}


def disk(nation: Nation) -> dict[str, float]:
    """Bytes on disk for each scan and visit stored, once the engine has merged its parts."""
    engine = nation.wiring.engine
    for table in ("scans", "visits", "visits_by_person"):
        engine.execute(f"OPTIMIZE TABLE {engine.database}.{table}")
    found = engine.rows(
        "SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts "
        f"WHERE active AND database = '{engine.database}' GROUP BY table"
    )
    size = {table: (count, rows) for table, count, rows in found}
    visits = size["visits"][0] + size["visits_by_person"][0]
    return {
        "bytes_per_scan": round(size["scans"][0] / size["scans"][1], 1),
        "bytes_per_visit_found_two_ways": round(visits / size["visits"][1], 1),
    }


class _Silent:
    """Dead letters of the quiet run: they are counted by the other."""

    def put(self, letters: object) -> None:
        pass
