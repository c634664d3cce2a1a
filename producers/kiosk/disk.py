"""What makes a new file safe from a power cut."""

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Returns when the disk has the folder's entries: without them a whole file would not be found."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
