"""Keys are kept each in its own file, rotate, are revoked for good, and are told without their secret."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from made_codes import NOON, UK_DER, UK_PEM

from producers.codes.key_files import Signers, make_key, read_keys, revoke_key, row, trusted
from producers.errors import BadInput


def test_a_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """And read back as it was made."""
    folder = tmp_path / "deep" / "code-keys"
    made = make_key(folder, NOON)
    assert read_keys(folder) == [made]
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert read_keys(tmp_path / "nowhere") == []


def test_the_newest_key_signs_and_the_revoked_do_not(tmp_path: Path) -> None:
    """Until the newest is revoked too; a key for a venue signs only where there is no other."""
    with pytest.raises(BadInput, match="truyvet code keys make"):
        Signers(tmp_path).of("chợ")
    first, second = make_key(tmp_path, NOON), make_key(tmp_path, NOON + 1)
    for_one = make_key(tmp_path, NOON + 2, "chợ")
    assert Signers(tmp_path).of("chợ").id == second.key().id
    revoke_key(tmp_path, second.key().id, NOON + 3)
    assert Signers(tmp_path).of("chợ").id == first.key().id
    revoke_key(tmp_path, first.key().id, NOON + 4)
    assert Signers(tmp_path).of("chợ").id == for_one.key().id
    with pytest.raises(BadInput, match="no key"):
        Signers(tmp_path).of("other")


def test_a_revoked_key_stays_revoked_since_the_first_time(tmp_path: Path) -> None:
    """Saying it again does not move the moment; an unknown key is told."""
    key = make_key(tmp_path, NOON).key().id
    assert revoke_key(tmp_path, key, NOON + 5).revoked == NOON + 5
    assert revoke_key(tmp_path, key, NOON + 9).revoked == NOON + 5
    assert [one.revoked for one in read_keys(tmp_path)] == [NOON + 5]
    with pytest.raises(BadInput, match="keys list"):
        revoke_key(tmp_path, "00000000", NOON)


def test_keys_made_at_once_are_all_kept(tmp_path: Path) -> None:
    """Each has its own file."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: make_key(tmp_path, NOON), range(40)))
    assert {key.seed for key in read_keys(tmp_path)} == {key.seed for key in made}


def test_what_is_listed_is_what_others_trust(tmp_path: Path) -> None:
    """The list has no secret and gives back the same public keys, revoked or for one venue."""
    make_key(tmp_path / "keys", NOON)
    revoked = make_key(tmp_path / "keys", NOON + 1, "chợ")
    revoke_key(tmp_path / "keys", revoked.key().id, NOON + 2)
    kept = read_keys(tmp_path / "keys")
    listed = tmp_path / "keys.json"
    listed.write_text("".join(json.dumps(row(key)) + "\n" for key in kept), "utf-8")
    assert trusted(str(listed)) == [key.key() for key in kept]
    assert not any(key.seed.hex() in listed.read_text("utf-8") for key in kept)


def test_a_foreign_key_has_the_name_it_is_given(tmp_path: Path) -> None:
    """`NAME=FILE`, also for a file with `=` in its own name."""
    file, odd = tmp_path / "uk.pem", tmp_path / "a=b.pem"
    file.write_bytes(UK_PEM)
    odd.write_bytes(UK_PEM)
    assert [(key.id, key.public) for key in trusted(str(file))] == [("", UK_DER)]
    assert [key.id for key in trusted(f"uk-1={file}")] == ["uk-1"]
    assert [key.id for key in trusted(str(odd))] == [""]


def test_a_key_of_our_kind_in_pem_has_the_name_our_codes_give_it(tmp_path: Path) -> None:
    """The hash of itself."""
    made = make_key(tmp_path / "keys", NOON)
    pem = Ed25519PrivateKey.from_private_bytes(made.seed).public_key()
    file = tmp_path / "ours.pem"
    file.write_bytes(pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert trusted(str(file)) == [made.key()]


def test_what_is_no_key_is_told(tmp_path: Path) -> None:
    """By its file; a kind of key no code uses too."""
    file = tmp_path / "x"
    rsa = generate_private_key(65537, 1024).public_key()
    for body in (b"", b"xin", b"{}", b'{"public": 1}', b'{"public": "zz"}', b"{\n", b"\xff"):
        file.write_bytes(body)
        with pytest.raises(BadInput, match=f"the key {file}"):
            trusted(str(file))
    file.write_bytes(rsa.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(BadInput, match="neither Ed25519 nor P-256"):
        trusted(str(file))
    with pytest.raises(BadInput, match="cannot be read"):
        trusted(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"seed": "00"}', b"\xff\xfe"])
def test_a_file_that_holds_no_key_stops_and_is_kept(tmp_path: Path, body: bytes) -> None:
    """Signing on with another key would split what is printed."""
    file = tmp_path / "00000000.json"
    file.write_bytes(body)
    with pytest.raises(BadInput, match="holds no key of codes"):
        read_keys(tmp_path)
    assert file.read_bytes() == body
