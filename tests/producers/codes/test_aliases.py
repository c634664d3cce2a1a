"""The alias table keeps what an operator said, is read meanwhile, and keeps no text of a code."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_codes import CCCD_7, NOON, OURS, PC_COVID, luca, luca_personal

from producers.codes.aliases import SCHEMA, Added, Aliases
from producers.codes.own import card_code
from producers.errors import BadInput, Unavailable

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


def test_what_no_alias_makes_a_place_is_refused_and_not_kept(tmp_path: Path) -> None:
    """An operator would take it for a poster that works; and of a person's card not even the hash is kept."""
    table = Aliases(tmp_path / "a.sqlite")
    texts = (CCCD_7, PC_COVID, luca(meeting=True), luca_personal(), card_code(OURS, bytes(16), NOON))
    told = list(table.add((line, text, "chợ") for line, text in enumerate(texts, 1)))
    assert [one.outcome for one in told] == ["refused"] * len(texts)
    assert [one.sentence.split(",")[0] for one in told] == [
        *["it is a person's code"] * 2,
        *("it is a meeting's code", "it is a person's code", "it is a code of ours"),
    ]
    assert len(table) == 0


def test_no_text_of_a_code_is_kept(tmp_path: Path) -> None:
    """Some old codes hold a telephone number: only the hash stays."""
    table = Aliases(tmp_path / "a.sqlite")
    list(table.add([(1, "https://qr.tokhaiyte.vn/0912345678", "chợ")]))
    assert table[" https://qr.tokhaiyte.vn/0912345678\n"] == "chợ"
    table.close()
    assert not any(b"0912345678" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_list_that_breaks_off_can_be_given_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told is kept; nothing of the rest is."""
    monkeypatch.setattr("producers.codes.aliases.ROWS_AT_ONCE", 2)
    table = Aliases(tmp_path / "a.sqlite")
    rows = [(line, f"code {line}", "chợ") for line in range(1, 6)]

    def broken() -> Iterator[tuple[int, str, str]]:
        yield from rows[:3]
        raise BadInput("the file breaks off")

    told: list[Added] = []
    with pytest.raises(BadInput, match="breaks off"):
        told += table.add(broken())
    assert (len(table), table.get("code 2"), table.get("code 3")) == (2, "chợ", None)
    assert [one.outcome for one in table.add(rows)] == ["known", "known", "added", "added", "added"]


def test_a_gateway_reads_while_a_long_list_is_taken_in(tmp_path: Path) -> None:
    """At once, also in the middle of a transaction that no longer fits into memory."""
    file = tmp_path / "a.sqlite"
    table = Aliases(file)
    list(table.add([(1, "old", "chợ")]))
    reader = Aliases(file)
    with table._transaction():
        for line in range(60_000):
            table._added(line, f"code {line}", "ga", replace=False)
        assert (reader.get("old"), reader.get("code 1")) == ("chợ", None)
    assert reader.get("code 1") == "ga"
    slowest = 0.0

    def rows() -> Iterator[tuple[int, str, str]]:
        nonlocal slowest
        for line in range(60_000):
            yield line, f"other {line}", "ga"
            if line % 1_000 == 999:
                began = monotonic()
                assert reader["old"] == "chợ"
                slowest = max(slowest, monotonic() - began)

    assert sum(one.outcome == "added" for one in table.add(rows())) == 60_000
    assert slowest < 1
    assert reader.get("other 1") == "ga"
    table.close()


def test_a_file_of_before_is_read_on(tmp_path: Path) -> None:
    """A table that an earlier version wrote, without a log in front of it."""
    file = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(file)) as base, base:
        base.execute(SCHEMA)
        base.execute("INSERT INTO alias VALUES (?, ?)", (sha256(b"old").digest(), "chợ"))
    assert Aliases(file)["old"] == "chợ"


def test_a_table_that_cannot_be_used_now_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Who asks or adds keeps the work and tries again."""
    file = tmp_path / "a.sqlite"
    table = Aliases(file)
    table._base.execute("PRAGMA busy_timeout = 0")
    other = Aliases(file)
    with other._transaction(), pytest.raises(Unavailable, match=r"cannot be written \(database is locked\)"):
        list(table.add([(1, "a", "chợ")]))
    table._base.execute("DROP TABLE alias")
    with pytest.raises(Unavailable, match="cannot be read"):
        table.get("a")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    """And stays as it is."""
    file = tmp_path / "a.sqlite"
    file.write_bytes(b"no table" * 200)
    with pytest.raises(BadInput, match="cannot be opened"):
        Aliases(file)
    assert file.read_bytes() == b"no table" * 200
