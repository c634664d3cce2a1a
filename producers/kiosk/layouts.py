"""A scanner that types: what a keyboard set to another language made of a code, and back where that is sure.

A keyboard-wedge scanner presses the keys of a US keyboard. Where the host is set to German or French, other
letters come out, always the same ones; a Vietnamese input method (`typed_marks.py`) joins letters instead.
Only our own code is ever repaired, for its signature tells whether the repair is right: no guess can become
another person's code. Any other code is refused with the name of the keyboard, where that can be told.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Literal, NamedTuple

from producers.codes import own
from producers.codes.reader import read
from producers.codes.reading import Reading
from producers.codes.trust import Given
from producers.kiosk.typed_marks import METHODS, typed_before

Keyboard = Literal["caps_lock", "german", "french", "telex", "vni", "vietnamese"]

US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
LAYOUTS: Mapping[Keyboard, str] = {
    "german": "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-"
    "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    "french": "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!"
    "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
}
"""What the same keys give, in the order of `US`: all without shift, then all with it."""
BACK = {name: str.maketrans(keys, US) for name, keys in LAYOUTS.items()}
LETTERS_MAX = 400
"""Our longest code has 286."""
CHECKED_MAX = 500
"""Guesses for one damaged code, about a tenth of a second; later ones are hardly ever right."""


class Typed(NamedTuple):
    """A damaged text: which keyboard it came through, and the code if it could be repaired."""

    keyboard: Keyboard
    reading: Reading | None


def repaired(text: str, given: Given) -> Typed | None:
    """What a text that was refused was meant to be; None where it looks like no damage that is known.

    The reading, where there is one, is of a code of ours with a valid signature. It may still be refused: a
    revoked key stays revoked.
    """
    text = text.strip()
    for name, back in BACK.items():
        meant = text.translate(back)
        if meant == text:
            continue
        found = own.read(meant, given)
        if found is not None:
            return Typed(name, found if found.signature == "valid" else None)
        if read(meant, given).accepted:
            return Typed(name, None)
    return _composed(text, given)


def is_shouted(text: str) -> bool:
    """Did a code of ours arrive in lower case? Its letters are capitals: the caps lock is on."""
    return "TV" not in text


def _composed(text: str, given: Given) -> Typed | None:
    """Through a Vietnamese input method. Plain letters may have lost some, but do not say to which method."""
    _, head, tail = text.upper().partition("TV1:")
    if not head or len(tail) > LETTERS_MAX:
        return None
    for method in METHODS:
        for keys in islice(typed_before(tail, method), CHECKED_MAX):
            found = own.read(head + keys, given)
            if found is not None and found.signature == "valid":
                return Typed(method, found)
    return None if text.isascii() else Typed("vietnamese", None)
