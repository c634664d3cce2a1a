"""The list that comes with the program is the nation's, and a list with a hole is refused."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from producers.errors import BadInput
from producers.unit import Units
from producers.unit_list import COLUMNS, read_units

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT.parent / "shared/data/vn_units_2021/units.csv.gz"


def test_it_holds_both_lists_of_the_nation() -> None:
    """63 / 705 / 10,603 in 2021; 34 / 3,321 and no districts since July 2025."""
    counts = Counter((unit.valid_from.year, unit.level) for unit in read_units())
    assert counts == {
        (2021, "province"): 63,
        (2021, "district"): 705,
        (2021, "ward"): 10603,
        (2025, "province"): 34,
        (2025, "ward"): 3321,
    }


def test_the_units_of_2021_are_those_published() -> None:
    """Code, title and what each lies in, ward by ward, against a list we did not make ours from by hand."""
    if not PUBLISHED.exists():
        pytest.skip("needs shared/data beside the repository")
    units = Units(read_units())
    with gzip.open(PUBLISHED, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ward = units.named[f"{row['ward_code']}@2021-01-01"]
            district, province = units.above(ward)
            assert (ward.title, district.title) == (row["ward_name"], row["district_name"])
            assert (district.code, province.code) == (row["district_code"], row["province_code"])
            assert province.title == row["province_name"]


def test_every_ward_of_today_tells_where_it_came_from() -> None:
    """Without that no venue of 2021 could be found in it."""
    assert not [u.name for u in read_units() if u.valid_from.year == 2025 and not u.successor_of]


GOOD = "01,Hà Nội,province,,2021-01-01,,"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("001,Ba Đình,district,02@2021-01-01,2021-01-01,,", "not in the file"),
        ("001,Ba Đình,county,,2021-01-01,,", "line 3: level"),
        ("001,Ba Đình,district,,,,", "line 3: valid_from"),
        ("001,Ba Đình,district,,2021-01-01,2020-01-01,", "ends after it begins"),
        (GOOD, "second time"),
        ("001,Ba Đình", "line 3"),
    ],
)
def test_a_list_with_a_mistake_is_refused_with_its_line(tmp_path: Path, line: str, why: str) -> None:
    """Half a list would put venues into the wrong province."""
    file = tmp_path / "units.csv"
    file.write_text(f"{','.join(COLUMNS)}\n{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=why):
        read_units(file)
