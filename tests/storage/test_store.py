"""One behaviour for every store: what is written, however often and in whatever order, is answered alike."""

import unicodedata

import pytest
from store_databases import AnyStore, without_scans
from store_worlds import (
    AN,
    BINH,
    BUS,
    CAFE,
    CHI,
    DAY,
    GATE,
    LARGEST,
    LAST_SECOND,
    NO_FLOW,
    NOON,
    put,
    row,
    scan,
    stay,
    writes,
)

from producers.errors import Unavailable
from producers.venue import Venue, unregistered
from storage.ports import Flow, Presence
from streams.ports import Receipt
from streams.visit import EndKnownBy, Visit

ALWAYS = (0, 2**32)


class TestVersions:
    """Of the rows of one visit, the one that knows most is the visit."""

    @pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
    def test_the_newest_version_wins_whatever_the_order(
        self, store: AnyStore, order: tuple[int, ...]
    ) -> None:
        for version in order:
            store.write(writes([row(stay(BUS, AN, NOON, NOON + version * 60), version)]))
        newest = [stay(BUS, AN, NOON, NOON + 180)]
        assert store.visits_of([AN], NOON, NOON + DAY) == newest
        assert store.visits_at([Presence(BUS, NOON, NOON + 1)]) == newest
        assert list(store.visits_by_venue(*ALWAYS)) == [newest]

    def test_the_newest_version_wins_within_one_write(self, store: AnyStore) -> None:
        rows = [row(stay(BUS, AN, NOON, NOON + version), version) for version in (2, 9, 5)]
        store.write(writes(rows))
        assert store.visits_of([AN], *ALWAYS) == [stay(BUS, AN, NOON, NOON + 9)]

    def test_an_older_version_is_not_found_where_the_newest_is_not(self, store: AnyStore) -> None:
        put(store, stay(BUS, AN, NOON, NOON + 600))
        store.write(writes([row(stay(BUS, AN, NOON, NOON + 60), 2)]))
        assert store.visits_of([AN], NOON + 300, NOON + 400) == []
        assert store.visits_at([Presence(BUS, NOON + 300, NOON + 400)]) == []
        assert list(store.visits_by_venue(NOON + 300, NOON + 400)) == []

    def test_equal_rows_count_once(self, store: AnyStore) -> None:
        twice = writes(
            [row(stay(BUS, AN, NOON, NOON + 60))],
            venues=[unregistered("bus")],
            receipts=[Receipt("log", 0, 0, NOON, 1, 1, 0, 0)],
            scans=[scan(AN, NOON)],
        )
        for _ in range(3):
            store.write(twice)
        assert store.visits_of([AN], *ALWAYS) == [stay(BUS, AN, NOON, NOON + 60)]
        assert store.scans_of({AN: 0}) == {AN: [scan(AN, NOON).scan]}
        assert store.flow() == Flow(1, 1, 1, 0, 0, 1, 1, 1, NOON, NOON)

    def test_gone_hides_and_a_higher_version_brings_back(self, store: AnyStore) -> None:
        visit = stay(BUS, AN, NOON, NOON + 60)
        put(store, visit)
        store.write(writes([row(visit, 2, gone=True)]))
        assert store.visits_of([AN], *ALWAYS) == []
        assert store.visits_at([Presence(BUS, *ALWAYS)]) == []
        assert list(store.visits_by_venue(*ALWAYS)) == []
        assert not store.knows(AN)
        assert store.flow() == NO_FLOW
        store.write(writes([row(visit, 3)]))
        assert store.visits_of([AN], *ALWAYS) == [visit]
        assert store.knows(AN)

    def test_what_is_gone_stays_gone_when_an_older_version_comes_late(self, store: AnyStore) -> None:
        visit = stay(BUS, AN, NOON, NOON + 60)
        store.write(writes([row(visit, 2, gone=True)]))
        put(store, visit)
        assert store.visits_at([Presence(BUS, *ALWAYS)]) == []
        assert not store.knows(AN)


class TestSpans:
    """Spans are half-open; a stay without length counts at its instant."""

    @pytest.mark.parametrize(
        ("since", "until", "found"),
        [
            (NOON - 10, NOON, False),
            (NOON - 10, NOON + 1, True),
            (NOON + 59, NOON + 90, True),
            (NOON + 60, NOON + 90, False),
            (NOON + 10, NOON + 20, True),
            (NOON - 10, NOON + 90, True),
            (NOON + 10, NOON + 10, False),
            (NOON + 20, NOON + 10, False),
        ],
    )
    def test_edges_of_a_stay(self, store: AnyStore, since: int, until: int, found: bool) -> None:
        visit = stay(BUS, AN, NOON, NOON + 60)
        put(store, visit)
        assert store.visits_of([AN], since, until) == [visit] * found
        assert store.visits_at([Presence(BUS, since, until)]) == [visit] * found
        assert list(store.visits_by_venue(since, until)) == [[visit]] * found

    @pytest.mark.parametrize(("since", "found"), [(NOON - 1, False), (NOON, True), (NOON + 1, False)])
    def test_an_instant_is_present_in_its_second(self, store: AnyStore, since: int, found: bool) -> None:
        visit = stay(GATE, AN, NOON, NOON)
        put(store, visit)
        assert store.visits_of([AN], since, since + 1) == [visit] * found
        assert store.visits_at([Presence(GATE, since, since + 1)]) == [visit] * found
        assert list(store.visits_by_venue(since, since + 1)) == [[visit]] * found

    def test_a_stay_of_31_days_is_found_in_its_last_second(self, store: AnyStore) -> None:
        visit = stay(BUS, AN, NOON, NOON + 31 * DAY)
        put(store, visit)
        last = NOON + 31 * DAY - 1
        assert store.visits_of([AN], last, last + 1) == [visit]
        assert store.visits_at([Presence(BUS, last, last + 1)]) == [visit]
        assert list(store.visits_by_venue(last, last + 1)) == [[visit]]

    def test_a_long_stay_that_became_short_or_short_that_became_long(self, store: AnyStore) -> None:
        """Which of its versions were long must not show."""
        asked = (NOON + 3 * DAY, NOON + 3 * DAY + 60)
        long, short = stay(BUS, AN, NOON, NOON + 5 * DAY), stay(BUS, BINH, NOON, NOON + 60)
        longer = short._replace(departed=NOON + 4 * DAY, departed_max=NOON + 4 * DAY)
        put(store, long, short)
        shortened = long._replace(departed=NOON + DAY, departed_max=NOON + DAY)
        store.write(writes([row(shortened, 2), row(longer, 2)]))
        assert store.visits_of([AN, BINH], *asked) == [longer]
        assert store.visits_at([Presence(BUS, *asked)]) == [longer]
        assert list(store.visits_by_venue(*asked)) == [[longer]]
        store.write(writes([row(longer, 3, gone=True)]))
        assert store.visits_of([AN, BINH], *asked) == []
        assert store.visits_at([Presence(BUS, *asked)]) == []

    @pytest.mark.parametrize("length", [DAY - 1, DAY, DAY + 1, DAY + 2])
    def test_a_stay_of_about_a_day(self, store: AnyStore, length: int) -> None:
        visit = stay(BUS, AN, NOON, NOON + length)
        put(store, visit)
        for since, found in ((NOON + length - 1, True), (NOON + length, False)):
            assert store.visits_of([AN], since, since + 1) == [visit] * found
            assert store.visits_at([Presence(BUS, since, since + 1)]) == [visit] * found

    def test_the_largest_numbers_and_the_last_second(self, store: AnyStore) -> None:
        last = Visit(
            LARGEST, LAST_SECOND, LARGEST, LAST_SECOND, LAST_SECOND, LAST_SECOND, EndKnownBy.cap, 65535
        )
        first = Visit(0, 0, 0, 0, 0, 0, EndKnownBy.next_scan, 0)
        store.write(
            writes(
                [row(first, 0), row(last, 2**32 - 1)],
                scans=[scan(LARGEST, LAST_SECOND - 5, LARGEST, LARGEST), scan(0, 0, 0, 0)],
            )
        )
        assert store.visits_of([0, LARGEST], *ALWAYS) in ([first, last], [last, first])
        assert store.visits_at([Presence(LARGEST, LAST_SECOND, 2**32)]) == [last]
        assert store.visits_at([Presence(0, 0, 1), Presence(LARGEST, 0, LAST_SECOND)]) == [first]
        assert list(store.visits_by_venue(*ALWAYS)) == [[first], [last]]
        assert store.scans_of({LARGEST: 0, 0: 0}) == {
            LARGEST: [scan(LARGEST, LAST_SECOND - 5, LARGEST, LARGEST).scan],
            0: [scan(0, 0, 0, 0).scan],
        }

    def test_many_spans_of_one_place_find_a_visit_once(self, store: AnyStore) -> None:
        visit = stay(BUS, AN, NOON, NOON + 600)
        put(store, visit, stay(CAFE, AN, NOON + 700, NOON + 800), stay(BUS, BINH, NOON + 200, NOON + 210))
        places = [Presence(BUS, NOON + s, NOON + s + 10) for s in (0, 5, 40, 400, 590, 600)]
        assert store.visits_at(places) == [visit]

    def test_each_place_is_asked_about_its_own_span(self, store: AnyStore) -> None:
        bus, cafe = stay(BUS, AN, NOON, NOON + 60), stay(CAFE, BINH, NOON + 100, NOON + 160)
        put(store, bus, cafe)
        assert store.visits_at([Presence(BUS, NOON + 100, NOON + 160), Presence(CAFE, NOON, NOON + 60)]) == []
        both = store.visits_at([Presence(BUS, NOON, NOON + 60), Presence(CAFE, NOON + 100, NOON + 160)])
        assert sorted(both) == [bus, cafe]

    def test_asking_about_nobody_or_nowhere_finds_nothing(self, store: AnyStore) -> None:
        put(store, stay(BUS, AN, NOON, NOON + 60))
        assert store.visits_of([], *ALWAYS) == []
        assert store.visits_at([]) == []
        assert store.venue_ids([]) == {}
        assert store.venues([]) == {}
        assert store.scans_of({}) == {}


class TestMany:
    """Size changes no answer."""

    def test_ten_thousand_and_one_people_in_one_question(self, store: AnyStore) -> None:
        persons = [LARGEST - n for n in range(10_001)]
        visits = [stay(p % 50, p, NOON + p % 7, NOON + 60) for p in persons]
        put(store, *visits)
        assert sorted(store.visits_of(persons, *ALWAYS)) == sorted(visits)
        assert store.visits_of([p - 20_000 for p in persons], *ALWAYS) == []

    def test_five_thousand_places_in_one_question(self, store: AnyStore) -> None:
        visits = [stay(LARGEST - n, AN, NOON + n, NOON + n + 1) for n in range(5_000)]
        put(store, *visits)
        places = [Presence(v.venue, v.arrived, v.departed) for v in visits]
        assert sorted(store.visits_at(places)) == sorted(visits)
        shifted = [Presence(v.venue, v.departed, v.departed + 9) for v in visits]
        assert store.visits_at(shifted) == []

    def test_one_place_with_more_spans_than_one_question_holds(self, store: AnyStore) -> None:
        long, short = stay(BUS, AN, NOON, NOON + DAY), stay(BUS, BINH, NOON + 3, NOON + 4)
        put(store, long, short)
        places = [Presence(BUS, NOON + 4 * n, NOON + 4 * n + 3) for n in range(5_000)]
        assert store.visits_at(places) == [long]

    def test_hundreds_of_days_in_one_write(self, store: AnyStore) -> None:
        visits = [stay(BUS, AN, NOON + n * DAY, NOON + n * DAY + 60) for n in range(400)]
        scans = [scan(AN, NOON + n * DAY, BUS, n) for n in range(400)]
        store.write(writes([row(visit) for visit in reversed(visits)], scans=scans[::-1]))
        assert sorted(store.visits_of([AN], *ALWAYS)) == visits
        assert list(store.visits_by_venue(*ALWAYS)) == [visits]
        assert store.scans_of({AN: 0})[AN] == [one.scan for one in scans]

    def test_places_come_in_order_and_whole(self, store: AnyStore) -> None:
        visits = [
            stay(venue, p, NOON + p % 3, NOON + 60) for venue in (CAFE, BUS, LARGEST) for p in range(40)
        ]
        put(store, *reversed(visits))
        by_venue = list(store.visits_by_venue(*ALWAYS))
        assert [{v.venue for v in together} for together in by_venue] == [{BUS}, {CAFE}, {LARGEST}]
        assert [v for together in by_venue for v in together] == sorted(visits)


class TestScans:
    """Scans come back in order, from the asked second on."""

    def test_each_person_from_their_own_second(self, store: AnyStore) -> None:
        store.write(writes(scans=[scan(p, NOON + n, BUS, n) for n in (2, 0, 1) for p in (AN, BINH)]))
        assert store.scans_of({AN: NOON + 1, BINH: NOON + 2, CHI: 0}) == {
            AN: [scan(AN, NOON + 1, BUS, 1).scan, scan(AN, NOON + 2, BUS, 2).scan],
            BINH: [scan(BINH, NOON + 2, BUS, 2).scan],
            CHI: [],
        }

    def test_the_anchor_counts_and_not_the_moment(self, store: AnyStore) -> None:
        store.write(writes(scans=[scan(AN, NOON + 100, anchor=NOON)]))
        assert store.scans_of({AN: NOON + 1}) == {AN: []}
        assert len(store.scans_of({AN: NOON})[AN]) == 1

    def test_scans_that_differ_in_anything_are_kept(self, store: AnyStore) -> None:
        one = scan(AN, NOON).scan
        others = [
            one,
            one._replace(at=NOON + 1),
            one._replace(direction=2),
            one._replace(venue=CAFE),
            one._replace(scan_id=2),
        ]
        store.write(writes(scans=[scan(AN, NOON)._replace(scan=other) for other in others]))
        assert store.scans_of({AN: 0})[AN] == sorted(others)

    def test_the_same_scan_received_twice_is_one(self, store: AnyStore) -> None:
        again = scan(AN, NOON)._replace(received=NOON + DAY)
        store.write(writes(scans=[scan(AN, NOON)]))
        store.write(writes(scans=[again]))
        assert store.scans_of({AN: 0}) == {AN: [scan(AN, NOON).scan]}


class TestVenues:
    """A venue's id comes back exactly as it was given."""

    @pytest.mark.parametrize(
        "text",
        [
            "635",
            "it's \"quoted\" \\ `back` \\'; DROP TABLE visits; --",
            unicodedata.normalize("NFC", "Chợ Bến Thành, quận 1"),
            unicodedata.normalize("NFD", "Chợ Bến Thành, quận 1"),
            "🏥\u200d🚑 ơi",
            " spaces \t and \r\n lines ",
            "nul\0inside",
            "{venue:String} %(x)s $id",
            "x" * 256,
        ],
    )
    def test_an_id_exactly(self, store: AnyStore, text: str) -> None:
        venue = Venue(unregistered(text).key, text, "shop", 30, LARGEST, "79-đ'", 7)
        store.write(writes(venues=[venue]))
        assert store.venue_ids([venue.key, 1]) == {venue.key: text}
        assert store.venues([venue.key, 1]) == {venue.key: venue}

    def test_the_newest_entry_counts(self, store: AnyStore) -> None:
        entry = Venue(BUS, "bus 32")
        newest = entry._replace(kind="vehicle", stay_minutes=40, version=2)
        for venue in (entry._replace(kind="shop", version=1), newest, entry):
            store.write(writes(venues=[venue]))
        assert store.venues([BUS]) == {BUS: newest}

    def test_thousands_of_venues(self, store: AnyStore) -> None:
        venues = [Venue(LARGEST - n, f"venue {n}") for n in range(12_000)]
        store.write(writes(venues=venues))
        keys = [venue.key for venue in venues]
        assert store.venue_ids(keys) == {venue.key: venue.id for venue in venues}
        assert store.venues(keys) == {venue.key: venue for venue in venues}


class TestFlow:
    """The ledger counts each record and each visit once, by its first truth."""

    def test_an_empty_store(self, store: AnyStore) -> None:
        assert store.flow() == NO_FLOW
        assert not store.knows(AN)

    def test_a_replayed_record_keeps_its_first_receipt(self, store: AnyStore) -> None:
        first = Receipt("log", 3, 41, NOON, 10, 8, 1, 1)
        replayed = first._replace(stored=0, duplicates=9)
        for receipt in (first, replayed, replayed):
            store.write(writes(receipts=[receipt]))
        assert store.flow() == NO_FLOW._replace(
            records=1, scans=10, stored=8, duplicates=1, dead=1, received_until=NOON
        )

    def test_a_replay_in_the_same_write(self, store: AnyStore) -> None:
        first = Receipt("log", 3, 41, NOON, 10, 8, 1, 1)
        store.write(writes(receipts=[first._replace(stored=2, duplicates=7), first]))
        assert store.flow().stored == 8

    def test_records_are_told_apart_by_log_partition_and_offset(self, store: AnyStore) -> None:
        one = Receipt("a", 0, 0, NOON, 2, 1, 1, 0)
        others = [one, one._replace(log="b"), one._replace(partition=1), one._replace(offset=LARGEST)]
        store.write(writes(receipts=others))
        assert store.flow() == NO_FLOW._replace(
            records=4, scans=8, stored=4, duplicates=4, received_until=NOON
        )

    def test_processed_counts_the_records_of_one_log(self, store: AnyStore) -> None:
        one = Receipt("kafka:Ab-1_", 0, 0, NOON, 1, 1, 0, 0)
        others = [one._replace(offset=1), one._replace(partition=2), one._replace(log="kafka:other")]
        for _ in range(2):
            store.write(writes(receipts=[one, *others]))
        assert store.processed("kafka:Ab-1_", {0: 9, 2: 9}) == {0: 2, 2: 1}
        assert store.processed("kafka:Ab-1_", {0: 1, 1: 7}) == {0: 1}
        assert store.processed("kafka:none", {0: 9}) == {}
        assert store.processed("kafka:none", {}) == {}

    def test_a_record_is_whole_when_its_scans_are_stored(self, store: AnyStore) -> None:
        """A write that breaks off before the scans leaves a receipt, and a record that is not whole."""
        one = writes(receipts=[Receipt("kafka:a", 0, 0, NOON, 1, 1, 0, 0)], scans=[scan(AN, NOON)])
        with without_scans(), pytest.raises(Unavailable):
            store.write(one)
        assert store.flow().records == 1
        assert store.processed("kafka:a", {0: 9}) == {}
        assert store.first_unprocessed("kafka:a", {0: 1}) == {0: (0, 1)}
        # The second time a part is known already: the first receipt counts, the mark stays.
        for again in (one, one._replace(receipts=[one.receipts[0]._replace(stored=0, duplicates=1)])):
            store.write(again)
        assert store.processed("kafka:a", {0: 9}) == {0: 1}
        assert store.first_unprocessed("kafka:a", {0: 1}) == {}
        assert store.flow()[:4] == (1, 1, 1, 0)

    def test_the_first_record_that_is_not_whole_is_found(self, store: AnyStore) -> None:
        """What comes after the end does not hide what is missing before it."""
        offsets = [0, 1, 2, 4, 5, 6]
        store.write(writes(receipts=[Receipt("kafka:a", 0, n, NOON, 1, 1, 0, 0) for n in offsets]))
        assert store.first_unprocessed("kafka:a", {0: 6, 1: 0}) == {0: (3, 1)}
        assert store.first_unprocessed("kafka:a", {0: 3}) == {}
        assert store.first_unprocessed("kafka:a", {0: 8, 1: 2}) == {0: (3, 2), 1: (0, 2)}
        assert store.first_unprocessed("kafka:a", {0: 8, 1: 2}, {0: 4}) == {0: (7, 1), 1: (0, 2)}
        assert store.first_unprocessed("kafka:a", {0: 8, 1: 2}, {0: 3, 1: 2}) == {0: (3, 2)}
        assert store.first_unprocessed("kafka:a", {0: 7}, {0: 4}) == {}

    def test_what_is_settled_is_whole_and_not_counted_again(self, store: AnyStore) -> None:
        """By its one row, which only goes on; what comes behind it is counted by its marks."""
        for settled in (100, 40):
            store.settle("kafka:a", {0: settled})
        store.write(writes(receipts=[Receipt("kafka:a", 0, n, NOON, 1, 1, 0, 0) for n in (7, 100, 102)]))
        assert store.processed("kafka:a", {0: 104, 1: 5}) == {0: 102}
        assert store.processed("kafka:a", {0: 50}) == {0: 50}
        assert store.processed("kafka:a", {0: 0}) == store.processed("kafka:b", {0: 104}) == {}
        assert store.first_unprocessed("kafka:a", {0: 103, 1: 1}) == {0: (101, 1), 1: (0, 1)}
        assert store.first_unprocessed("kafka:a", {0: 103}, {0: 102}) == {}

    def test_people_and_places_are_counted_once(self, store: AnyStore) -> None:
        put(
            store,
            *(
                stay(venue, p, NOON + n, NOON + 60)
                for venue in (BUS, CAFE)
                for p in (AN, BINH)
                for n in (0, 1)
            ),
        )
        assert store.flow() == NO_FLOW._replace(visits=8, persons=2, venues=2, scanned_until=NOON + 1)
        assert store.knows(AN)
        assert not store.knows(CHI)
