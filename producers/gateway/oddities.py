"""What is odd about the scans of many requests, looked up together: last places, crowds."""

from collections import defaultdict
from collections.abc import Iterable

from producers.gateway import flags
from producers.gateway.draft import Draft
from producers.gateway.memory import CROWDS, PLACES, Memory
from producers.gateway.post import Post
from producers.origin import Flag

HOUR = 3600
FAR: frozenset[Flag] = frozenset({"far"})
UNPROVEN: frozenset[Flag] = frozenset({"unproven"})


class Oddities:
    """Of one batch. `remember` is to be called when its scans were acknowledged."""

    def __init__(self, memory: Memory, places: flags.Places, scans: Iterable[tuple[Post, Draft]]) -> None:
        self._memory = memory
        self._places = places
        self._new: dict[str, flags.Spot] = {}
        self._shared: dict[int, frozenset[Flag]] = {}
        located: dict[str, None] = {}
        crowds: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for post, draft in scans:
            if flags.spot_of(places.of(draft.where.venue), draft.at) is not None:
                located[draft.person] = None
            if post.signed.device.kind == "phone":
                crowds[_crowd(post)].add(bytes.fromhex(draft.person))
        self._crowds = memory.count(crowds, HOUR)
        found = memory.get([_place(person) for person in located])
        self._last = {
            person: flags.spot(packed) for person, packed in zip(located, found, strict=True) if packed
        }

    def of(self, post: Post, draft: Draft) -> frozenset[Flag]:
        """The flags of one scan; to be asked in the order in which the scans were made."""
        place = self._places.of(draft.where.venue)
        here, last = flags.spot_of(place, draft.at), self._last.get(draft.person)
        found = flags.of_scan(draft.at, post.signed.at, draft.where.alias, place)
        if shared := self._of_request(post):
            found |= shared
        if not draft.proven and post.signed.device.kind == "phone":
            found |= UNPROVEN
        if here is not None and last is not None and flags.too_far(last, here):
            found |= FAR
        if here is not None and (last is None or here.at >= last.at):
            self._last[draft.person] = self._new[draft.person] = here
        return found

    def _of_request(self, post: Post) -> frozenset[Flag]:
        """Those that all its scans share."""
        if (known := self._shared.get(id(post))) is None:
            persons = self._crowds.get(_crowd(post), 0) if post.signed.device.kind == "phone" else 0
            known = self._shared[id(post)] = flags.of_request(post.signed.device, post.skew, persons)
        return known

    def remember(self) -> None:
        """Keep where people were last."""
        spots = {_place(person): here.packed() for person, here in self._new.items()}
        self._memory.put(spots, flags.SPOT_SECONDS)


def _place(person: str) -> bytes:
    return PLACES + bytes.fromhex(person)


def _crowd(post: Post) -> bytes:
    """One set for each phone and hour of our clock."""
    return CROWDS + bytes.fromhex(post.signed.device.device) + (post.received // HOUR).to_bytes(4, "big")
