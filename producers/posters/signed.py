"""A venue's poster with its signed code, ready to be drawn as any kind of file."""

from typing import NamedTuple

from producers.codes.own import poster_code
from producers.codes.short import short_code, shown
from producers.codes.signing import Signer
from producers.moment import iso
from producers.posters.layout import Page, Poster, page
from producers.posters.paper import Paper
from producers.scan import Direction
from producers.venue import venue_key


class Making(NamedTuple):
    """What posters made together have in common.

    at: when they count as made, epoch seconds. url: a web address to put before the code, or empty.
    """

    at: int
    direction: Direction = "unknown"
    paper: Paper = Paper.a4
    url: str = ""


def signed_page(making: Making, signer: Signer, venue: str, name: str, inside: str) -> Page:
    """One page; its small print says which code it is. Raises BadInput where it cannot be printed."""
    text = poster_code(signer, venue, making.at, making.direction)
    return page(
        Poster(
            code=f"{making.url}#{text}" if making.url else text,
            venue=venue,
            name=name,
            inside=inside,
            direction=making.direction,
            short=shown(short_code(venue_key(venue))),
            footnote=f"{venue} · {iso(making.at)[:10]} · {signer.id} · Truy vết",
        ),
        making.paper,
    )
