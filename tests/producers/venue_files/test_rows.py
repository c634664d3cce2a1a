"""A row says what it says, however a spreadsheet wrote it; what it cannot mean is told."""

from typing import Any

import pytest

from producers.unit import Units
from producers.venue_files.header import find_header
from producers.venue_files.rows import NotTaken, Rows, Told
from producers.venue_files.unit_names import UnitNames

TITLES = [
    "Mã",
    "Tên",
    "Loại",
    "Địa chỉ",
    "Sức chứa",
    "Số phút",
    "Giờ mở cửa",
    "Vĩ độ",
    "Kinh độ",
    "Thuộc",
    "Mã xã",
]
HEADER = find_header([(1, TITLES), (2, ["x"])], "list")
ROWS = Rows(HEADER, UnitNames(Units([]), 0))


def read(**cells: str) -> Told | NotTaken:
    """One row of these cells, by field."""
    row = [""] * len(TITLES)
    for field, text in ({"id": "A1"} | cells).items():
        row[HEADER.fields[field]] = text
    return ROWS.read(7, row)


@pytest.mark.parametrize(
    ("venue", "told"),
    [
        ("046190000001", True),
        ("0912345678", True),
        ("046490000001", False),
        ("100000000001", False),
        ("635", False),
    ],
)
def test_an_id_that_may_be_somebody_s_number_is_told(venue: str, told: bool) -> None:
    """It would stand on a poster. It is taken, for a number may be a place's too."""
    found = read(id=venue)
    assert isinstance(found, Told)
    assert found.fields["id"] == venue
    assert bool(found.notes) == told
    assert venue not in str(found.notes)


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"id": " A1\u00a0"}, {"id": "A1"}),
        ({"id": "635.0"}, {"id": "635"}),
        ({"id": "00635"}, {"id": "00635"}),
        ({"name": "Cho\u031b\u0323  Lớn\u200b"}, {"name": "Chợ Lớn"}),
        ({"capacity": "1.000"}, {"capacity": 1000}),
        ({"capacity": "45.0"}, {"capacity": 45}),
        ({"capacity": "200 người"}, {"capacity": 200}),
        ({"stay_minutes": "60 phút"}, {"stay_minutes": 60}),
        ({"kind": "Trạm Y tế"}, {"kind": "hospital"}),
        ({"hours": "T2-T6 7h-17h"}, {"hours": "T2-T6 7h-17h"}),
        ({"lat": "21,0285", "lon": "105.778"}, {"lat": 21.0285, "lon": 105.778}),
        ({"lat": "21.02"}, {}),
        ({"inside": "12.0"}, {"inside": "12"}),
        ({"unit": "00004"}, {"unit": "00004"}),  # no units are known: kept as given
        ({"address": "-", "name": "N/A"}, {}),
    ],
)
def test_cells_as_a_spreadsheet_writes_them(cells: dict[str, str], fields: dict[str, Any]) -> None:
    """Thousands, points, units of measure, signs nobody sees."""
    assert read(**cells) == Told(7, {"id": "A1"} | fields)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"id": "1.23E+11"}, "shortened the id"),
        ({"id": "1E+05"}, "shortened the id"),
        ({"id": ""}, "no id"),
        ({"capacity": "nhiều"}, "not a whole number"),
        ({"stay_minutes": "1,5"}, "not a whole number"),
        ({"lat": "105.7", "lon": "21.0"}, "exchange latitude"),
        ({"lat": "21°01'", "lon": "105"}, "write degrees"),
        ({"name": "Tr­êng §¹i häc"}, "is in TCVN3"),
    ],
)
def test_what_a_row_cannot_mean_refuses_it(cells: dict[str, str], why: str) -> None:
    """With one sentence."""
    found = read(**cells)
    assert isinstance(found, NotTaken)
    assert why in found.sentence
    assert found.sentence.endswith(".")


def test_what_is_left_out_of_a_row_is_told() -> None:
    """The place is worth more than its kind."""
    found = read(kind="Karaoke", hours="cả ngày")
    assert isinstance(found, Told)
    assert found.fields == {"id": "A1", "kind": "unknown"}
    assert len(found.notes) == 2


def test_a_list_without_ids_gets_the_same_ones_each_time() -> None:
    """However the row is spaced or capitalised; another address is another place."""
    rows = Rows(find_header([(1, ["Tên", "Địa chỉ"]), (2, [])], "list"), UnitNames(Units([]), 0))
    assert rows.makes_ids
    told = [
        rows.read(2, row)
        for row in (["Chợ Lớn", "1 A"], ["CHỢ  LỚN", "1 a"], ["Chợ Lớn", "2 A"], ["", "1 A"])
    ]
    ids = [one.fields["id"] for one in told if isinstance(one, Told)]
    assert ids[0] == ids[1] != ids[2]
    assert isinstance(told[3], NotTaken)


@pytest.mark.parametrize(
    "places",
    [
        (("Phòng họp (201)", "1 A"), ("Phòng họp (202)", "1 A"), ("Phòng họp [202]", "1 A")),
        (("Quán Hoa", "1 A"), ("Quán Hòa", "1 A"), ("Quán Họa", "1 A"), ("Quan Hoa", "1 A")),
        (("Đình", "1 A"), ("Dinh", "1 A")),
        (("中華", "1 A"), ("北京", "1 A"), ("Кафе", "1 A")),
        (("Kho", "1/2 A"), ("Kho", "12 A"), ("Kho", "1-2 A")),
    ],
)
def test_places_that_differ_in_a_mark_a_sign_or_a_script_get_ids_of_their_own(
    places: tuple[tuple[str, str], ...],
) -> None:
    """One that took another's id would take its place in the registry."""
    rows = Rows(find_header([(1, ["Tên", "Địa chỉ"]), (2, [])], "list"), UnitNames(Units([]), 0))
    told = [rows.read(2, list(row)) for row in places]
    assert len({one.fields["id"] for one in told if isinstance(one, Told)}) == len(places)


def test_a_ward_s_code_tells_places_of_one_name_apart() -> None:
    """Where a list names wards by their codes only."""
    rows = Rows(find_header([(1, ["Tên", "Mã xã"]), (2, [])], "list"), UnitNames(Units([]), 0))
    told = [rows.read(2, ["Trạm Y tế", code]) for code in ("00004", "00016")]
    assert len({one.fields["id"] for one in told if isinstance(one, Told)}) == 2
