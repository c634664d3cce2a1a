"""The table of links between documents, for whoever asks questions and whoever tells them."""

import time

from deploy.wiring import Wiring
from storage.links import LinkTable


def link_table(wiring: Wiring) -> LinkTable:
    """Which pseudonyms an operator said are one person."""
    return LinkTable(wiring.engine, wiring.engine.database, lambda: time.time_ns() // 1000)
