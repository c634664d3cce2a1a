"""A kiosk's key is made once, is readable by nobody else, and survives an enrolment that broke off."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from producers.codes.encoded import to_base64url
from producers.errors import BadInput
from producers.kiosk.device import FILE, begun, enrolled, gateway_url, keep, with_next_key

ENVELOPE = to_base64url(bytes(32))


def test_the_key_is_the_same_when_the_first_enrolment_broke_off(tmp_path: Path) -> None:
    """The gateway may have taken it: with another key the invitation would be used up."""
    first = begun(tmp_path / "kiosk", "https://a.example")
    second = begun(tmp_path / "kiosk", "https://b.example")
    assert first.seed == second.seed
    assert second.gateway == "https://b.example"
    assert (tmp_path / "kiosk" / FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "kiosk").iterdir()] == [FILE]


def test_a_kiosk_that_is_enrolled_is_not_enrolled_over(tmp_path: Path) -> None:
    """Its outbox may hold scans that only its key can send."""
    with pytest.raises(BadInput, match="truyvet kiosk enrol"):
        enrolled(tmp_path)
    begun(tmp_path, "https://a.example")
    with pytest.raises(BadInput, match="truyvet kiosk enrol"):
        enrolled(tmp_path)
    keep(tmp_path, replace(begun(tmp_path, "https://a.example"), device="0" * 16, envelope_key=ENVELOPE))
    assert enrolled(tmp_path).key() == bytes(32)
    with pytest.raises(BadInput, match="enrolled already"):
        begun(tmp_path, "https://a.example")


def test_the_next_key_is_drawn_once_and_kept_before_it_is_used(tmp_path: Path) -> None:
    """The gateway may have taken it when the answer was lost."""
    first = with_next_key(tmp_path, begun(tmp_path, "https://a.example"))
    assert first.next_seed not in ("", first.seed)
    assert json.loads((tmp_path / FILE).read_text())["next_seed"] == first.next_seed
    assert with_next_key(tmp_path, begun(tmp_path, "https://a.example")) == first


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_file_stays_its_owner_s_when_root_writes_it(tmp_path: Path) -> None:
    """Or the kiosk, which is not root, could not read its key at the next start."""
    begun(tmp_path, "https://a.example")
    os.chown(tmp_path / FILE, 1234, 1235)
    begun(tmp_path, "https://b.example")
    found = (tmp_path / FILE).stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 1235, 0o600)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"gateway": 1, "more": 2}'])
def test_a_file_that_is_no_kiosk_s_is_said_and_kept(tmp_path: Path, text: str) -> None:
    """It is never replaced: its key may be saved somewhere."""
    (tmp_path / FILE).write_text(text)
    for look in (lambda: enrolled(tmp_path), lambda: begun(tmp_path, "https://a.example")):
        with pytest.raises(BadInput, match="saved copy"):
            look()
    assert (tmp_path / FILE).read_text() == text


@pytest.mark.parametrize("key", ["", "AAAA", "!!", to_base64url(bytes(33))])
def test_an_envelope_key_of_another_length_is_refused(tmp_path: Path, key: str) -> None:
    """Before the first scan, not at it."""
    device = replace(begun(tmp_path, "https://a.example"), device="0" * 16, envelope_key=key)
    with pytest.raises(BadInput, match="32 bytes"):
        device.key()


def test_only_an_address_that_nobody_can_answer_for_is_taken() -> None:
    """An answer says what may be deleted."""
    assert gateway_url("https://gateway.example/") == "https://gateway.example"
    assert gateway_url("http://127.0.0.1:8090") == "http://127.0.0.1:8090"
    for wrong in (
        "http://gateway.example",
        "gateway.example",
        "ftp://gateway.example",
        "https://g.example/?a=1",
    ):
        with pytest.raises(BadInput, match=r"gateway|in between"):
            gateway_url(wrong)


def test_the_secret_is_in_the_file_and_in_no_repr_of_an_error(tmp_path: Path) -> None:
    """The file holds the seed; the sentence about a damaged one does not."""
    seed = begun(tmp_path, "https://a.example").seed
    fields = json.loads((tmp_path / FILE).read_text())
    assert fields["seed"] == seed
    (tmp_path / FILE).write_text(json.dumps(fields | {"more": 1}))
    with pytest.raises(BadInput) as told:
        enrolled(tmp_path)
    assert seed not in str(told.value)
