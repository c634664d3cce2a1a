"""The test files can all be collected together: pytest knows a file by its name alone."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def test_no_two_test_files_share_a_name() -> None:
    """Two files of one name in two folders stop the whole run before its first test."""
    names = Counter(file.name for file in TESTS.rglob("*.py") if file.name != "conftest.py")
    assert not [name for name, times in names.items() if times > 1]
