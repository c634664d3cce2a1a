"""A connection is used by one call at a time, again after success, and never after an error."""

from itertools import count
from threading import Barrier, Thread

import pytest

from storage.pool import Pool


@pytest.fixture
def closed() -> list[int]:
    return []


@pytest.fixture
def pool(closed: list[int]) -> Pool[int]:
    """Connections are numbered as they are made."""
    numbers = count()
    return Pool(lambda: next(numbers), closed.append)


def test_a_connection_is_used_again(pool: Pool[int], closed: list[int]) -> None:
    for _ in range(3):
        with pool.borrow() as connection:
            assert connection == 0
    assert closed == []


def test_two_calls_at_once_have_two(pool: Pool[int]) -> None:
    with pool.borrow() as one, pool.borrow() as other:
        assert one != other


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_after_an_error_a_new_one_is_made(
    pool: Pool[int], closed: list[int], error: type[BaseException]
) -> None:
    with pytest.raises(error), pool.borrow():
        raise error
    assert closed == [0]
    with pool.borrow() as connection:
        assert connection == 1


def test_close_closes_what_is_idle(pool: Pool[int], closed: list[int]) -> None:
    with pool.borrow(), pool.borrow():
        pass
    pool.close()
    assert sorted(closed) == [0, 1]


def test_threads_never_share(pool: Pool[int]) -> None:
    """All hold theirs at the barrier at one time."""
    barrier, held = Barrier(8), list[int]()

    def use() -> None:
        with pool.borrow() as connection:
            barrier.wait(timeout=30)
            held.append(connection)

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == list(range(8))
