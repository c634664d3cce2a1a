"""Who infects whom in a made-up city: the truth that tracing is held against.

Two people at one venue at one time, or of one household: each hour together may pass it on. The rates are our
own round figures; what matters is that the whole truth is known, homes included, where nobody scans.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from producers.simulation.day import HOUR, Stays
from producers.simulation.town import KINDS, Town

PER_HOUR = {
    "school": 0.01,
    "office": 0.02,
    "market": 0.002,
    "shop": 0.005,
    "restaurant": 0.02,
    "vehicle": 0.03,
    "hospital": 0.02,
}
"""Chance of passing it on to one person, for each hour together."""
AT_HOME = 0.1
"""The same at home, for each evening."""
EVENING = 22 * HOUR
LATENT_DAYS, INFECTIOUS_DAYS = 3, 7
"""From the day of infection until one may pass it on, and for how long; never on the same day."""
HOME = -1


class Infection(NamedTuple):
    """One person infected another. venue: its position in the town, or HOME. at: second of the whole time."""

    at: int
    infector: int
    """-1 for those with whom it began."""
    infected: int
    venue: int


class Outbreak:
    """An outbreak among the people of a town, day by day."""

    def __init__(self, rng: np.random.Generator, town: Town, cases: int) -> None:
        """cases: with how many people it begins, infected before the first day such that they are
        infectious on it."""
        self._rng, self._town = rng, town
        self._rates = np.array([PER_HOUR[kind] for kind in KINDS])[town.kind] / HOUR
        self.day_of: NDArray[np.int32] = np.full(town.people, 10**6, np.int32)
        """The day on which each person was infected."""
        first = (rng.random(cases) * town.people).astype(int)
        self.day_of[first] = -LATENT_DAYS
        self.infections = [
            Infection(-LATENT_DAYS * 86_400, -1, int(person), HOME) for person in np.unique(first)
        ]

    def infectious(self, day: int) -> NDArray[np.int64]:
        """Who may pass it on that day."""
        since = day - self.day_of
        return np.flatnonzero((since >= LATENT_DAYS) & (since < LATENT_DAYS + INFECTIOUS_DAYS))

    def spread(self, day: int, stays: Stays) -> None:
        """What that day adds. `stays`: everyone's, by person."""
        order = np.lexsort((stays.arrived, stays.venue))
        venue = stays.venue[order]
        new: dict[int, Infection] = {}
        for person in self.infectious(day).tolist():
            first, last = np.searchsorted(stays.person, [person, person + 1])
            for mine in range(first, last):
                here = order[slice(*np.searchsorted(venue, stays.venue[mine] + np.array([0, 1])))]
                self._at_venue(day, stays, mine, here, new)
            self._at_home(day, person, new)
        for infection in sorted(new.values()):
            self.day_of[infection.infected] = day
            self.infections.append(infection)

    def _at_venue(
        self, day: int, stays: Stays, mine: int, here: NDArray[np.int64], new: dict[int, Infection]
    ) -> None:
        """Those at the same venue during one stay of one infectious person."""
        begins = np.maximum(stays.arrived[here], stays.arrived[mine])
        seconds = np.minimum(stays.departed[here], stays.departed[mine]) - begins
        together = seconds > 0
        here, begins, seconds = here[together], begins[together], seconds[together]
        venue = int(stays.venue[mine])
        caught = self._rng.random(len(here)) < 1 - np.exp(-self._rates[venue] * seconds)
        at = begins + (self._rng.random(len(here)) * seconds).astype(np.int32)
        for other, second in zip(stays.person[here[caught]].tolist(), at[caught].tolist(), strict=True):
            self._add(new, Infection(day * 86_400 + second, int(stays.person[mine]), other, venue))

    def _at_home(self, day: int, person: int, new: dict[int, Infection]) -> None:
        household = self._town.household
        first, last = np.searchsorted(household, [household[person], household[person] + 1])
        caught = np.flatnonzero(self._rng.random(last - first) < AT_HOME) + first
        for other in caught.tolist():
            self._add(new, Infection(day * 86_400 + EVENING, person, other, HOME))

    def _add(self, new: dict[int, Infection], infection: Infection) -> None:
        """Whoever was infected before, this day or another, is not infected again."""
        other = infection.infected
        if self.day_of[other] > 10**5 and (other not in new or infection < new[other]):
            new[other] = infection
