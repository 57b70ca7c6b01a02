"""The waits between tries to log in: none for who mistypes, growing for who guesses, forgotten after an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.guessing import FORGOTTEN_AFTER, NAME, ORIGIN, Patience, tries_now

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

patiences = pytest.mark.parametrize("patience", [NAME, ORIGIN], ids=["name", "origin"])


@patiences
def test_the_free_tries_cost_no_wait_and_the_next_one_does(patience: Patience) -> None:
    assert {patience.wait(tries) for tries in range(patience.free + 1)} == {timedelta()}
    assert patience.wait(patience.free + 1) == patience.first > timedelta()


@patiences
def test_each_wait_is_twice_the_one_before_until_the_longest(patience: Patience) -> None:
    waits = [patience.wait(patience.free + number) for number in range(1, 40)]
    for earlier, later in pairwise(waits):
        assert later == min(2 * earlier, patience.most)
    assert waits[-1] == patience.most


@patiences
@given(tries=st.integers(0, 10**12))
def test_no_number_of_tries_makes_a_longer_wait_than_the_longest(patience: Patience, tries: int) -> None:
    assert timedelta() <= patience.wait(tries) <= patience.most
    assert patience.wait(tries) <= patience.wait(tries + 1)


@patiences
def test_no_wait_outlasts_the_memory_of_the_tries_it_is_for(patience: Patience) -> None:
    """Else a row that still holds somebody up could be cleared away."""
    assert patience.most < FORGOTTEN_AFTER


def test_five_wrong_passwords_of_one_name_take_longer_than_a_person_notices_and_a_name_never_waits_for_hours() -> None:
    assert sum((NAME.wait(tries) for tries in range(1, 5)), timedelta()) < timedelta(minutes=1)
    assert NAME.most <= timedelta(minutes=15)


def test_one_password_tried_on_sixty_names_takes_more_than_half_an_hour() -> None:
    assert sum((ORIGIN.wait(tries) for tries in range(1, 60)), timedelta()) > timedelta(minutes=30)


@given(st.integers(1, 1000), st.timedeltas(timedelta(0), FORGOTTEN_AFTER - SECOND))
def test_tries_of_the_last_hour_count(tries: int, ago: timedelta) -> None:
    assert tries_now(tries, NOW - ago, NOW) == tries


@given(st.integers(1, 1000), st.timedeltas(FORGOTTEN_AFTER, timedelta(days=4000)))
def test_after_an_hour_they_are_forgotten(tries: int, ago: timedelta) -> None:
    assert tries_now(tries, NOW - ago, NOW) == 0


@given(st.integers(1, 1000), st.timedeltas(SECOND, timedelta(days=4000)))
def test_a_clock_set_back_forgets_nothing(tries: int, ahead: timedelta) -> None:
    assert tries_now(tries, NOW + ahead, NOW) == tries
