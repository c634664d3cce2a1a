"""A new key for a kiosk: kept on its disk first, then told to the gateway, and only then its own."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from producers.errors import Refused, Unavailable
from producers.kiosk.device import Device, enrolled, keep, public_key, with_next_key
from producers.kiosk.sender import REFUSED, Answer

PATH = "/v1/devices/rotate"
Posting = Callable[[Device, str, bytes], Answer]
"""Posts to a path, signed by the key of this device. Raises Unavailable when no answer comes."""


def rotate(folder: Path, post: Posting) -> Device:
    """The kiosk with the key that counts now. Raises Unavailable and Refused: then it is to be asked again.

    The next key is drawn once and kept before it is used. So whatever breaks off, one of the two is the
    kiosk's: after a lost answer the gateway knows the new one, and refuses the old.
    """
    old = with_next_key(folder, enrolled(folder))
    new = replace(old, seed=old.next_seed, next_seed="")
    body = json.dumps({"public_key": public_key(new.seed)}).encode()
    try:
        answer = post(old, PATH, body)
        if answer.status == REFUSED:
            answer = post(new, PATH, body)
    except Unavailable as why:
        raise Unavailable(f"nobody knows whether the new key counts, so run this again: {why}") from why
    if answer.status != 200 or answer.body.get("device") != old.device:
        told = answer.body.get("detail") or answer.body.get("title") or "it answers as no gateway does"
        raise Refused(f"the gateway answered {answer.status} to the new key: {told}")
    keep(folder, new)
    return new
