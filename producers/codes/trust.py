"""Which keys are believed: who may sign a code, for which venue, and whose word no longer counts."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Algorithm = Literal["Ed25519", "ES256"]


class Key(NamedTuple):
    """A public key that is believed.

    id: as codes name it; empty for a foreign key whose name is not known, which is tried on every code.
    public: DER (SubjectPublicKeyInfo).
    revoked: since when its word no longer counts (epoch seconds). Codes made before do not count either:
        who has a stolen key can write any date.
    venue: if not empty, the only venue it may sign for: a screen holds such a key.
    """

    id: str
    algorithm: Algorithm
    public: bytes
    revoked: int | None = None
    venue: str = ""


class Trust:
    """A set of keys. A key that is there twice is revoked if one of the two is."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys: dict[tuple[str, str, bytes], Key] = {}
        for key in keys:
            name = (key.algorithm, key.id, key.public)
            known = self._keys.get(name)
            if known is None or known.revoked is None:
                self._keys[name] = key

    def named(self, algorithm: Algorithm, id: str) -> list[Key]:
        """The keys that may have signed a code which names this one."""
        return [key for key in self._keys.values() if key.algorithm == algorithm and key.id in (id, "")]


class Given(NamedTuple):
    """What a code is read against: the keys that are believed, and the moment of the scan (epoch seconds)."""

    trust: Trust
    at: int
