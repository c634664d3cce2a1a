"""There is a sentence in both languages for everything a kiosk may refuse."""

from typing import get_args

import pytest

from producers.codes.reading import Reason
from producers.kiosk.door import Outcome
from producers.kiosk.layouts import Keyboard
from producers.kiosk.outbox import NotKept
from producers.kiosk.wording import KEYBOARDS, SENTENCES, Here, said, told


def test_each_reason_has_its_sentence_and_no_other_is_there() -> None:
    """Those of codes, of the disk, and of the kiosk itself."""
    assert set(SENTENCES) == {*get_args(Reason), *get_args(NotKept), *get_args(Here)}
    assert set(KEYBOARDS) == set(get_args(Keyboard))


@pytest.mark.parametrize("why", SENTENCES)
def test_a_sentence_is_short_and_says_what_to_do(why: str) -> None:
    """One line of a small screen for each language; the keyboard is named where it is the reason."""
    vi, en = told(why, "french")
    assert 10 < len(vi) < 90
    assert 10 < len(en) < 90
    assert vi.endswith(".")
    assert en.endswith(".")
    assert ("AZERTY" in vi) == ("AZERTY" in en) == (why == "keyboard")


def test_green_says_what_was_done() -> None:
    """Taken, taken already, or the place was set; and the way where one is known."""
    assert said("taken", "market 12", "in") == ("ĐÃ GHI VÀO", "Checked in")
    assert said("taken", "market 12", "out") == ("ĐÃ GHI RA", "Checked out")
    assert said("repeated", "market 12", "unknown") == ("ĐÃ GHI RỒI", "Already checked in")
    assert said("moved", "market 12", "out") == ("NƠI NÀY: RA market 12", "Place (out) set")
    assert {"taken", "repeated", "moved", "refused"} == set(get_args(Outcome))
