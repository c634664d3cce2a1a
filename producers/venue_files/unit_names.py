"""Which administrative unit an office means: by code, also without the zeros Excel took, or by names."""

import re
from collections import defaultdict
from functools import lru_cache

from producers.unit import LEVELS, Level, Unit, Units, day_of
from producers.venue_files.header import folded

WIDTHS = (5, 3, 2)
"""Digits of the code of a ward, a district, a province."""
TYPES = re.compile(
    r"^(?:thanh pho|tinh|quan|huyen|thi xa|thi tran|phuong|xa|dac khu|tp|tx|tt|p|q|h|x"
    r"|city|province|ward|commune) "
)
SHORT = {"hcm": "ho chi minh", "tphcm": "ho chi minh", "sai gon": "ho chi minh", "hn": "ha noi"}


class UnitNames:
    """Finds units as they are at one moment (epoch seconds), else as they last were."""

    def __init__(self, units: Units, moment: int) -> None:
        self._units = units
        self._day = day_of(moment)
        self._moment = moment
        self._named: dict[tuple[Level, str], list[Unit]] = defaultdict(list)
        self._found: dict[tuple[str, ...], tuple[str, str]] = {}
        for unit in units.named.values():
            self._named[unit.level, bare(unit.title)].append(unit)

    def __bool__(self) -> bool:
        return bool(self._units.named)

    def by_code(self, text: str) -> tuple[str, str]:
        """(the unit's name, or what is wrong): one of the two is empty."""
        text = text.removesuffix(".0")
        if "@" in text:
            return (text, "") if text in self._units.named else ("", f"there is no unit {text!r}")
        codes = [text] if len(text) in WIDTHS else [text.zfill(w) for w in WIDTHS if len(text) < w]
        found = [unit for code in codes if code.isalnum() and (unit := self._units.find(code, self._moment))]
        if len(found) > 1:
            told = " or ".join(unit.code for unit in found)
            return "", f"unit {text!r} may be {told}: its zeros were lost, format the column as text"
        return (found[0].name, "") if found else ("", f"there is no unit {text!r}")

    def by_names(self, told: dict[Level, str]) -> tuple[str, str]:
        """The same of a ward with what it lies in, or of a larger unit where no ward is told."""
        asked = tuple(told.get(level, "") for level in LEVELS)
        if asked not in self._found:
            self._found[asked] = self._by_names(told)
        return self._found[asked]

    def _by_names(self, told: dict[Level, str]) -> tuple[str, str]:
        level = next((one for one in reversed(LEVELS) if told.get(one)), None)
        if level is None:
            return "", ""
        found = [unit for unit in self._named[level, bare(told[level])] if self._lies_in(unit, level, told)]
        now = [unit for unit in found if unit.holds(self._day)]
        last = max((unit.valid_from for unit in found), default=None)
        best = now or [unit for unit in found if unit.valid_from == last]
        for alike in (folded, str.casefold):  # the type of the unit decides, then the marks
            if len(best) > 1:
                best = [unit for unit in best if alike(unit.title) == alike(told[level])]
        if len(best) == 1:
            return best[0].name, ""
        words = ", ".join(told[one] for one in reversed(LEVELS) if told.get(one))
        return "", f"{'no unit is' if not found else 'several units are'} called {words!r}"

    def _lies_in(self, unit: Unit, level: Level, told: dict[Level, str]) -> bool:
        """A unit of today lies in no district: there the district that is told says nothing."""
        above = {one.level: bare(one.title) for one in self._units.above(unit)}
        return all(
            bare(name) == above[one] for one, name in told.items() if one != level and name and one in above
        )


@lru_cache(maxsize=1 << 15)
def bare(title: str) -> str:
    """A title without its type, as it is compared: `Phường Ba Đình`, `P. Ba Đình` and `ba dinh` are one."""
    text = folded(title)
    name = TYPES.sub("", f"{text} ").strip() or text
    return SHORT.get(name, name.lstrip("0") if name.isdigit() else name)
