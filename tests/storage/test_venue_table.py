"""The table of venues on each engine: entered, asked, and made anew without losing what scans named."""

import pytest
from store_databases import Database

from producers.venue import unregistered, venue_key
from producers.venue_record import VenueRecord
from storage.engine import Engine
from storage.migrate import migrate
from storage.store import SqlStore
from storage.venue_table import Named, VenueTable
from streams.following import entered

CAFE = VenueRecord(id="cafe", name="Quán Chợ Lớn", kind="restaurant")
GONE = VenueRecord(id="gone", name="Old", retired_at=1_700_000_000, replaced_by="cafe")


@pytest.fixture
def both(engine: Engine, databases: Database) -> tuple[VenueTable, SqlStore]:
    """The table, and the store that workers use."""
    name = databases()
    migrate(engine, name, retention_days=0)
    return VenueTable(engine, name), SqlStore(engine, name)


def test_the_highest_version_of_an_entry_counts(both: tuple[VenueTable, SqlStore]) -> None:
    """Whoever writes it, however often, and a scan that names the venue first changes nothing."""
    table, store = both
    assert table.newest() == 0
    table.enter([entered(CAFE, 7), entered(GONE, 8)])
    table.enter([entered(CAFE.model_copy(update={"name": "older"}), 6)])
    store.register([unregistered("cafe"), unregistered("new")])
    assert table.newest() == 8
    assert table.names([venue_key("cafe"), venue_key("gone"), 1]) == {
        venue_key("cafe"): Named("Quán Chợ Lớn", 0, 0),
        venue_key("gone"): Named("Old", 1_700_000_000, venue_key("cafe")),
    }
    assert store.venues([venue_key("cafe")])[venue_key("cafe")] == CAFE.venue(7)
    assert table.ids([venue_key("new"), 1]) == {venue_key("new"): "new"}


def test_it_is_made_anew_and_keeps_what_scans_named(both: tuple[VenueTable, SqlStore]) -> None:
    """Also what a worker writes while it is being made; an entry that nobody published is forgotten."""
    table, store = both
    table.enter([entered(CAFE, 7), entered(GONE, 99)])
    store.register([unregistered("new")])
    with table.made_anew() as into:
        into.enter([entered(CAFE, 5)])
        store.register([unregistered("meanwhile")])
        assert store.venues([venue_key("cafe")])[venue_key("cafe")].version == 7
    ids = [venue_key(one) for one in ("cafe", "gone", "new", "meanwhile")]
    assert [store.venues(ids)[key].version for key in ids] == [5, 0, 0, 0]
    assert table.newest() == 5


def test_a_making_that_fails_leaves_the_table_as_it_was(both: tuple[VenueTable, SqlStore]) -> None:
    """And the next one works."""
    table, _ = both
    table.enter([entered(CAFE, 7)])
    with pytest.raises(RuntimeError), table.made_anew():
        raise RuntimeError
    assert table.newest() == 7
    with table.made_anew() as into:
        into.enter([entered(CAFE, 8)])
    assert table.newest() == 8
