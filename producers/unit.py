"""An administrative unit: a province, district or ward as it was from one day to another.

Units change and codes are used again: 00004 was the ward Trúc Bạch until the end of June 2025 and is the ward
Ba Đình since. So a unit is named by its code and its first day, `00004@2025-07-01`, and a later unit names
those it took over from. `Units.unit_of` follows these names from a venue's unit to that of a scan's moment:
the smallest unit that surely holds the venue then. A ward that was divided may have left the venue in any of
its parts, so the answer is what holds all of them, often the province, and never a guess.

On `units.v1` (compacted) the key of a record is the unit's name, the value one JSON object.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from producers.errors import BadInput
from producers.opening_hours import VIETNAM

Level = Literal["province", "district", "ward"]
LEVELS: tuple[Level, ...] = ("province", "district", "ward")
NAME = re.compile(r"(\w{1,16})(?:@(\d{4}-\d\d-\d\d))?", re.ASCII)
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}$")]
Named = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}@[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Unit(BaseModel):
    """One unit between two changes of it. Days are those of Vietnam; names are CODE@FIRST_DAY."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Annotated[Code, Field(description="Of the national list; 2 digits, 3 or 5 by level.")]
    title: Annotated[str, Field(min_length=1, max_length=100, description="With its type: Phường Ba Đình.")]
    level: Level
    parent: Annotated[Named | None, Field(description="The unit it lies in.")] = None
    valid_from: Annotated[date, Field(description="Its first day.")]
    valid_to: Annotated[date | None, Field(description="The first day on which it is no more.")] = None
    successor_of: Annotated[
        tuple[Named, ...], Field(description="Units that it took over from, whole or in part.")
    ] = ()
    v: Literal[1] = 1

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("a unit ends after it begins")
        return self

    @property
    def name(self) -> str:
        """CODE@FIRST_DAY: its key on the topic."""
        return f"{self.code}@{self.valid_from.isoformat()}"

    def holds(self, day: date) -> bool:
        """Is it there on this day?"""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def encode(self) -> bytes:
        """The value on the wire: only what was told."""
        return self.model_dump_json(exclude_defaults=True).encode()


def parse_unit(value: bytes) -> Unit:
    """The unit of a record's value. Raises BadInput."""
    try:
        return Unit.model_validate_json(value)
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        raise BadInput(f"a record of units.v1 is no unit (at {where}): publish it again.") from None


def day_of(moment: int) -> date:
    """The day in Vietnam of a moment (epoch seconds)."""
    return datetime.fromtimestamp(moment, UTC).astimezone(VIETNAM).date()


class UnitName(NamedTuple):
    """A code, and the first day where it was told."""

    code: str
    valid_from: date | None


def parse_name(text: str) -> UnitName:
    """CODE or CODE@FIRST_DAY. Raises BadInput."""
    found = NAME.fullmatch(text)
    try:
        if found:
            return UnitName(found[1], date.fromisoformat(found[2]) if found[2] else None)
    except ValueError:
        pass
    raise BadInput(f"{text[:40]!r} is no unit: give its code, as 00004, or 00004@2025-07-01.")


class Units:
    """All units there are and were, by name."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.named = {unit.name: unit for unit in units}
        self._by_code: dict[str, list[Unit]] = defaultdict(list)
        self._later: dict[str, list[Unit]] = defaultdict(list)
        for unit in sorted(self.named.values(), key=lambda one: one.valid_from):
            self._by_code[unit.code].append(unit)
            for earlier in unit.successor_of:
                self._later[earlier].append(unit)

    def find(self, text: str, moment: int) -> Unit | None:
        """The unit of this name; of a code alone, that of this moment, else the last before, else the first.

        Raises BadInput for what is no name at all.
        """
        code, begins = parse_name(text)
        known = self._by_code.get(code, [])
        if begins is not None:
            return self.named.get(text)
        day = day_of(moment)
        begun = [unit for unit in known if unit.valid_from <= day]
        return begun[-1] if begun else next(iter(known), None)

    def unit_of(self, name: str, moment: int) -> Unit | None:
        """The smallest unit that at this moment surely holds what lies in the unit of this name.

        None where nothing is known of it: before the first list, or where it lay in one of several provinces.
        """
        start = self.find(name, moment)
        if start is None:
            return None
        day = day_of(moment)
        there: dict[str, Unit] = {}
        seen: set[str] = set()
        open_ = [start]
        while open_:
            unit = open_.pop()
            if unit.name in seen:
                continue
            seen.add(unit.name)
            if unit.holds(day):
                there[unit.name] = unit
                continue
            onwards = self._next(unit, day)
            if not onwards:
                return None
            open_ += onwards
        return self._common(list(there.values()))

    def _next(self, unit: Unit, day: date) -> list[Unit]:
        """Where to look on for a day that it does not hold: who came after, before, or what it lay in."""
        if unit.valid_from > day:
            found = [self.named[name] for name in unit.successor_of if name in self.named]
        else:
            found = self._later[unit.name]
        return found or list(self.above(unit))[:1]

    def above(self, unit: Unit) -> Iterator[Unit]:
        """What the unit lies in, from the smallest to the largest."""
        seen = {unit.name}
        while unit.parent and unit.parent in self.named and unit.parent not in seen:
            seen.add(unit.parent)
            unit = self.named[unit.parent]
            yield unit

    def _common(self, units: list[Unit]) -> Unit | None:
        if not units:
            return None
        around = [{one.name for one in (unit, *self.above(unit))} for unit in units]
        chain = (units[0], *self.above(units[0]))
        return next((one for one in chain if all(one.name in names for names in around)), None)

    def after(self, unit: Unit) -> list[Unit]:
        """Who took over from it, whole or in part."""
        return self._later[unit.name]
