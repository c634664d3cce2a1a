"""Where a scan comes from and what was odd about it: it travels along, and never decides what counts.

One short text, for a nation's scans have few different ones: `kiosk`, `phone truyvet/1 valid`,
`phone nz-covid-tracer/1 absent far,closed`. An empty text is an import that says nothing.
"""

import re
from typing import Literal, NamedTuple, get_args

from producers.codes.reading import Signature, System
from producers.errors import BadInput

Via = Literal["phone", "kiosk", "checkpoint", "paper", "import"]
"""The way in. paper: written down first, and typed in by a health station later."""

Flag = Literal["alias", "clock", "closed", "crowd", "far", "offline", "retired", "unlisted"]
"""What was odd. alias: an older code, known by the operator's table; clock: the device's clock is off by more
than a minute; closed: outside the venue's opening hours; crowd: one device for very many people; far: too far
from where the person was just before; offline: kept on the device for more than an hour; retired: the venue's
code was taken down; unlisted: nobody registered the venue."""

VIAS, FLAGS, SYSTEMS, SIGNATURES = (frozenset(get_args(one)) for one in (Via, Flag, System, Signature))
ORIGIN_LENGTH_MAX = 120
VERSION = re.compile(r"[0-9A-Za-z.-]{1,16}", re.ASCII)


class Origin(NamedTuple):
    """The way in, the code that named the venue (empty where none was read), and flags."""

    via: Via
    system: System | Literal[""] = ""
    version: str = ""
    signature: Signature | Literal[""] = ""
    flags: tuple[Flag, ...] = ()

    def text(self) -> str:
        """One text for one origin: words apart by spaces, `-` where there is none and one follows."""
        code = f"{self.system}/{self.version}" if self.version else self.system
        words = [self.via, code or "-", self.signature or "-", ",".join(sorted(set(self.flags))) or "-"]
        while words[-1] == "-":
            words.pop()
        return " ".join(words)


def parse_origin(text: str) -> Origin:
    """The origin of a text. Raises BadInput for one that `Origin.text` does not write."""
    words = [*text.split(" "), "-", "-", "-"]
    via, code, signature, flags = ("" if word == "-" else word for word in words[:4])
    system, _, version = code.partition("/")
    named = tuple(flags.split(",")) if flags else ()
    right = via in VIAS and system in SYSTEMS | {""} and signature in SIGNATURES | {""}
    if right and FLAGS.issuperset(named) and (not version or VERSION.fullmatch(version)):
        found = Origin(via, system, version, signature, named)  # type: ignore[arg-type]
        if found.text() == text:
            return found
    raise BadInput(f"origin {text[:ORIGIN_LENGTH_MAX]!r}: write it as producers/origin.py does.")
