"""The names of places are told beside an answer, and follow what replaced them; the rows stay as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.legend import VENUES_MAX, Legend
from producers.venue_record import VenueRecord
from storage.chdb_engine import ChdbEngine
from storage.migrate import migrate
from storage.venue_table import VenueTable
from streams.following import entered

RECORDS = (
    VenueRecord(id="old", name="Chợ cũ", retired_at=1638316800, replaced_by="mid"),
    VenueRecord(id="mid", retired_at=1638316801, replaced_by="new"),
    VenueRecord(id="new", name="Chợ mới"),
    VenueRecord(id="round", retired_at=1, replaced_by="about"),
    VenueRecord(id="about", retired_at=1, replaced_by="round"),
    VenueRecord(id="lost", retired_at=1, replaced_by="never registered"),
    VenueRecord(id="plain"),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[ChdbEngine]:
    made = ChdbEngine(f"chdb://{tmp_path / 'store'}")
    migrate(made, made.database, retention_days=0)
    yield made
    made.close()


def test_names_follow_what_replaced_a_venue(engine: ChdbEngine) -> None:
    """Through several, never without end; a venue of which nothing is known is not told."""
    table = VenueTable(engine, engine.database)
    table.enter([entered(one, number) for number, one in enumerate(RECORDS, 1)])
    legend = Legend(lambda: table)
    rows = [{"venue": one} for one in ("plain", "old", "new", "old", "unheard of", "lost")]
    rows.append({"person": "x"})
    assert list(legend.watched(rows)) == rows
    assert legend.lines() == [
        "old: Chợ cũ, retired since 2021-12-01T00:00:00Z; its place is now new (Chợ mới)",
        "new: Chợ mới",
        "lost: without a name, retired since 1970-01-01T00:00:01Z",
    ]
    circle = Legend(lambda: table)
    list(circle.watched([{"venue": "round"}]))
    assert len(circle.lines()) == 1


def test_of_very_many_venues_none_is_told(engine: ChdbEngine) -> None:
    """A page of names beside a page of rows helps nobody."""
    legend = Legend(lambda: VenueTable(engine, engine.database))
    list(legend.watched({"venue": str(number)} for number in range(VENUES_MAX + 1)))
    assert legend.lines() == []


def test_a_store_that_cannot_tell_names_spoils_no_answer(engine: ChdbEngine) -> None:
    """As one whose tables are of an older version."""
    legend = Legend(lambda: VenueTable(engine, "no_such_database"))
    list(legend.watched([{"venue": "old"}]))
    assert legend.lines() == []
