"""A venue's short code: ten letters under the QR code of its poster, for whoever cannot scan it.

Nine letters hold the first 45 bits of the venue's key, the tenth is a check over them. The alphabet is
Crockford's base32 (crockford.com/base32.html): no I, L, O or U, and who types one of the first three is
understood. The check is a sum over GF(32) in which each place has a weight of its own, so that one wrong
letter, or any two that changed places, never make another venue's code. A short code is not signed: it says
which place is meant, and proves nothing. Two of 3.7 million venues share one with probability 0.18; a lookup
that finds two is answered with neither.
"""

import re
from typing import Protocol

from producers.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SAME = str.maketrans({"O": "0", "I": "1", "L": "1"})
LETTERS = 9
BITS = 5 * LETTERS
TEXT = re.compile(f"[{ALPHABET}]{{{LETTERS + 1}}}", re.ASCII)
FIELD = 0b100101
"""GF(32) is taken modulo x^5 + x^2 + 1."""


class ShortCodes(Protocol):
    """The registry's view by short code.

    Guarantees: a venue that is found is registered now, in whatever state.
    Does not guarantee: that a venue registered elsewhere a moment ago is found already.
    """

    def venues_of(self, short: str) -> list[str]:
        """The ids of all venues with this short code (as `parse_short` gives it): none, one, rarely two."""
        ...


def short_code(key: int) -> str:
    """The short code of a venue's key (`producers.venue.venue_key`), without its hyphen.

    >>> shown(short_code(9890004599911320366))
    'H505N-J5WPV'
    """
    number = key >> (64 - BITS)
    letters = [number >> (5 * place) & 31 for place in reversed(range(LETTERS))]
    return "".join(ALPHABET[one] for one in [*letters, _check(letters)])


def shown(short: str) -> str:
    """As it is printed: two halves with a hyphen."""
    return f"{short[:5]}-{short[5:]}"


def parse_short(text: str) -> str:
    """The code that was typed: case, spaces and hyphens do not matter, O is 0, I and L are 1.

    Raises BadInput where it is none, or not as it was printed.
    """
    told = re.sub(r"[\s-]", "", text).upper().translate(SAME)
    if not TEXT.fullmatch(told):
        raise BadInput(
            f"{text[:20]!r} is no short code: type the {LETTERS + 1} letters and digits under the QR code."
        )
    if short_code(keys_of(told)[0]) != told:
        raise BadInput(f"{shown(told)} has a letter wrong or out of place: compare it with the poster.")
    return told


def keys_of(short: str) -> tuple[int, int]:
    """The half-open span of venue keys that have this short code."""
    number = 0
    for letter in short[:LETTERS]:
        number = number << 5 | ALPHABET.index(letter)
    return number << (64 - BITS), (number + 1) << (64 - BITS)


def only_venue(short: str, codes: ShortCodes) -> str:
    """The one venue with this short code. Raises BadInput where there is none, or more than one."""
    found = codes.venues_of(short)
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(f"{shown(short)} is the short code of {len(found)} venues: scan the QR code instead.")
    raise BadInput(f"no venue has the short code {shown(short)}: compare it with the poster.")


def _check(letters: list[int]) -> int:
    """The sum of each letter times x to the power of its place from the left, counted from 1."""
    total = 0
    for letter in reversed(letters):
        total = _times_x(total ^ letter)
    return total


def _times_x(number: int) -> int:
    number <<= 1
    return number ^ FIELD if number & 32 else number
