"""A list of administrative units as a file, and the one that comes with this program.

Columns: `code,title,level,parent,valid_from,valid_to,successor_of`; days as 2025-07-01, units by name
(00004@2025-07-01), of `successor_of` several apart by spaces. `vietnam.csv.gz` holds the units of 2021 (63
provinces, 705 districts, 10,603 wards), taken as valid from 2021-01-01 until the end of June 2025, and those
since 2025-07-01 (34 provinces, 3,321 wards, no districts), by the lists and the table of conversion of the
National Statistics Office. What was changed between 2021 and 2025 is not in it: a ward that went then has no
successor here, and its province answers for it.
"""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from producers.errors import BadInput
from producers.files import open_rows
from producers.row import Refused, Row
from producers.unit import Unit

COLUMNS = ("code", "title", "level", "parent", "valid_from", "valid_to", "successor_of")
SHIPPED = files("producers") / "units" / "vietnam.csv.gz"


def read_units(path: Path | None = None) -> list[Unit]:
    """The units of a file; without one, those that come with the program.

    Raises BadInput on the first line that is no unit, and where a unit names one that is not in the file: a
    list with a hole would put venues into the wrong province.
    """
    if path is None:
        with as_file(SHIPPED) as shipped:
            return read_units(shipped)
    found: dict[str, Unit] = {}
    for line, unit in _units(path):
        if unit.name in found:
            raise BadInput(f"{path} line {line} names {unit.name} a second time: remove one of the two.")
        found[unit.name] = unit
    for unit in found.values():
        for other in filter(None, (unit.parent, *unit.successor_of)):
            if other not in found:
                raise BadInput(f"{path}: {unit.name} names {other}, which is not in the file: add it.")
    return list(found.values())


def _units(path: Path) -> Iterator[tuple[int, Unit]]:
    with open_rows(path, COLUMNS) as rows:
        for line, row in rows:
            if isinstance(row, Refused):
                raise BadInput(f"{path} line {line}: {row.sentence}")
            try:
                yield line, _unit(row)
            except ValidationError as error:
                first = error.errors()[0]
                name = ".".join(map(str, first["loc"])) or "the unit"
                raise BadInput(f"{path} line {line}: {name}: {first['msg'].lower()}; mend it.") from None


def _unit(row: Row) -> Unit:
    told = {name: row[name] for name in COLUMNS[:-1] if row[name]}
    return Unit.model_validate(told | {"successor_of": row["successor_of"].split()})
