"""The console script `truyvet`: one sentence and an exit code for whatever goes wrong."""

import sys

import deploy.cli.code_tables
import deploy.cli.coverage
import deploy.cli.dead
import deploy.cli.declarations
import deploy.cli.difference
import deploy.cli.export
import deploy.cli.gateway
import deploy.cli.ingest
import deploy.cli.kiosk
import deploy.cli.operate
import deploy.cli.outbreak
import deploy.cli.paper
import deploy.cli.persons
import deploy.cli.poster
import deploy.cli.questions
import deploy.cli.repair
import deploy.cli.screen
import deploy.cli.simulate
import deploy.cli.units
import deploy.cli.venues  # noqa: F401  (each file adds its commands to the app)
from deploy.cli.shared import Exit, app
from deploy.output import tell
from producers.errors import BadInput, TruyvetError


def main() -> None:
    """Run one command."""
    try:
        app()
    except TruyvetError as error:
        tell(f"truyvet: {error}")
        sys.exit(Exit.bad_input if isinstance(error, BadInput) else Exit.outside)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; there is nobody to tell.
        sys.stderr.close()
        sys.exit(Exit.incomplete)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
