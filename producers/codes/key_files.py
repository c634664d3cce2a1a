"""The keys of codes as files: our own signing keys, one file each, and public keys that others gave us.

A folder beside the pseudonym key holds `KEY.json` for each key, its seed included, readable by its owner
only; one file for each, so that two commands at once cannot undo each other. The newest key that is neither
revoked nor meant for one venue signs; all that are not revoked are believed: that is how keys rotate.
"""

import json
import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from producers.codes.signing import SEED_BYTES, Signer, key_id, read_public
from producers.codes.trust import Key
from producers.errors import BadInput
from producers.moment import iso, parse

PUBLISHED_IDS = {"a40f0f2e2974dc76": "3"}
"""SHA-256 of a foreign key, its first 16 digits -> the id its owner published it under: the test key in the
sources of the UK's app. A key in PEM says nothing of its own id, and there a code counts only by it."""


class SigningKey(NamedTuple):
    """A key of ours. `made` and `revoked`: epoch seconds. `venue`: the only one it may sign for, or empty."""

    seed: bytes
    made: int
    revoked: int | None
    venue: str

    def signer(self) -> Signer:
        """What signs with it."""
        return Signer(self.seed)

    def key(self) -> Key:
        """Its public half."""
        signer = self.signer()
        return Key(signer.id, "Ed25519", signer.public, self.revoked, self.venue)


def make_key(folder: Path, at: int, venue: str = "") -> SigningKey:
    """A new random key in its own file. Raises BadInput where it cannot be kept."""
    made = SigningKey(secrets.token_bytes(SEED_BYTES), at, None, venue)
    _keep(folder, made)
    return made


def revoke_key(folder: Path, id: str, at: int) -> SigningKey:
    """Says that the word of a key no longer counts, for good. Raises BadInput where there is no such key."""
    found = next((key for key in read_keys(folder) if key.key().id == id), None)
    if found is None:
        raise BadInput(f"there is no key {id!r} in {folder}: `truyvet code keys list` lists them.")
    if found.revoked is None:
        found = found._replace(revoked=at)
        _keep(folder, found)
    return found


def read_keys(folder: Path) -> list[SigningKey]:
    """All keys of the folder, oldest first. Raises BadInput on a file that holds none."""
    found = [_read(file) for file in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda key: (key.made, key.key().id))


class Signers:
    """Who signs for which venue. Raises BadInput where the folder holds no key that may."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signers: dict[str, Signer] = {}
        for key in read_keys(folder):  # oldest first: the newest stays
            if key.revoked is None:
                self._signers[key.venue] = key.signer()

    def of(self, venue: str) -> Signer:
        """The newest key for all venues, else the newest for this one, which is all that a screen has."""
        found = self._signers.get("") or self._signers.get(venue)
        if found is None:
            raise BadInput(f"no key in {self._folder} may sign: `truyvet code keys make` makes one.")
        return found


def trusted(given: str) -> list[Key]:
    """The public keys behind `FILE` or `NAME=FILE`: PEM, or what `truyvet code keys --format json` lists.

    Raises BadInput on any other file.
    """
    path, name = Path(given), ""
    if not path.is_file() and "=" in given:
        name, _, file = given.partition("=")
        path = Path(file)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadInput(f"the key {path} cannot be read ({error.strerror}): give a file.") from None
    try:
        if body.lstrip().startswith(b"{"):
            return [_listed(json.loads(line)) for line in body.splitlines() if line.strip()]
        algorithm, public = read_public(body)
    except BadInput as error:
        raise BadInput(f"the key {path}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(f"the key {path} is neither PEM nor a list of keys: ask its owner again.") from None
    if algorithm == "Ed25519":
        return [Key(key_id(public), algorithm, public)]
    return [Key(name or PUBLISHED_IDS.get(sha256(public).hexdigest()[:16], ""), algorithm, public)]


def row(key: SigningKey) -> dict[str, Any]:
    """A key as it is listed, without its secret."""
    public = key.key()
    return {
        "key": public.id,
        "public": public.public.hex(),
        "made": iso(key.made),
        "revoked": None if key.revoked is None else iso(key.revoked),
        "venue": key.venue or None,
    }


def _listed(row: dict[str, Any]) -> Key:
    public = bytes.fromhex(row["public"])
    revoked = row.get("revoked")
    return Key(
        key_id(public), "Ed25519", public, None if revoked is None else parse(revoked), row.get("venue") or ""
    )


def _read(file: Path) -> SigningKey:
    try:
        fields = json.loads(file.read_bytes())
        revoked = fields["revoked"]
        found = SigningKey(
            bytes.fromhex(fields["seed"]),
            parse(fields["made"]),
            None if revoked is None else parse(revoked),
            fields["venue"] or "",
        )
        if found.key().id != file.stem:
            raise ValueError("another key")
    except OSError as error:
        raise BadInput(f"the key {file} cannot be read ({error.strerror}): mend its permissions.") from None
    except (BadInput, ValueError, KeyError, TypeError):
        raise BadInput(f"{file} holds no key of codes: put the saved copy back, or take it away.") from None
    return found


def _keep(folder: Path, key: SigningKey) -> None:
    """Writes beside and moves into place, so that a power cut leaves the old file or the new one."""
    fields = row(key) | {"seed": key.seed.hex()}
    name = f"{fields['key']}.json"
    beside = folder / f".{name}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(fields, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / name)
    except OSError as error:
        raise BadInput(
            f"the key cannot be kept in {folder} ({error.strerror}): mend the path or its permissions."
        ) from None
