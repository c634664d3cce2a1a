"""All tests, in several processes at once: `python tests/side_by_side.py`, as `make test` does.

Most of their time they wait: for services that start, for kills that are noticed. One process has the
scenarios that break a stack of their own; one has what shares the stack (its topics, its Redis), one test
after the other, and a long one that needs none; one has all the rest. With arguments it is one pytest
with these.
"""

import subprocess
import sys
import time
from tempfile import TemporaryFile

GROUPS = {
    "those that share the stack": "(scenario or stack or beside) and not private",
    "those with a stack of their own": "private",
    "those that need no stack": "not (scenario or stack or private or beside)",
}
LONG = "not long"
"""What shows the same in another mode is run by name: `make test ARGS='-m long'`."""


def main() -> int:
    """0 when all pass. The first group is seen as it runs, what the others said when all have ended."""
    pytest = [sys.executable, "-m", "pytest"]
    if sys.argv[1:]:
        return subprocess.call([*pytest, *sys.argv[1:]])
    began = time.monotonic()
    running = []
    for name, wanted in GROUPS.items():
        said = TemporaryFile() if running else None  # noqa: SIM115
        command = [*pytest, "-q", "-m", f"({wanted}) and {LONG}"]
        running.append(
            (name, said, subprocess.Popen(command, stdout=said, stderr=said and subprocess.STDOUT))
        )
    code = 0
    for name, said, process in running:
        code = max(code, abs(process.wait()))
        if said:
            said.seek(0)
            sys.stdout.buffer.write(f"\nAnd {name}:\n".encode() + said.read())
    sys.stdout.buffer.write(f"All tests: {(time.monotonic() - began) / 60:.1f} min\n".encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
