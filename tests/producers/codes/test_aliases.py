"""The alias table keeps what an operator said, whole or not at all, and no text of a code."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.codes.aliases import Aliases
from producers.errors import BadInput

PAIRS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["chợ", "ga", ""])), max_size=20)


@given(PAIRS, st.booleans())
def test_it_says_what_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], replace: bool
) -> None:
    """The first venue of a code stays, or the last where it may be replaced; each row is told."""
    oracle: dict[str, str] = {}
    told = []
    for text, venue in pairs:
        if not venue or (oracle.get(text, venue) != venue and not replace):
            told.append("refused")
            continue
        told.append("known" if oracle.get(text) == venue else "changed" if text in oracle else "added")
        oracle[text] = venue
    file = tmp_path_factory.mktemp("aliases") / "a.sqlite"
    table = Aliases(file)
    rows = ((line, text, venue) for line, (text, venue) in enumerate(pairs, 1))
    assert [(one.line, one.outcome) for one in table.add(rows, replace=replace)] == list(enumerate(told, 1))
    table.close()
    again = Aliases(file)
    assert {text: again.get(text) for text in "abcd"} == {text: oracle.get(text) for text in "abcd"}
    assert len(again) == len(oracle) == len(list(again))


def test_no_text_of_a_code_is_kept(tmp_path: Path) -> None:
    """Some old codes hold a telephone number: only the hash stays."""
    table = Aliases(tmp_path / "a.sqlite")
    list(table.add([(1, "https://qr.tokhaiyte.vn/0912345678", "chợ")]))
    assert table[" https://qr.tokhaiyte.vn/0912345678\n"] == "chợ"
    table.close()
    assert not any(b"0912345678" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_list_that_breaks_off_adds_nothing(tmp_path: Path) -> None:
    """Half a list would look like a whole one."""
    table = Aliases(tmp_path / "a.sqlite")

    def rows() -> list[tuple[int, str, str]]:
        raise BadInput("the file breaks off")

    def broken():  # type: ignore[no-untyped-def]
        yield 1, "a", "chợ"
        rows()

    with pytest.raises(BadInput):
        list(table.add(broken()))
    assert len(table) == 0


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    """And stays as it is."""
    file = tmp_path / "a.sqlite"
    file.write_bytes(b"no table" * 200)
    with pytest.raises(BadInput, match="cannot be opened"):
        Aliases(file)
    assert file.read_bytes() == b"no table" * 200
