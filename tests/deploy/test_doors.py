"""A gateway judges codes by the keys there are now, and takes nothing while one of them cannot be read."""

import os
from pathlib import Path

import pytest

from deploy import gateway_parts
from deploy.cli.code import KEYS
from deploy.gateway_parts import Doors
from producers.codes.aliases import Aliases
from producers.codes.key_files import make_key, revoke_key
from producers.codes.own import poster_code
from producers.codes.trust import Trust
from producers.envelope import Opener
from producers.errors import Unavailable
from producers.gateway.door import Door, Where, Wrong
from producers.pseudonym import Pseudonyms

NOON = 1_638_327_600


class Nowhere:
    """A registry without places."""

    def venues_of(self, short: str) -> list[str]:
        return []


def door(trust: Trust, aliases: Aliases) -> Door:
    return Door(trust, aliases, Pseudonyms(bytes(32)), Opener(bytes(range(1, 33))), Nowhere())


def test_keys_are_looked_at_again_and_one_that_is_damaged_blames_nobody_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made key is believed, a revoked one is not; 400 would let a device give a good declaration up."""
    now = [100.0]
    monkeypatch.setattr(gateway_parts.time, "monotonic", lambda: now[0])
    doors = Doors(tmp_path, [], door)
    doors.now()
    signer = make_key(tmp_path / KEYS, NOON).signer()
    code = poster_code(signer, "chợ", NOON)
    now[0] += gateway_parts.LOOK_SECONDS
    assert isinstance(doors.now().venue(code, NOON), Where)
    (file,) = (tmp_path / KEYS).iterdir()
    made = file.stat().st_mtime_ns
    revoke_key(tmp_path / KEYS, signer.id, NOON)
    os.utime(file, ns=(made, made))  # as if both were in one tick of the clock of files
    damaged = tmp_path / KEYS / "0badc0de.json"
    damaged.write_text("{")
    now[0] += gateway_parts.LOOK_SECONDS
    for _ in range(2):
        with pytest.raises(Unavailable, match="0badc0de"):
            doors.now()
    damaged.unlink()
    assert doors.now().venue(code, NOON) == Wrong("revoked_key")
