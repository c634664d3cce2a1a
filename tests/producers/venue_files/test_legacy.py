"""Old font encodings are told from Unicode: no good name is refused, and no garbled one taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.unit_list import read_units
from producers.venue_files.legacy import Legacy, how_to_convert, legacy

TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĂÂÊÔƠƯĐ",
        "\xb5\xb6\xb7\xb8\xb9\xa8\xbb\xbc\xbd\xbe\xc6\xa9\xc7\xc8\xc9\xca\xcb\xcc\xce\xcf\xd0\xd1\xaa\xd2\xd3\xd4"
        "\xd5\xd6\xd7\xd8\xdc\xdd\xde\xdf\xe1\xe2\xe3\xe4\xab\xe5\xe6\xe7\xe8\xe9\xac\xea\xeb\xec\xed\xee\xef\xf1\xf2"
        "\xf3\xf4\xad\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xae\xa1\xa2\xa3\xa4\xa5\xa6\xa7",
        strict=True,
    )
)
"""TCVN 5712:1993, VN3, as Latin-1 shows it; capital letters with a mark do not exist in it."""
VNI_MARKS = {
    "a": "aøûõùï",
    "ă": "êèúüéë",
    "â": "âàåãáä",
    "e": "eøûõùï",
    "ê": "âàåãáä",
    "o": "oøûõùï",
    "ô": "âàåãáä",
    "u": "uøûõùï",
    "y": "yøûõù",
}
BASES = {"a": "a", "ă": "a", "â": "a", "e": "e", "ê": "e", "o": "o", "ô": "o", "u": "u", "y": "y"}
TONES = dict(
    zip(
        ("a", "ă", "â", "e", "ê", "o", "ô", "u", "y"),
        ("aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "oòỏõóọ", "ôồổỗốộ", "uùủũúụ", "yỳỷỹý"),
        strict=True,
    )
)


def vni_letters() -> dict[str, str]:
    """A letter of Unicode -> its letters in VNI Windows."""
    made = {
        "đ": "ñ",
        "Đ": "Ñ",
        "ư": "ö",
        "ơ": "ô",
        "ị": "ò",
        "ỉ": "æ",
        "ĩ": "ó",
        "ỵ": "î",
        "ì": "ì",
        "í": "í",
    }
    for vowel, letters in TONES.items():
        marks = VNI_MARKS[vowel]
        made[letters[0]] = BASES[vowel] + (marks[0] if vowel in "ăâêô" else "")
        made |= {letter: BASES[vowel] + mark for letter, mark in zip(letters[1:], marks[1:], strict=True)}
    for base, letters in (("ô", "ờởỡớợ"), ("ö", "ừửữứự")):
        made |= {letter: base + mark for letter, mark in zip(letters, "øûõùï", strict=True)}
    return made


VNI = vni_letters()


def garbled(text: str, letters: dict[str, str]) -> str:
    """The text as its old encoding stores it."""
    return "".join(letters.get(one, one) for one in text)


TITLES = [unit.title for unit in read_units()]


@pytest.mark.parametrize(("letters", "name"), [(TCVN3, "TCVN3"), (VNI, "VNI")], ids=["TCVN3", "VNI"])
def test_the_nation_s_units_in_an_old_encoding_are_told(letters: dict[str, str], name: Legacy) -> None:
    """Of 14,726 titles, three in a row: at least 98 % of the rows are told, and none as the other one."""
    rows = [" ".join(TITLES[at : at + 3]) for at in range(0, len(TITLES), 3)]
    told = [legacy(garbled(row, letters)) for row in rows]
    assert told.count(name) >= 0.98 * len(rows)
    assert set(told) <= {name, None}


def test_no_title_in_unicode_is_taken_for_an_old_encoding() -> None:
    """Not one of 14,726."""
    assert not [title for title in TITLES if legacy(title)]


@pytest.mark.parametrize(
    "name",
    [
        "Vinamilk®",
        "Citroën Sài Gòn",
        "Müller & Söhne",
        "Café «Le Chat»",
        "Nestlé® Việt Nam",
        "© 2021 · ABC",
        "naïve",
    ],
)
def test_names_from_elsewhere_are_left_alone(name: str) -> None:
    """One sign is no encoding."""
    assert legacy(name) is None


@given(st.text(alphabet="abc ABC.,;0123àáảãạâấầẩẫậăắằẳẵặđêềôồơờưừ", max_size=40))
def test_vietnamese_letters_are_never_taken_for_an_old_encoding(text: str) -> None:
    """Whatever they stand beside."""
    assert legacy(text) is None


def test_the_way_to_convert_is_told() -> None:
    """By name of the program that every office has."""
    assert "UniKey" in how_to_convert("VNI")
