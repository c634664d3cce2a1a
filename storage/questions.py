"""The questions we ask the store, each an SQL file that a person can read and run by hand."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from string import Template

SQL = files("storage") / "sql"


@cache
def _template(name: str) -> Template:
    return Template((SQL / "questions" / f"{name}.sql").read_text(encoding="utf-8"))


def question(name: str, database: str, **words: int | str) -> str:
    """The SQL of `storage/sql/questions/<name>.sql`. Words are numbers or `numbers(...)`, or
    names checked against a narrow pattern: the oldest engine has no parameters, so no other text
    may be written into SQL.
    """
    return _template(name).substitute(words, database=database)


def numbers(values: Iterable[int]) -> str:
    """Numbers with commas.

    >>> numbers([1, 18446744073709551615])
    '1,18446744073709551615'
    """
    return ",".join(map(str, map(int, values)))
