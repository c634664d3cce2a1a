"""The administrative units as an office names them: by code, as an import understands it."""

from producers.errors import BadInput
from producers.register import Register
from producers.unit import Units, parse_name, parse_unit
from producers.venue_files.unit_names import UnitNames


class KnownUnits:
    """The units of `units.v1`, read when the first one is asked for and again when they change.

    For one thread at a time.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._units = Units([])

    def name(self, text: str, moment: int) -> str:
        """The name (CODE@FIRST_DAY) of the unit that is meant at this moment (epoch seconds).

        Raises BadInput where there is none. Where no units are known, a code is kept as it was given.
        """
        parse_name(text)
        if self._register.refresh():
            self._units = Units(map(parse_unit, self._register.values.values()))
        if not self._units.named:
            return text
        name, wrong = UnitNames(self._units, moment).by_code(text)
        if wrong:
            raise BadInput(f"{wrong}: give a code of the list of units, as 00004.")
        return name
