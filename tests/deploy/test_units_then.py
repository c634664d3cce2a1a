"""The unit of a venue at a moment: units change, codes are used again, and the list may not be there."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pytest

from deploy.settings import Settings
from deploy.units_then import UnitsThen
from deploy.venues import VenueRegister, put_units
from deploy.wiring import Wiring
from producers.errors import Unavailable
from producers.moment import parse
from producers.unit_list import read_units
from producers.venue_record import VenueRecord

IN_2021, IN_2026 = parse("2021-12-01T00:00Z"), parse("2026-01-01T00:00Z")
PLACES = {
    "bakery": "00004@2021-01-01",
    "gate": "79@2025-07-01",
    "camp": "somewhere else",
    "stall": "",
}
CODES = {"00004", "001", "01", "74", "77", "79"}
"""Of a ward of Hà Nội and what it lay in; of Hồ Chí Minh City and what it was made of."""


@pytest.fixture
def then(tmp_path: Path) -> Iterator[UnitsThen]:
    """Four places, and the units they lie in."""
    store = f"chdb://{tmp_path / 'store'}"
    wiring = Wiring(Settings(broker="memory://", state="memory://", store=store, pseudonym_key="0" * 64))
    wiring.prepare()
    put_units(wiring, [one for one in read_units() if one.code in CODES], lambda count: None)
    VenueRegister(wiring).put([VenueRecord(id=name, unit=unit) for name, unit in PLACES.items()])
    yield UnitsThen(wiring, Lock())
    wiring.close()


def test_a_unit_is_the_one_of_the_moment(then: UnitsThen) -> None:
    """As `docs/venues.md` has it; what nobody can say is left out, what is no unit stays as it was told."""
    assert then.of(PLACES, IN_2021) == {"bakery": "00004@2021-01-01", "camp": "somewhere else"}
    assert then.of(PLACES, IN_2026) == {
        "bakery": "00004@2025-07-01",
        "gate": "79@2025-07-01",
        "camp": "somewhere else",
    }
    assert then.of(["nowhere"], IN_2021) == {}


def test_a_moment_to_come_is_now(then: UnitsThen) -> None:
    """A window without an end ends with today's units."""
    assert then.of(["bakery"], parse("2100-01-01T00:00Z")) == {"bakery": "00004@2025-07-01"}


def test_without_the_list_units_are_told_as_they_were_registered(
    then: UnitsThen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker is down; an answer about places does not wait for it."""

    def down(wiring: Wiring) -> None:
        raise Unavailable("Kafka does not answer: start it.")

    monkeypatch.setattr("deploy.units_then.unit_register", down)
    assert then.of(["bakery", "stall"], IN_2026) == {"bakery": "00004@2021-01-01"}
