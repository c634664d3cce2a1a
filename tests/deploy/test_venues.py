"""The registry as operators work with it: what is put is seen by whoever decides about visits."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import deploy.cli.simulate
import deploy.cli.units
import deploy.cli.venues  # noqa: F401  (they add their commands to the app)
from deploy import demo
from deploy.cli.shared import app
from deploy.settings import Settings
from deploy.venue_import import Asked, import_venues, understand, write_result
from deploy.venues import Put, VenueRegister, known_here, put_units, rebuild, unit_register
from deploy.wiring import Wiring
from producers.errors import BadInput, Unavailable
from producers.moment import parse
from producers.simulation.city import City
from producers.unit import Unit, Units
from producers.unit_list import read_units
from producers.venue import venue_key
from producers.venue_record import VenueRecord
from storage.venue_table import VenueTable

NOW = parse("2026-11-22T00:00:00Z")


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    made = Wiring(
        Settings(
            broker="memory://",
            state="memory://",
            store=f"chdb://{tmp_path / 'store'}",
            pseudonym_key="0" * 64,
            retention_days=0,
        )
    )
    made.prepare()
    yield made
    made.close()


def test_what_is_put_is_in_the_store_and_in_no_cache_as_it_was(wiring: Wiring) -> None:
    """A worker in this process decides by the new stay from its next batch on."""
    wiring.registry.meet({"market"})
    wiring.store.register(wiring.registry.unwritten())
    wiring.registry.written()
    register = VenueRegister(wiring)
    assert register.put([VenueRecord(id="market", kind="market")]) == Put(1, 0, 0, 0)
    wiring.registry.meet({"market"})
    assert wiring.registry.venues[venue_key("market")].stay_minutes == 45
    assert register.put([VenueRecord(id="market", kind="market", stay_minutes=20)]) == Put(0, 1, 0, 1)
    assert register.put([VenueRecord(id="market", kind="market", stay_minutes=20)]) == Put(0, 0, 1, 0)
    wiring.registry.meet({"market"})
    assert wiring.registry.venues[venue_key("market")].stay_minutes == 20


def test_the_next_process_finds_the_registry(wiring: Wiring) -> None:
    """Though the log of the embedded mode is gone with its process."""
    VenueRegister(wiring).put([VenueRecord(id="market", name="Chợ")])
    wiring.close()
    again = Wiring(wiring.settings)
    assert VenueRegister(again).get("market").name == "Chợ"
    with pytest.raises(BadInput, match="not registered"):
        VenueRegister(again).get("other")
    again.close()


def test_the_table_is_made_anew_from_the_topic(wiring: Wiring) -> None:
    """What somebody broke is mended, and a venue that only scans named is still known."""
    VenueRegister(wiring).put([VenueRecord(id="market", name="Chợ"), VenueRecord(id="room", inside="house")])
    wiring.registry.meet({"new"})
    wiring.store.register(wiring.registry.unwritten())
    table = VenueTable(wiring.engine, wiring.engine.database)
    newest = table.newest()
    wiring.store.register([VenueRecord(id="market", stay_minutes=1).venue(newest + 5)])
    rebuild(wiring)
    assert wiring.store.venues([venue_key("market")])[venue_key("market")].stay_minutes == 60
    assert table.names([venue_key("market")])[venue_key("market")].name == "Chợ"
    assert table.newest() == newest
    assert all(known_here(wiring, name) for name in ("market", "room", "house", "new"))
    assert not known_here(wiring, "other")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.mark.usefixtures("embedded")
def test_a_simulated_city_s_places_are_in_the_registry() -> None:
    """The registry has them, so that a table made anew keeps them, and a gateway knows them."""
    done = run("simulate", "--people", "100", "--days", "1", "--publish")
    assert done.exit_code == 0, done.output
    made = Wiring(Settings())
    try:
        _keeps(made, City(people=100, days=1))
    finally:
        made.close()


def test_the_demo_s_places_are_in_the_registry(
    wiring: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the made-up city, where the real check-ins are not at hand."""
    city = City(people=100, days=1)
    monkeypatch.setattr(demo, "NEW_YORK", tmp_path / "none")
    monkeypatch.setattr(demo, "City", lambda: city)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # where its file goes
    demo._data(wiring)
    _keeps(wiring, city)


def _keeps(wiring: Wiring, city: City) -> None:
    assert [one.id for one in VenueRegister(wiring)] == sorted(venue.id for venue in city.venues())
    rebuild(wiring)
    keys = {venue.key for venue in city.venues()}
    found = wiring.store.venues(keys)
    assert [found[one.key]._replace(version=1) for one in city.venues()] == city.venues()


def test_what_a_venue_lies_in_and_what_followed_it(wiring: Wiring) -> None:
    """Also where the registry goes round in a circle."""
    register = VenueRegister(wiring)
    register.put(
        [
            VenueRecord(id="room", inside="floor", retired_at=1, replaced_by="hall"),
            VenueRecord(id="floor", inside="house"),
            VenueRecord(id="hall", retired_at=2, replaced_by="room"),
        ]
    )
    assert register.around(register.get("room")) == ["floor", "house"]
    assert register.successors(register.get("room")) == ["hall", "room"]
    assert [one.id for one in register] == ["floor", "hall", "room"]


LIST = """SỞ Y TẾ;;;;
Mã;Tên;Loại;Thuộc;Số phút
A;Tòa nhà;Văn phòng;;
B;Phòng 1;;A;30
C;Phòng 2;;Z;30
D;Phòng 3;;C;
E;Vòng;;F;
F;Vòng;;E;
G;Kho;;;1441
B;Phòng 1;;A;30
"""


def asked(tmp_path: Path, text: str) -> Asked:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    return Asked(file, None, {}, NOW)


def test_a_list_is_taken_line_by_line(wiring: Wiring, tmp_path: Path) -> None:
    """What lies in nothing, in itself or in what was refused is refused, and what is left is whole."""
    register = VenueRegister(wiring)
    found = understand(asked(tmp_path, LIST), register, Units([]))
    assert [(fate.line, fate.id, fate.taken) for fate in found.fates] == [
        *((3, "A", True), (4, "B", True), (5, "C", False), (6, "D", False)),
        *((7, "E", False), (8, "F", False), (9, "G", False), (10, "B", False)),
    ]
    assert "in which order scans arrive" in found.fates[6].reason
    assert "line 4 already" in found.fates[7].reason
    assert (found.lines, len(found.records), found.refused) == (8, 2, 6)
    result = tmp_path / "result.csv"
    write_result(found, result)
    lines = result.read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["line,id,outcome,reason", "3,A,taken,"]
    assert len(lines) == 1 + found.lines


def test_a_result_file_holds_no_formula(wiring: Wiring, tmp_path: Path) -> None:
    """What an office wrote as an id is a text to the operator whose spreadsheet opens the file."""
    text = "Mã,Tên,Thuộc\n=HYPERLINK(A1),Chợ,\n=1+2,Chợ,@X\nA,Chợ,@Y\n"
    write_result(understand(asked(tmp_path, text), VenueRegister(wiring), Units([])), tmp_path / "result.csv")
    with (tmp_path / "result.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["'=HYPERLINK(A1)", "'=1+2", "A"]
    assert [row["outcome"] for row in rows] == ["taken", "refused", "refused"]


@pytest.mark.usefixtures("embedded")
def test_no_result_file_says_taken_of_what_was_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written when the registry has the list."""

    def fails(*_: object) -> Put:
        raise Unavailable("Kafka does not answer: start it.")

    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    words = ("venues", "import", str(tmp_path / "list.csv"), "--result", str(tmp_path / "result.csv"))
    with monkeypatch.context() as patched:
        patched.setattr("deploy.cli.venues.import_venues", fails)
        assert isinstance(run(*words).exception, Unavailable)
    assert not (tmp_path / "result.csv").exists()
    run(*words)
    assert "3,A,taken," in (tmp_path / "result.csv").read_text("utf-8-sig")


def test_a_list_brought_in_again_changes_nothing_and_a_shorter_one_forgets_nothing(
    wiring: Wiring, tmp_path: Path
) -> None:
    """What a file does not tell stays: the registry may know more than an office."""
    register = VenueRegister(wiring)
    for expected in (Put(2, 0, 0, 0), Put(0, 0, 2, 0)):
        found = understand(asked(tmp_path, LIST), register, Units([]))
        assert import_venues(found, register) == expected
    found = understand(asked(tmp_path, "Mã,Tên\nB,Phòng Một\nC,Phòng 2\n"), register, Units([]))
    assert import_venues(found, register) == Put(1, 1, 0, 0)
    assert register.get("B") == VenueRecord(id="B", name="Phòng Một", inside="A", stay_minutes=30)


def test_lists_without_ids_keep_every_place(wiring: Wiring, tmp_path: Path) -> None:
    """Rooms that differ in a number, houses that differ in a tone mark, also from another file."""
    register = VenueRegister(wiring)
    lists = (
        "Tên,Địa chỉ\nPhòng họp (201),1 A\nPhòng họp (202),1 A\nQuán Hoa,1 A\n",
        "Tên,Địa chỉ\nQuán Hòa,1 A\n",
    )
    for text, expected in zip(
        (*lists, lists[0]), (Put(3, 0, 0, 0), Put(1, 0, 0, 0), Put(0, 0, 3, 0)), strict=True
    ):
        found = understand(asked(tmp_path, text), register, Units([]))
        assert found.refused == 0
        assert import_venues(found, register) == expected
    assert sorted(one.name for one in register) == [
        "Phòng họp (201)",
        "Phòng họp (202)",
        "Quán Hoa",
        "Quán Hòa",
    ]


def test_a_made_id_that_is_registered_under_another_name_is_refused(wiring: Wiring, tmp_path: Path) -> None:
    """An entry that somebody renamed is not called by its old name again, nor is it lost."""
    register = VenueRegister(wiring)
    text = "Tên,Địa chỉ\nQuán Hoa,1 A\nQUÁN  HÒA,1 A\n"
    for record in understand(asked(tmp_path, text), register, Units([])).records.values():
        name = "Quán Mới" if record.name == "Quán Hoa" else "Quán Hòa"
        register.put([record.model_copy(update={"name": name})])
    found = understand(asked(tmp_path, text), register, Units([]))
    assert [(fate.line, fate.taken) for fate in found.fates] == [(2, False), (3, True)]
    assert "is registered as 'Quán Mới'" in found.fates[0].reason
    assert {one.name for one in register} == {"Quán Mới", "Quán Hòa"}


def test_units_are_published_once_and_name_a_venue_s_place(wiring: Wiring, tmp_path: Path) -> None:
    """A unit is kept with its first day, so that a code that is used again names the right one."""
    told: list[Unit] = read_units()
    assert put_units(wiring, told, lambda done: None) == Put(len(told), 0, 0, 0)
    assert put_units(wiring, told, lambda done: None) == Put(0, 0, len(told), 0)
    units = unit_register(wiring)
    assert units.named == Units(told).named
    found = understand(asked(tmp_path, "Mã,Tên,Mã xã\nA,Chợ,00004\nB,Chợ,4\n"), VenueRegister(wiring), units)
    assert found.records["A"].unit == "00004@2025-07-01"
    assert found.records["B"].unit == ""
    assert "zeros were lost" in found.fates[1].reason


LAID = """id,name,unit,inside
A,Chợ,00004@2021-01-01,
A/1,Quầy,,A
B,Chợ,00016@2021-01-01,
C,Chợ,,
D,Chợ,00004@2025-07-01,
E,Sở,79@2025-07-01,
"""


@pytest.mark.usefixtures("embedded")
def test_a_scan_lies_in_the_unit_of_its_moment(tmp_path: Path) -> None:
    """As the table of docs/venues.md says; a room lies where its building does."""
    (tmp_path / "list.csv").write_text(LAID, encoding="utf-8")
    assert "not registered" in str(run("units", "of", "A").exception)
    assert run("venues", "import", str(tmp_path / "list.csv")).exit_code == 0
    assert "units load" in str(run("units", "of", "A").exception)
    assert run("units", "load").exit_code == 0

    def titles(at: str) -> list[object]:
        asked = ("--at", f"{at}T12:00:00+07:00", "--format", "json")
        done = run("units", "of", "A", "A/1", "B", "C", "D", "E", *asked)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert [row["venue"] for row in rows] == ["A", "A/1", "B", "C", "D", "E"]
        return [row["title"] for row in rows]

    hanoi, past, today = "Thành phố Hà Nội", "Phường Trúc Bạch", "Phường Ba Đình"
    assert titles("2021-12-01") == [past, past, "Phường Ngọc Hà", None, hanoi, None]
    assert titles("2026-01-01") == [today, today, hanoi, None, today, "Thành phố Hồ Chí Minh"]
