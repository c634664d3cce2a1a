"""The row of column names is found below titles, in one row or two, in two languages."""

import pytest

from producers.errors import BadInput
from producers.venue_files.grid import Line
from producers.venue_files.header import FIELD_OF, find_header, folded


def lines(*rows: str) -> list[Line]:
    """Rows of cells apart by bars."""
    return [(number, row.split("|")) for number, row in enumerate(rows, 1)]


DATA = ("A1|Chợ|1 Lê Lợi|10", "A2|Trạm|2 Lê Lợi|20")


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        (["Mã|Tên|Địa chỉ|Sức chứa"], {"id": 0, "name": 1, "address": 2, "capacity": 3}),
        (
            ["SỞ Y TẾ|||", "DANH SÁCH ĐỊA ĐIỂM|||", "MÃ SỐ (*)|Tên cơ sở:|Địa chỉ|Ghi chú"],
            {"id": 0, "name": 1, "address": 2},
        ),
        (["Mã|Tên|Vị trí|", "||Vĩ độ|Kinh độ"], {"id": 0, "name": 1, "lat": 2, "lon": 3}),
        (["Mã|Tên|Địa chỉ|Loại", "Code|Name|Address|Type"], {"id": 0, "name": 1, "address": 2, "kind": 3}),
        (["STT|Tên|Địa chỉ|Loại", "(1)|(2)|(3)|(4)"], {"name": 1, "address": 2, "kind": 3}),
        (["id|name|name|lat"], {"id": 0, "name": 1, "lat": 3}),
        (["Điện thoại|Tên địa điểm|Phường/Xã|Tỉnh/TP"], {"name": 1, "ward": 2, "province": 3}),
    ],
)
def test_headers_as_they_are_sent(head: list[str], fields: dict[str, int]) -> None:
    """The list begins below it, and a telephone number is taken for nothing."""
    found = find_header(lines(*head, *DATA), "list")
    assert found.fields == fields
    assert found.rows == len(head)


def test_a_person_may_say_which_column_is_which() -> None:
    """It wins over what the title looks like."""
    found = find_header(lines("Mã|Cơ quan|Tên|x", *DATA), "list", {"name": "CƠ QUAN", "address": "x"})
    assert found.fields == {"id": 0, "name": 1, "address": 3}
    with pytest.raises(BadInput, match="no column as told by --column name='y'"):
        find_header(lines("Mã|Tên|a|b", *DATA), "list", {"name": "y"})


@pytest.mark.parametrize("rows", [DATA, ["Tên"], ["Loại|Địa chỉ"], []])
def test_a_list_without_names_is_refused(rows: list[str]) -> None:
    """With which names to give."""
    with pytest.raises(BadInput, match="no row of column names"):
        find_header(lines(*rows), "list")


def test_names_that_come_again_on_each_page_are_no_rows() -> None:
    """A row of the list is none of them."""
    found = find_header(lines("Mã|Tên|Địa chỉ|Loại", *DATA), "list")
    assert found.is_again(["Mã", "TÊN", "Địa chỉ", "Loại"])
    assert not found.is_again(["A1", "Tên", "Địa chỉ", "Loại"])
    assert not found.is_again(["", "", "", ""])


def test_every_word_is_written_as_it_is_compared_and_means_one_thing() -> None:
    """Or it would never match."""
    assert [title for title in FIELD_OF if folded(title) != title] == []
