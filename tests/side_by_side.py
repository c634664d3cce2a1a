"""All tests, in two processes at once: `python tests/side_by_side.py`, as `make test` does.

One has what shares the stack (its topics, its Redis), one test after the other; the other has all the rest,
which needs no stack. With arguments it is one pytest with these.
"""

import subprocess
import sys
import time

TOGETHER = "scenario or stack"
LONG = "not long"
"""What shows the same in another mode is run by name: `make test ARGS='-m long'`."""


def main() -> int:
    """0 when both pass; what the second one said is printed when both have ended."""
    pytest = [sys.executable, "-m", "pytest"]
    if sys.argv[1:]:
        return subprocess.call([*pytest, *sys.argv[1:]])
    began = time.monotonic()
    with subprocess.Popen(
        [*pytest, "-q", "-m", f"not ({TOGETHER}) and {LONG}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as apart:
        together = subprocess.Popen([*pytest, "-q", "-m", f"({TOGETHER}) and {LONG}"])
        said, _ = apart.communicate()
        minutes = (time.monotonic() - began) / 60
        code = together.wait()
    sys.stdout.buffer.write(f"\nAnd those that need no stack ({minutes:.1f} min):\n".encode() + said)
    return code or apart.returncode


if __name__ == "__main__":
    sys.exit(main())
