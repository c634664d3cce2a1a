"""Who met whom, where, for how long, and in which order."""
