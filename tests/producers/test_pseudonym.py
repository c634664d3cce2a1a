"""Shows that a person has one pseudonym under a key, and that the key file is made once and kept private."""

import hashlib
import hmac
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.pseudonym import Pseudonyms, key_from_hex, read_or_make_key

KEY = bytes(range(32))
IDENTITIES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def test_it_is_the_construction_that_was_written_down() -> None:
    want = hmac.new(KEY, b"truyvet person v1\0" + b"0912345678", hashlib.sha256).hexdigest()[:16]
    assert Pseudonyms(KEY).of("0912345678") == want
    # A change here would part every person from their stored scans.
    assert want == "1358c97adfb97887"


@given(IDENTITIES, st.sampled_from(["", " ", "\t", "\n", "\u00a0"]))
def test_spaces_around_and_unicode_form_do_not_matter(identity: str, space: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    want = pseudonyms.of(identity)
    assert len(want) == 16
    assert int(want, 16) < 2**64
    assert pseudonyms.of(space + normalize("NFD", identity) + space) == want
    assert pseudonyms.of(normalize("NFC", identity)) == want


def test_another_key_gives_another_pseudonym() -> None:
    assert Pseudonyms(KEY).of("1") != Pseudonyms(KEY[::-1]).of("1")


def test_it_is_the_same_in_every_process() -> None:
    code = "from producers.pseudonym import Pseudonyms; print(Pseudonyms(bytes(range(32))).of('Nguyễn'))"
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == Pseudonyms(KEY).of("Nguyễn")


@pytest.mark.parametrize("identity", ["", "   ", "\u00a0", "\ud800"])
def test_an_empty_or_broken_identity_is_refused(identity: str) -> None:
    with pytest.raises(BadInput, match="identity"):
        Pseudonyms(KEY).of(identity)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(BadInput, match="32 bytes"):
        Pseudonyms(key)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_read_from_hex(key: bytes) -> None:
    assert key_from_hex(f" {key.hex().upper()}\n") == key


@pytest.mark.parametrize("text", ["", "secret", "0" * 63, "0" * 65, "g" * 64, "00 " * 21 + "0"])
def test_other_text_is_no_key_and_is_not_shown(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        key_from_hex(text)
    assert not text or text not in str(caught.value)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "person.key"
    key = read_or_make_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == path.parent.parent.stat().st_mode & 0o777 == 0o700
    assert read_or_make_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["person.key"]


def test_of_many_that_start_at_once_all_get_one_key(tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / str(round_) / "person.key"
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(read_or_make_key, [path] * 8))
        assert keys == {read_or_make_key(path)}


@pytest.mark.parametrize("content", [b"", b"\n", b"abc", b"z" * 64, b"\xff\xfe" * 32, b"0" * 200])
def test_a_file_that_is_no_key_is_kept_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "person.key"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"person\.key is not 64 hex digits: put the saved copy"):
        read_or_make_key(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_hold_a_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path, tmp_path / "file" / "person.key", tmp_path / "gone"):
        with pytest.raises(BadInput, match="cannot be read or made"):
            read_or_make_key(path)
