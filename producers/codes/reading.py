"""What a code turned out to be: whose it is, what it stands for, and whether it counts as a check-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from producers.scan import Direction

System = Literal[
    "truyvet",
    "nz-covid-tracer",
    "uk-nhs",
    "corona-warn-app",
    "luca",
    "crowdnotifier",
    "safeentry",
    "nsw",
    "pc-covid",
    "vhd",
    "bluezone",
    "hue-s",
    "cccd",
    "bhyt",
    "alias",
    "wifi",
    "payment",
    "contact",
    "certificate",
    "link",
    "unknown",
]
"""Whose code it is. From `wifi` on: codes of everyday life that nobody checks in with."""

Kind = Literal["venue", "person", "meeting", "other"]
"""What it stands for: a place, a person (their code or card), a private meeting, or neither."""

Signature = Literal["valid", "invalid", "absent", "unchecked"]
"""absent: the system signs nothing. unchecked: it is signed, and the key is not at hand."""

Reason = Literal[
    "not_text",
    "too_long",
    "unknown",
    "not_a_check_in",
    "malformed",
    "unknown_version",
    "unknown_key",
    "bad_signature",
    "revoked_key",
    "key_not_for_venue",
    "not_yet_valid",
    "expired",
    "no_alias",
    "nothing_stays",
    "meeting",
]
"""Why a code is refused; docs/codes.md says what to do about each."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One code, read. It is accepted when there is no reason against it.

    place: the venue's id as a scan carries it, empty for none.
    identity: what names the person of a personal code, empty for none. It and `decoded` may be
        personal data: they are kept out of `repr`, and `producers.codes.taken` lets neither leave.
    decoded: the fields as the system itself names them; None where nothing could be read.
    """

    system: System
    kind: Kind
    reason: Reason | None = None
    sentence: str = ""
    signature: Signature = "absent"
    decoded: Mapping[str, Any] | None = field(default=None, repr=False)
    place: str = ""
    identity: str = field(default="", repr=False)
    direction: Direction = "unknown"

    @property
    def accepted(self) -> bool:
        """Does it count as a check-in?"""
        return self.reason is None


def malformed(system: System, kind: Kind, what: str) -> Reading:
    """A code that begins like one of this system and does not go on like one."""
    return Reading(
        system=system,
        kind=kind,
        reason="malformed",
        sentence=f"{what}: the code is damaged or not a real one; scan it again or have it printed again.",
    )
