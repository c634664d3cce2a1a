"""The stack without services: one process holds the messages and the state, one folder the visits."""

from pathlib import Path

from deploy.stack import record


class EmbeddedStack:
    """Nothing to start and nothing to stop; only addresses that say so."""

    name = "embedded"
    about = "one process, in-memory broker and state, chDB on disk"

    def __init__(self, run: Path) -> None:
        self.run = run.resolve()

    def prepare(self) -> None:
        """Everything it needs came with `make install`."""

    def up(self) -> dict[str, str]:
        """Make the folder and return the addresses."""
        folder = self.run / "embedded"
        folder.mkdir(parents=True, exist_ok=True)
        known = record.Record.read(self.run)
        known.stack = self.name
        known.write()
        env = {
            "TRUYVET_BROKER": "memory://",
            "TRUYVET_STATE": "memory://",
            "TRUYVET_STORE": f"chdb://{folder}",
        }
        record.write_env(self.run, env)
        return env

    def down(self) -> None:
        """Withdraw the addresses; the visits on disk stay."""
        record.remove_env(self.run)
        known = record.Record.read(self.run)
        if known.stack == self.name:
            known.stack = ""
            known.write()

    def status(self) -> list[tuple[str, str, str]]:
        """One row: there is one part."""
        return [("embedded", "no process of its own", str(self.run / "embedded"))]
