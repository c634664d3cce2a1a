"""How often Python looks for cycles, in a process that makes very many objects and hardly a cycle."""

import gc

COLLECT_AFTER = (200_000, 50, 100)


def collect_rarely() -> None:
    """For the rest of this process; to be called when what stays has been made.

    A batch makes hundreds of thousands of objects: with Python's own thresholds the collector walks them
    again and again, a fifth of a worker's time (bench/in_memory.py).
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
