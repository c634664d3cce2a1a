"""Lists as offices send them are read alike: whatever separates, encodes or holds the cells."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from producers.errors import BadInput
from producers.venue_files.grid import _rows, read_cells

ROWS = [
    ["Mã", "Tên", "Địa chỉ"],
    ["A1", "Chợ Lớn", "1 Lê Lợi, Quận 5"],
    ["A2", "Trạm y tế", "tầng 2; phòng 3"],
]


def as_text(delimiter: str) -> str:
    cells = [[f'"{cell}"' if set(cell) & set(",;\t|") else cell for cell in row] for row in ROWS]
    return "\r\n".join(delimiter.join(row) for row in cells) + "\r\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_of_any_separator_and_encoding_is_one(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """With a byte order mark and without; commas within an address separate nothing."""
    file = tmp_path / "list.csv"
    file.write_bytes(as_text(delimiter).encode(encoding))
    assert read_cells(file).lines == list(enumerate(ROWS, 1))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(tmp_path: Path, ends: str) -> None:
    """Also as on an old Macintosh; an empty line is a line that is not there."""
    file = tmp_path / "list.txt"
    file.write_bytes(ends.join(["Mã;Tên", "", "1;a", ";", "2;b"]).encode())
    assert read_cells(file).lines == [(1, ["Mã", "Tên"]), (3, ["1", "a"]), (5, ["2", "b"])]


def test_a_workbook_s_first_sheet_with_rows_is_read(tmp_path: Path) -> None:
    """Whole numbers have no point, leading zeros stay where a cell is text; a sheet can be named."""
    book = Workbook()
    book.create_sheet("Danh sách").append(["Mã", "Số", "Mã xã"])
    book["Danh sách"].append([635, 12.0, "00592"])
    book["Danh sách"].append(["00635", 21.0285, None])
    book.create_sheet("Khác").append(["x", "y"])
    file = tmp_path / "list.xlsx"
    book.save(file)
    found = read_cells(file)
    assert found.lines == [
        (1, ["Mã", "Số", "Mã xã"]),
        (2, ["635", "12", "00592"]),
        (3, ["00635", "21.0285", ""]),
    ]
    assert "'Danh sách' (not its" in found.what
    assert read_cells(file, "Khác").lines == [(1, ["x", "y"])]
    with pytest.raises(BadInput, match="no sheet 'Không'"):
        read_cells(file, "Không")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        ("Ma,Ten\n1,Tr\xad\xeang \xa7\xb9i h\xe4c Y H\xb5 N\xe9i\n".encode("latin-1"), "is in TCVN3"),
        ("Ma,Ten\n1,Tröôøng Ñaïi hoïc Y\n".encode("cp1252"), "is in VNI"),
        ("Ma,Ten\n1,Tröôøng Ñaïi hoïc Y\n".encode(), "is in VNI"),
        ("Mã,Tên\n1,Chợ\n".encode() + b"2,\xe9t\xe9\n", "line 3 is not UTF-8"),
        (b"%PDF-1.4", "is a PDF"),
        (b"PK\x03\x04 not a workbook", "cannot be read as a workbook"),
        (b"Ma,Ten\n1,a\0b\n" + b" " * 1000, "NUL"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, body: bytes, why: str) -> None:
    """With what to do; of an old encoding, how to convert it."""
    file = tmp_path / "list.csv"
    file.write_bytes(body)
    with pytest.raises(BadInput, match=why):
        read_cells(file)


def test_a_workbook_that_keeps_an_old_font_is_refused_too(tmp_path: Path) -> None:
    """It is valid Unicode, and still no name can be read."""
    book = Workbook()
    book.active.append(["Ma", "Ten"])  # type: ignore[union-attr]
    book.active.append(["1", "BÖnh viÖn §a khoa Hµ §«ng"])  # type: ignore[union-attr]
    file = tmp_path / "list.xlsx"
    book.save(file)
    with pytest.raises(BadInput, match="is in TCVN3"):
        read_cells(file)


CELLS = st.lists(st.lists(st.text('ab \n";,', max_size=5), min_size=3, max_size=3), min_size=1, max_size=6)


@given(CELLS)
def test_quoted_cells_are_read_back(rows: list[list[str]]) -> None:
    """Separators, quotation marks and line ends inside quotes belong to the cell."""
    text = "".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    assert [row for _, row in _rows(text.splitlines(keepends=True), ";", 3)] == rows


def test_a_stray_quotation_mark_costs_its_own_line_alone() -> None:
    """And its cells are read as they stand."""
    lines = ['1;Trạm "Y tế;a\n', "2;b;c\n", '3;ống 5";d\n', "4;e;f\n"]
    assert [row for _, row in _rows(lines, ";", 3)] == [
        ["1", 'Trạm "Y tế', "a"],
        ["2", "b", "c"],
        ["3", 'ống 5"', "d"],
        ["4", "e", "f"],
    ]
