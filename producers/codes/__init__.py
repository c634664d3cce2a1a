"""The codes people scan: our own, and those of other systems, read, made and printed."""
