"""Units are found by code, with or without the zeros Excel took, and by names as people write them."""

import pytest

from producers.moment import parse
from producers.unit import Level, Units
from producers.unit_list import read_units
from producers.venue_files.unit_names import UnitNames

NAMES = UnitNames(Units(read_units()), parse("2026-11-22T00:00:00Z"))


@pytest.mark.parametrize(
    ("code", "unit", "wrong"),
    [
        ("00004", "00004@2025-07-01", ""),
        ("79", "79@2025-07-01", ""),
        ("19885.0", "19885@2025-07-01", ""),
        ("9877", "09877@2025-07-01", ""),
        ("00004@2021-01-01", "00004@2021-01-01", ""),
        ("001", "001@2021-01-01", ""),
        ("4", "", "may be 00004 or 004 or 04"),
        ("99999", "", "no unit"),
        ("Ba Đình", "", "no unit"),
        ("1@2000-01-01", "", "no unit"),
    ],
)
def test_a_unit_by_code(code: str, unit: str, wrong: str) -> None:
    """A code that zeros would make three of is refused, not guessed."""
    found, told = NAMES.by_code(code)
    assert found == unit
    assert wrong in told


@pytest.mark.parametrize(
    ("told", "unit"),
    [
        ({"ward": "Phường Ba Đình", "province": "Hà Nội"}, "00004@2025-07-01"),
        ({"ward": "P. Ba Đình", "province": "TP. Hà Nội"}, "00004@2025-07-01"),
        ({"ward": "ba dinh", "district": "Quận Ba Đình", "province": "Thành phố Hà Nội"}, "00004@2025-07-01"),
        ({"ward": "Phường Phương Mai", "district": "Đống Đa", "province": "Hà Nội"}, "00232@2021-01-01"),
        ({"province": "TPHCM"}, "79@2025-07-01"),
        ({"district": "Quận 01", "province": "TP HCM"}, "760@2021-01-01"),
        ({"ward": "Xã Sơn Hà", "province": "Quảng Ngãi"}, "21289@2025-07-01"),
        ({"ward": "Xã Sơn Hạ", "province": "Quảng Ngãi"}, "21292@2025-07-01"),
        ({}, ""),
    ],
)
def test_a_unit_by_names(told: dict[Level, str], unit: str) -> None:
    """Types, marks and case do not matter, but where two differ by nothing else; today's come first."""
    assert NAMES.by_names(told)[0] == unit


def test_a_name_that_is_none_s_or_several_s_is_told() -> None:
    """Of the nation's wards called Ba Đình we take none."""
    assert "several units" in NAMES.by_names({"ward": "Ba Đình"})[1]
    assert (
        "no unit is called 'Nowhere, Hà Nội'" in NAMES.by_names({"ward": "Nowhere", "province": "Hà Nội"})[1]
    )
