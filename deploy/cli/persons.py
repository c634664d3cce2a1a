"""Commands for several documents of one person: persons link, unlink, links."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.asking import Asker
from deploy.cli.shared import FormatOption, app, wired
from deploy.linking import link_table
from deploy.output import Format, emit, progress, tell
from producers.errors import BadInput
from producers.files import open_rows
from producers.moment import iso
from producers.person import parse_person, person_text
from storage.links import Links

persons = typer.Typer(
    help="Several documents of one person, linked and taken apart again.", no_args_is_help=True
)
app.add_typer(persons, name="persons")
COLUMNS = ["pseudonym", "same_as", "person", "told"]
FILE_COLUMNS = ("person", "same_as")
Identity = Annotated[bool, typer.Option("--identity", help="What is given are identities, not pseudonyms.")]


@persons.command(epilog="Example: truyvet persons link 0123456789abcdef fedcba9876543210")
def link(
    person: Annotated[str | None, typer.Argument(help="A pseudonym (16 hex digits).")] = None,
    same_as: Annotated[str | None, typer.Argument(help="That of the same person's other document.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="Link every row of this file: its columns are person and same_as.")
    ] = None,
    identity: Identity = False,
) -> None:
    """Say that two pseudonyms are one person, to every question and of all visits, those stored included."""
    if (file is None) == (same_as is None):
        raise BadInput("a link is of two pseudonyms: give both, or a file of them.")
    with wired() as wiring:
        asker = Asker(wiring)
        asker.prepare()
        told = _rows(file) if file else [("", str(person), str(same_as))]
        pairs = []
        with progress("links", None) as bar:
            for number, (where, *both) in enumerate(told, 1):
                try:
                    first, second = (parse_person(asker.person(one, identity)) for one in both)
                except BadInput as error:
                    raise BadInput(f"{where}{error}") from None
                pairs.append((first, second))
                bar(number)
        new = link_table(wiring).link(pairs)
    tell(f"{new} linked, {len(pairs) - new} known already.")


@persons.command(epilog="Example: truyvet persons unlink 0123456789abcdef")
def unlink(
    person: Annotated[str, typer.Argument(help="The pseudonym that was linked to another.")],
    identity: Identity = False,
) -> None:
    """Take a link back: answers are as if it had never been, and answers as known earlier still have it."""
    with wired() as wiring:
        asker = Asker(wiring)
        asker.prepare()
        link_table(wiring).unlink(parse_person(asker.person(person, identity)))
    tell("Taken back.")


@persons.command(epilog="Example: truyvet persons links --format csv")
def links(form: FormatOption = Format.table) -> None:
    """Every link that holds: the pseudonym, what it is the same as, the person it counts as, since when."""
    with wired() as wiring:
        Asker(wiring).prepare()
        told = link_table(wiring).told()
    hold = Links.told(told)
    since = {one.person: one.told // 1_000_000 for one in told}
    rows = (
        {
            "pseudonym": person_text(pseudonym),
            "same_as": person_text(other),
            "person": person_text(hold.who(pseudonym)),
            "told": iso(since[pseudonym]),
        }
        for pseudonym, other in sorted(hold.pairs().items())
    )
    emit(rows, form, COLUMNS)


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    """(where, pseudonym, pseudonym) of each row. Raises BadInput, naming the row."""
    with open_rows(file) as rows:
        for number, row in rows:
            if not isinstance(row, dict):
                raise BadInput(f"{file}, line {number}: {row.sentence}")
            person, other = (str(row.get(name) or "").strip() for name in FILE_COLUMNS)
            if not person or not other:
                raise BadInput(f"{file}, line {number} needs a person and whom they are the same_as.")
            yield f"{file}, line {number}: ", person, other
