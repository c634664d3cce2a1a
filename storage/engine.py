"""What any SQL engine must do for the store: a server over the network or one inside the process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from storage.capabilities import Capabilities

Row = tuple[Any, ...]
"""One row as plain ints and strings, in the order of the SELECT."""

Columns = Mapping[str, Sequence[int] | Sequence[str] | NDArray[Any]]
"""Column name -> its values, all of one length; moments are epoch seconds."""

BLOCK_ROWS = 65_536
"""About how many rows a stream holds at a time."""


class Engine(Protocol):
    """Runs SQL that we wrote. Safe to call from several threads at once, also during a stream.

    On failure: Unavailable (down, overloaded: the same call may work later) or Refused.
    """

    @property
    def place(self) -> str:
        """Where it is, for a sentence: `ClickHouse at db1:9000`."""
        ...

    @property
    def database(self) -> str:
        """The database its URL names; connecting does not need it, so that it can be made."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Asked of the engine once, then remembered."""
        ...

    def execute(self, sql: str) -> None:
        """Run one statement that answers nothing."""
        ...

    def insert(self, table: str, columns: Columns) -> None:
        """Store rows. When it returns they are readable by anyone and survive kill -9."""
        ...

    def rows(self, sql: str) -> list[Row]:
        """The whole answer."""
        ...

    def arrays(self, sql: str) -> list[NDArray[Any]]:
        """The whole answer by columns, numbers only; an answer without rows may have no columns."""
        ...

    def stream(self, sql: str) -> Iterator[list[Row]]:
        """The answer in blocks; may be left unfinished (close it or drop it)."""
        ...

    def close(self) -> None:
        """Give everything back. The engine is of no use afterwards."""
        ...
