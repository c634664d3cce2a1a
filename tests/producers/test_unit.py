"""Administrative units: a scan belongs to the unit as of its moment, and never to a guessed one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.moment import parse
from producers.unit import Unit, Units, day_of, parse_name, parse_unit
from producers.unit_list import read_units

IN_2021, IN_2026 = parse("2021-12-05T12:00:00+07:00"), parse("2026-11-22T12:00:00+07:00")
LAST = parse("2025-06-30T23:59:59+07:00")
VIETNAM = Units(read_units())


@pytest.mark.parametrize(
    ("name", "moment", "told"),
    [
        ("00004@2021-01-01", IN_2021, "Phường Trúc Bạch"),
        ("00004@2021-01-01", LAST, "Phường Trúc Bạch"),
        ("00004@2021-01-01", LAST + 1, "Phường Ba Đình"),  # went into it whole
        ("00016@2021-01-01", IN_2026, "Thành phố Hà Nội"),  # divided between two wards
        ("00004@2025-07-01", IN_2026, "Phường Ba Đình"),
        ("00004@2025-07-01", IN_2021, "Thành phố Hà Nội"),  # made of wards of several districts
        ("755@2021-01-01", IN_2026, "Đặc khu Côn Đảo"),  # a district without wards
        ("26732@2025-07-01", IN_2021, "Huyện Côn Đảo"),
        ("77@2021-01-01", IN_2026, "Thành phố Hồ Chí Minh"),
        ("00004", IN_2021, "Phường Trúc Bạch"),
        ("00004", IN_2026, "Phường Ba Đình"),
    ],
)
def test_a_unit_as_of_a_moment(name: str, moment: int, told: str) -> None:
    """The smallest that surely holds the venue then."""
    found = VIETNAM.unit_of(name, moment)
    assert found is not None
    assert found.title == told
    assert found.holds(day_of(moment))


def test_where_nothing_is_known_nothing_is_said() -> None:
    """One of three provinces is no answer; nor is a time before the first list."""
    assert VIETNAM.unit_of("79@2025-07-01", IN_2021) is None
    assert VIETNAM.unit_of("00004@2021-01-01", parse("2015-01-01T00:00:00Z")) is None
    assert VIETNAM.unit_of("99999", IN_2026) is None


def test_every_unit_of_2021_leads_to_its_province_of_today_at_least() -> None:
    """All 11,371: none is lost by the change, and the answer lies in the one province it went to."""
    after = {name: VIETNAM.after(unit) for name, unit in VIETNAM.named.items() if unit.level == "province"}
    old = [unit for unit in VIETNAM.named.values() if unit.valid_from == date(2021, 1, 1)]
    assert len(old) == 63 + 705 + 10603
    for unit in old:
        found = VIETNAM.unit_of(unit.name, IN_2026)
        assert found is not None
        top = [unit, *VIETNAM.above(unit)][-1]
        (province,) = after[top.name]
        assert [found, *VIETNAM.above(found)][-1] == province


def test_what_is_written_is_read_back() -> None:
    """Through the topic and again."""
    for unit in list(VIETNAM.named.values())[::1000]:
        assert parse_unit(unit.encode()) == unit
    with pytest.raises(BadInput, match="no unit"):
        parse_unit(b'{"code":"1"}')


@pytest.mark.parametrize("text", ["", "a b", "1@today", "1@2025-13-01"])
def test_what_is_no_name_is_refused(text: str) -> None:
    """With how to write one."""
    with pytest.raises(BadInput, match="00004@2025-07-01"):
        parse_name(text)


NUMBERS = st.integers(0, 5)


@st.composite
def two_lists(draw: st.DrawFn) -> tuple[Units, dict[str, set[str]]]:
    """Plots of land, each in a ward of each of two lists, the wards in provinces; and whose land is whose."""
    plots = draw(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=12))
    provinces = draw(st.tuples(*[st.tuples(*[st.integers(0, 1)] * 6)] * 2))
    days = (date(2021, 1, 1), date(2025, 7, 1))
    units: dict[str, Unit] = {}
    lands: dict[str, set[str]] = {}
    for number, (old, new) in enumerate(plots):
        for when, ward in enumerate((old, new)):
            province = f"P{provinces[when][ward]}@{days[when]}"
            for name in (province, f"W{ward}@{days[when]}"):
                lands.setdefault(name, set()).add(str(number))
    for name, land in lands.items():
        code, begins = parse_name(name)
        assert begins is not None
        when = days.index(begins)
        before = {
            o for o, held in lands.items() if when and str(days[0]) in o and o[0] == code[0] and held & land
        }
        units[name] = Unit(
            code=code,
            title=code,
            level="ward" if code[0] == "W" else "province",
            parent=None if code[0] == "P" else f"P{provinces[when][int(code[1:])]}@{begins}",
            valid_from=begins,
            valid_to=None if when else days[1],
            successor_of=tuple(sorted(before)),
        )
    return Units(units.values()), lands


@given(two_lists(), st.data())
def test_the_answer_holds_all_the_land_and_is_the_smallest_that_is_known_to(
    made: tuple[Units, dict[str, set[str]]], data: st.DataObject
) -> None:
    """Brute force over plots: whatever is told contains every plot, and no smaller unit does."""
    units, lands = made
    name = data.draw(st.sampled_from(sorted(lands)))
    moment = data.draw(st.sampled_from([IN_2021, IN_2026]))
    there = [one for one, unit in units.named.items() if unit.holds(day_of(moment))]
    around = [one for one in there if lands[one] >= lands[name]]
    wards = [one for one in around if one[0] == "W"]
    found = units.unit_of(name, moment)
    if found is not None:
        assert lands[found.name] >= lands[name]
    if name[0] == "W":
        assert (found is None) == (not around)
        assert found is None or found.level == ("ward" if wards else "province")
