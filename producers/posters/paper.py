"""The sizes of paper a poster comes in."""

from enum import StrEnum


class Paper(StrEnum):
    """a4 for a venue, whose code must be 15 by 15 cm; a5 for a room's door or a counter."""

    a4 = "a4"
    a5 = "a5"


SCALE = {Paper.a4: 1.0, Paper.a5: 148.0 / 210.0}
"""Sides, as a part of A4's 210 mm."""
