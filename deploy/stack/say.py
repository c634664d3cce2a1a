"""Tells the person at the terminal what is happening, one line at a time."""

import sys


def say(line: str) -> None:
    """Write to standard error, so that a command's own output stays clean for a pipe."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
