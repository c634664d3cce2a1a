"""Where a scan comes from and what was odd about it: it travels along, and never decides what counts.

On the wire it is one short text, for a nation's scans have few different ones: `kiosk`,
`phone truyvet/1 valid`, `phone nz-covid-tracer/1 absent closed,far`; an import that says nothing has none.
In tables it is the number `Origin.code`: the order of the words in the four lists is part of it, and new ones
are added at the end.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from producers.codes.reading import Signature, System
from producers.errors import BadInput
from producers.scan import ORIGIN_LENGTH_MAX

Via = Literal["phone", "kiosk", "checkpoint", "paper", "import"]
"""The way in. paper: written down first, and typed in by a health station later."""

Flag = Literal["alias", "clock", "closed", "crowd", "far", "offline", "retired", "unlisted", "unproven"]
"""What was odd. alias: an older code, known by the operator's table; clock: the device's clock is off by more
than a minute; closed: outside the venue's opening hours; crowd: one device for very many people; far: too far
from where the person was just before; offline: kept on the device for more than an hour; retired: the venue's
code was taken down; unlisted: nobody registered the venue; unproven: a phone named the person by what anyone
can write who knows a document's number, and not by a card that we signed."""

VIAS, FLAGS = get_args(Via), get_args(Flag)
SYSTEMS, SIGNATURES = ("", *get_args(System)), ("", *get_args(Signature))
VERSION_MAX = 255
TEXT = re.compile(r"([a-z]+)(?: (-|[a-z-]+)(?:/([0-9]{1,3}))?)?(?: (-|[a-z]+))?(?: ([a-z,]+))?", re.ASCII)

VERSION_AT, SYSTEM_AT, SIGNATURE_AT, FLAGS_AT = 4, 12, 18, 21
"""Where in the number each part begins: via from bit 0 (0: none, 15: not readable), 32 bits in all."""
UNREADABLE = 15


class Origin(NamedTuple):
    """The way in, the code that named the venue (empty where none was read), and flags."""

    via: Via
    system: System | Literal[""] = ""
    version: int = 0
    """Of the code, 0 where its system has none."""
    signature: Signature | Literal[""] = ""
    flags: frozenset[Flag] = frozenset()

    def text(self) -> str:
        """One text for one origin: four words, `-` where there is none and one follows."""
        code = f"{self.system or '-'}/{self.version}" if self.version else self.system
        words = [self.via, code or "-", self.signature or "-", ",".join(sorted(self.flags)) or "-"]
        while words[-1] == "-":
            words.pop()
        return " ".join(words)

    @property
    def code(self) -> int:
        """The same in 32 bits."""
        flags = sum(1 << FLAGS.index(flag) for flag in self.flags)
        parts = (self.version << VERSION_AT, SYSTEMS.index(self.system) << SYSTEM_AT)
        return (
            1 + VIAS.index(self.via) + sum(parts)
            | SIGNATURES.index(self.signature) << SIGNATURE_AT
            | flags << FLAGS_AT
        )


def parse_origin(text: str) -> Origin:
    """The origin of a text. Raises BadInput for one that `Origin.text` does not write."""
    if match := TEXT.fullmatch(text):
        via, system, version, signature, flags = (
            "" if word in (None, "-") else word for word in match.groups()
        )
        named = frozenset(flags.split(",")) if flags else frozenset()
        if via in VIAS and system in SYSTEMS and signature in SIGNATURES and named <= set(FLAGS):
            found = Origin(via, system, int(version or 0), signature, named)  # type: ignore[arg-type]
            if found.version <= VERSION_MAX and found.text() == text:
                return found
    raise BadInput(f"origin {text[:ORIGIN_LENGTH_MAX]!r}: write it as producers/origin.py does.")


@lru_cache(4096)
def origin_code(text: str) -> int:
    """The number of a text as it travels: 0 for none, 15 for one that only a later version can read."""
    try:
        return parse_origin(text).code if text else 0
    except BadInput:
        return UNREADABLE


def origin_text(code: int) -> str:
    """The text of a stored number, `?` for one that could not be read."""
    if not code:
        return ""
    via = (code & 15) - 1
    system, signature = code >> SYSTEM_AT & 63, code >> SIGNATURE_AT & 7
    if via >= len(VIAS) or system >= len(SYSTEMS) or signature >= len(SIGNATURES):
        return "?"
    flags = frozenset(flag for n, flag in enumerate(FLAGS) if code >> FLAGS_AT + n & 1)
    return Origin(VIAS[via], SYSTEMS[system], code >> VERSION_AT & 255, SIGNATURES[signature], flags).text()
