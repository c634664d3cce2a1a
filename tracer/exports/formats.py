"""Every format by its name: what it is for, which questions it can hold, and who writes it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

from producers.errors import BadInput
from tracer.exports.answered import Answered, Written

JOINING = ("contacts", "chain", "pairs")
NETWORKS = (*JOINING, "links")
ANY = (*NETWORKS, "visits", "scans", "venues", "ranked", "outbreak")


class Format(NamedTuple):
    """One format. A writer takes the answer and one path per file."""

    name: str
    questions: tuple[str, ...]
    module: str
    """The file in this folder that writes it, as `write_NAME`: loaded when used, for its library."""
    beside: tuple[str, ...] = ()
    """The suffixes of further files: `linelist` goes to OUT.linelist.csv beside OUT.csv."""
    extra: str = ""
    """The extra of this project that brings its library."""

    def files(self, out: Path) -> list[Path]:
        """Where the files of an export to `out` are, the main one first."""
        return [out, *(out.with_name(f"{out.stem}.{word}{out.suffix}") for word in self.beside)]

    def write(self, answered: Answered, paths: Sequence[Path]) -> list[Written]:
        """Writes every file, and says what each holds. Raises BadInput where the library is missing."""
        try:
            module = import_module(f"tracer.exports.{self.module}")
        except ImportError as error:
            raise BadInput(
                f"{self.name} needs {error.name}: install truyvet[{self.extra}], or choose another format."
            ) from None
        writer = cast(Callable[..., Written | tuple[Written, ...]], getattr(module, f"write_{self.name}"))
        done = writer(answered, *paths)
        return [done] if isinstance(done, Written) else list(done)


FORMATS = {
    one.name: one
    for one in (
        Format("csv", ANY, "csv_file"),
        Format("xlsx", ANY, "xlsx_file", extra="export"),
        Format("parquet", ANY, "parquet_file", extra="export"),
        Format("ndjson", ANY, "ndjson_file"),
        Format("graphml", NETWORKS, "graphml"),
        Format("gexf", NETWORKS, "gexf"),
        Format("geojson", ("venues",), "geojson"),
        Format("epicontacts", JOINING, "epicontacts", beside=("linelist",)),
        Format("epicontacttrace", JOINING, "epicontacttrace"),
        Format("godata", JOINING, "godata"),
        Format("sormas", ("contacts", "chain"), "sormas"),
        Format("iris", ("visits",), "iris"),
    )
}


def format_of(name: str, question: str) -> Format:
    """The format of this name. Raises BadInput where it cannot hold the answer to the question."""
    known = FORMATS.get(name)
    if known is None:
        raise BadInput(f"{name!r} is not a format: give one of {', '.join(FORMATS)}.")
    if question not in known.questions:
        fit = ", ".join(one.name for one in FORMATS.values() if question in one.questions)
        raise BadInput(f"{name} cannot hold {question}: give one of {fit}.")
    return known
