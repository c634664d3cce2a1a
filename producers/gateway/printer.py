"""Posters for whoever asks: drawn one at a time beside the event loop, and all day the same ones."""

from asyncio import to_thread
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from producers.codes.signing import Signer
from producers.errors import BadInput
from producers.gateway.declined import Declined
from producers.gateway.turns import Turns
from producers.posters.kinds import WRITE, Kind
from producers.posters.signed import Making, signed_page

WAITING_MAX = 20
DAY_SECONDS = 86_400
COSTS: dict[Kind, int] = {"svg": 10, "pdf": 20, "png": 100}
"""As how many requests of its address one counts: a picture takes a third of a second of a core."""


class Sheet(NamedTuple):
    """One poster that may be printed now."""

    kind: Kind
    making: Making
    signer: Signer
    venue: str
    name: str
    inside: str

    @property
    def tag(self) -> str:
        """Changes when the poster does, so that one that is the same need not be drawn again."""
        told = repr((self.kind, *self.making, self.signer.id, self.venue, self.name, self.inside))
        return f'"{sha256(told.encode()).hexdigest()[:32]}"'

    def drawn(self) -> bytes:
        """The file. Raises Declined (422) where it cannot be printed."""
        try:
            page = signed_page(self.making, self.signer, self.venue, self.name, self.inside)
        except BadInput as why:
            raise Declined("no_poster", what=str(why)) from None
        file = BytesIO()
        WRITE[self.kind](page, file)
        return file.getvalue()


class Printer:
    """Signs and draws. signer: of a venue's codes, None where no key may sign them."""

    def __init__(self, signer: Callable[[str], Signer | None]) -> None:
        self._signer = signer
        self._turns = Turns(WAITING_MAX)

    def sheet(self, kind: Kind, making: Making, venue: str, named: tuple[str, str]) -> Sheet:
        """What is to be drawn, as made at the beginning of the day (UTC) that `making` names.

        named: what people call the venue and its building. Raises Declined (503) where no key may sign.
        """
        signer = self._signer(venue)
        if signer is None:
            raise Declined("cannot_sign")
        name, inside = named
        day = making._replace(at=making.at - making.at % DAY_SECONDS)
        return Sheet(kind, day, signer, venue, name or venue, inside)

    async def drawn(self, sheet: Sheet) -> bytes:
        """The file. Raises Declined (422, 429)."""
        async with self._turns.turn():
            return await to_thread(sheet.drawn)
