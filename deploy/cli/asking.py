"""How a question is asked at a terminal: rows on stdout, and what they rest on beside them."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.legend import Legend
from deploy.cli.shared import Exit, wired
from deploy.output import Format, emit, progress, tell
from deploy.sources import sources
from deploy.wiring import Wiring
from producers.errors import BadInput
from producers.person import parse_person, person_text
from storage.venue_table import VenueTable
from tracer.answer import Row
from tracer.asking import Answer, Sources, ask
from tracer.limits import is_whole, sentences
from tracer.provenance import CAVEAT, NOBODY, forgotten, in_words
from tracer.question import LIMITS, Limits
from tracer.questions_of_change import Difference
from tracer.wanted import Meetings, Wanted

AsKnownAt = Annotated[
    str | None, typer.Option(help="Answer as it could have been answered at this earlier moment.")
]
Manifest = Annotated[
    Path | None, typer.Option(help="Also write to this file (JSON) what the answer rests on.")
]


ROWS_PER_STEP = 1_000
LINKED_TOLD = 3
"""Sentences about people with several documents; the manifest names all."""


@dataclass(frozen=True)
class Asker:
    """Somebody at a terminal, and what answers are made from."""

    wiring: Wiring
    limits: Limits = LIMITS

    @cached_property
    def sources(self) -> Sources:
        """Opened when first asked."""
        self.prepare()
        return sources(self.wiring, self.limits)

    def prepare(self) -> None:
        """An embedded store that is new gets its (empty) tables."""
        if self.wiring.in_process:
            self.wiring.prepare()

    def person(self, text: str, identity: bool) -> str:
        """The person given, also by an identity. Raises BadInput."""
        if identity:
            return self.wiring.pseudonyms.of(text)
        try:
            return person_text(parse_person(text))
        except BadInput as error:
            raise BadInput(f"{error} Or ask with --identity.") from None

    def ask(self, wanted: Wanted) -> Answer:
        """The answer, with a bar while it is searched for; pairs and venues are read as they are written."""
        wanted.check()  # before any store is opened
        with progress(f"{wanted.question}: visits read", None) as bar:
            return ask(wanted, self.sources, lambda counts: bar(counts["visits_read"]))

    def show(
        self,
        wanted: Wanted,
        form: Format,
        manifest: Path | None = None,
        ending: Callable[[list[Row]], str] | None = None,
    ) -> None:
        """Rows on stdout, then what they rest on; `ending` makes one more sentence of them."""
        answer = self.ask(wanted)
        kept = list(answer.rows) if ending else None
        rows = self._watched(wanted, answer) if kept is None else kept
        legend = Legend(lambda: VenueTable(self.wiring.engine, self.wiring.engine.database))
        count = emit(legend.watched(rows), form, wanted.columns)
        about = answer.about() | {"rows": count}
        if manifest is not None:
            _write(manifest, json.dumps(about, ensure_ascii=False, indent=2) + "\n")
        if form is Format.table:
            for line in legend.lines():
                tell(line)
        if ending and kept is not None:
            tell(ending(kept))
        for sentence in said(wanted, answer, count):
            tell(sentence)
        if not is_whole(answer.counts):
            raise typer.Exit(Exit.incomplete)

    def _watched(self, wanted: Wanted, answer: Answer) -> Iterator[Row]:
        """The rows; of an answer that streams into a file or a pipe, with a bar."""
        if not wanted.streams or sys.stdout.isatty():
            yield from answer.rows
            return
        with progress(f"{wanted.question}: rows", None) as bar:
            for count, row in enumerate(answer.rows, 1):
                if count % ROWS_PER_STEP == 0:
                    bar(count)
                yield row


@contextmanager
def asking(limits: Limits = LIMITS) -> Iterator[Asker]:
    """What is needed to ask, closed at the end."""
    with wired() as wiring:
        yield Asker(wiring, limits)


def said(wanted: Wanted, answer: Answer, count: int) -> Iterator[str]:
    """What a person must know of an answer, in a few sentences."""
    yield in_words(answer.told, answer.counts)
    for person, documents in list(answer.told.get("linked", {}).items())[:LINKED_TOLD]:
        yield f"{person} is a person of {len(documents)} documents (`truyvet persons links`), told as one."
    yield from sentences(answer.counts)
    yield from forgotten(answer.told)
    if isinstance(wanted, Meetings) and not count and not isinstance(wanted, Difference):
        yield NOBODY
    yield CAVEAT


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{file} cannot be written ({error.strerror}): check its place and free space."
        ) from None
