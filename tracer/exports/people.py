"""The people of an answer, each once, gathered while its rows pass by."""

import json
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple

from tracer.exports.answered import Answered, Tie
from tracer.exports.on_disk import OnePerKey


class Someone(NamedTuple):
    """A person, and in a chain how they were reached; the case has generation 0."""

    id: str
    generation: int | None
    exposed_at: str | None


class People:
    """Put every tie in; then read everyone, ordered by id. Bounded memory."""

    def __init__(self, answered: Answered) -> None:
        self._chain = answered.question == "chain"
        self._forward = answered.direction == "forward"
        self._kept = OnePerKey()
        if answered.case:
            self._kept.put(answered.case, json.dumps([0 if self._chain else None, None]), "2")

    @property
    def columns(self) -> tuple[str, ...]:
        """What is known of a person."""
        return Someone._fields if self._chain else ("id",)

    def add(self, tie: Tie) -> None:
        nothing = json.dumps([None, None])
        if not self._chain:
            self._kept.put(tie.source, nothing)
            self._kept.put(tie.target, nothing)
            return
        far, near = (tie.target, tie.source) if self._forward else (tie.source, tie.target)
        # Each person reached has one row; who is only named as nearer to the case has theirs elsewhere.
        reached = [tie.facts["generation"], tie.facts["exposed_at"]]
        self._kept.put(far, json.dumps(reached), "1")
        self._kept.put(near, nothing, "0")

    def __iter__(self) -> Iterator[Someone]:
        for kept in self._kept:
            yield Someone(kept.key, *json.loads(kept.value))

    def __enter__(self) -> "People":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.__exit__(kind, error, trace)
