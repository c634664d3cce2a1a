"""Answers the tracer's questions with SQL: who was where, who was there, who was anywhere.

Each question chooses the newest version of a visit first (FINAL) and drops what is gone or
elsewhere after that. Long lists are cut into several questions, since an engine reads at most
256 KiB of SQL. A question is not one snapshot: writes may land between its parts, and each visit
is as it stood when its part was read.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, groupby
from operator import attrgetter

from producers.errors import Refused
from storage.engine import Engine
from storage.long_stays import LongStays
from storage.ports import Flow, Presence
from storage.questions import numbers, question
from storage.rows import told, visits_from
from storage.spans import LOOK_BACK_SECONDS, Span, chunks, merged, neighbours, slices, span
from storage.visit_tables import joined, table_from
from streams.tables import StoredScan, VisitTable
from streams.visit import Visit

LOG_NAME = re.compile(r"[a-z]+:[A-Za-z0-9_-]+")
KEYS_PER_QUESTION = 10_000
"""Of at most 20 digits and a comma each: 210 kB."""
VISITS_PER_SLICE = 2_000_000
"""What the engine sorts at a time when it walks over all venues: about 150 MB."""


class SqlVisitReader:
    """`storage.ports.VisitReader` on one engine and database."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database
        self._long_stays = LongStays(engine, database)

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        asked = span(since, until)
        if asked is None:
            return []
        found: list[Visit] = []
        for chunk in chunks(set(persons), KEYS_PER_QUESTION):
            sql = self._question("visits_of", asked, persons=numbers(chunk))
            found += visits_from(self._engine.rows(sql))
            found += self._long_stays.of(chunk, asked)
        return found

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        found: dict[Visit, None] = {}
        for chunk in neighbours(merged(places)):
            # A stay that two of the questions meet is found twice, and counted once.
            found.update(dict.fromkeys(self._visits_at(chunk)))
        return list(found)

    def _visits_at(self, places: list[Presence]) -> list[Visit]:
        """What one question answers, and the long stays that it leaves out."""
        venues, sinces, untils = zip(*places, strict=True)
        asked = Span(min(sinces), max(untils))
        sql = self._question(
            "visits_at",
            asked,
            venues=numbers(dict.fromkeys(venues)),
            keys=numbers(venues),
            sinces=numbers(sinces),
            untils=numbers(untils),
        )
        visits = visits_from(self._engine.rows(sql))
        spans = defaultdict(list)
        for venue, since, until in places:
            spans[venue].append((since, until))
        return visits + [
            stay
            for stay in self._long_stays.at(spans, asked)
            if any(stay.arrived < until and stay.departed > since for since, until in spans[stay.venue])
        ]

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        asked = span(since, until)
        if asked is None:
            return
        # Keys are hashes, so equal ranges of keys hold about equal numbers of visits.
        count = self._engine.rows(self._question("visits_count", asked))[0][0]
        for first, last in slices(count // VISITS_PER_SLICE + 1):
            sql = self._question("visits_by_venue", asked, first_venue=first, last_venue=last)
            visits = chain.from_iterable(map(visits_from, self._engine.stream(sql)))
            for _, together in groupby(visits, attrgetter("venue")):
                yield list(together)

    def visits_between(self, since: int, until: int, *, rows_max: int) -> VisitTable | None:
        """Everyone present in [since, until) by columns; None where that may be more than rows_max rows."""
        asked = span(since, until)
        if asked is None:
            return VisitTable.of([])
        count = self._engine.rows(self._question("visits_count", asked))[0][0]
        if count > rows_max:
            return None
        found = []
        for first, last in slices(count // VISITS_PER_SLICE + 1):
            sql = self._question("visits_between", asked, first_venue=first, last_venue=last)
            found.append(table_from(self._engine.arrays(sql)))
        return joined(found)

    def people_between(self, since: int, until: int) -> int:
        """Of how many people did a visit begin in [since, until)? Reads every person of these days."""
        asked = span(since, until)
        if asked is None:
            return 0
        return int(self._engine.rows(self._question("people_between", asked))[0][0])

    def venue_ids(self, keys: Collection[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for chunk in chunks(keys, KEYS_PER_QUESTION):
            found.update(
                (key, text)
                for key, text in self._engine.rows(question("venue_ids", self._database, keys=numbers(chunk)))
            )
        return found

    def scans_told(self, person: int, since: int, until: int) -> list[StoredScan]:
        asked = span(since, until)
        if asked is None:
            return []
        # The key leads with the anchor, which may lie a stay before the scan.
        words = {"person": int(person), "anchored": max(0, asked.since - LOOK_BACK_SECONDS)}
        sql = self._question("scans_told", asked, **words)
        return told(self._engine.rows(sql))

    def knows(self, person: int) -> bool:
        return bool(self._engine.rows(question("knows", self._database, person=int(person))))

    def flow(self) -> Flow:
        """Reads every receipt and every visit: seconds per hundred million, so not for each request."""
        (receipts,) = self._engine.rows(question("flow_receipts", self._database))
        (visits,) = self._engine.rows(question("flow_visits", self._database))
        return Flow._make((*receipts[:-1], *visits[:-1], receipts[-1], visits[-1]))

    def first_unprocessed(
        self, log: str, ends: Mapping[int, int], since: Mapping[int, int] = {}
    ) -> dict[int, tuple[int, int]]:
        """Of each partition behind its end: the first offset that is not whole, and how many are not.

        since: partition -> the offset from which on to look, at most its end.
        """
        done, passed = self.processed(log, ends), self.processed(log, since)
        found = {}
        for partition, end in ends.items():
            lacking = since.get(partition, 0) - passed.get(partition, 0)
            if missing := end - done.get(partition, 0) - lacking:
                found[partition] = self._gap(log, partition, since.get(partition, 0), end, lacking), missing
        return found

    def _gap(self, log: str, partition: int, since: int, end: int, lacking: int) -> int:
        """The first offset from `since` on that is not whole, where so many before it are not."""
        return since + bisect_right(
            range(since + 1, end + 1),
            lacking,
            key=lambda n: n - self.processed(log, {partition: n}).get(partition, 0),
        )

    def processed(self, log: str, ends: Mapping[int, int]) -> dict[int, int]:
        """Per partition, how many records of this incarnation before these ends are whole; without those
        that have none. Counts what is not settled."""
        if not LOG_NAME.fullmatch(log):
            raise Refused(f"{log!r} is not a name of a log: a broker gave an unexpected topic id.")
        rows = self._engine.rows(question("settled", self._database, log=log)) if ends else []
        settled: dict[int, int] = dict(rows)
        done = {p: min(int(end), settled[p]) for p, end in ends.items() if p in settled}
        before = " OR ".join(
            f"(partition = {int(p)} AND offset >= {done.get(p, 0)} AND offset < {int(end)})"
            for p, end in ends.items()
            if end > done.get(p, 0)
        )
        if before:
            for p, count in self._engine.rows(question("processed", self._database, log=log, before=before)):
                done[p] = done.get(p, 0) + count
        return {p: count for p, count in done.items() if count}

    def _question(self, name: str, asked: Span, **words: int | str) -> str:
        return question(
            name,
            self._database,
            since=asked.since,
            until=asked.until,
            earliest=asked.earliest,
            near=asked.near,
            last=asked.last,
            **words,
        )
