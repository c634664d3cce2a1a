"""Every error this project raises on purpose, named by what the caller should do about it.

    TruyvetError
     +-- BadInput      what was given cannot be used: mend it (a file, a row, a question, a setting)
     +-- Unavailable   broker, state or store is down: keep the work, wait, try again
     +-- Refused       broker, state or store answered no: a person must act

The message is one sentence for a person: what, where, and what to do. No traceback is shown.
"""


class TruyvetError(Exception):
    """One sentence: what, where, what to do."""


class BadInput(TruyvetError):
    """The input is wrong; the same input will be wrong again."""


class Unavailable(TruyvetError):
    """The outside cannot be reached now; the same call may work later."""


class Refused(TruyvetError):
    """The outside answered and does not accept what was asked."""
