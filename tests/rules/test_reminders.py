"""The steps of a password's last days: each told once, on time or late, and only the latest to whoever was away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.kinds import MailKind
from imi_tui.rules.reminders import OVER, kind_of, step_due, steps

UNTIL = datetime(2028, 2, 29, 12, tzinfo=UTC)
GUIDE = (14, 7, 1)
SECOND = timedelta(seconds=1)

settings_of = st.lists(st.integers(1, 40), max_size=5).map(tuple)


@st.composite
def _looks(draw: st.DrawFn) -> list[datetime]:
    """Increasing instants around the end, many of them at the very moment of a step or a second beside it."""
    near = st.builds(lambda days, beside: timedelta(days=-days, seconds=beside), st.integers(0, 41), st.integers(-1, 1))
    anywhen = st.timedeltas(timedelta(days=-60), timedelta(days=60))
    spans = draw(st.lists(near | anywhen, min_size=1, max_size=30))
    return sorted(UNTIL + span for span in spans)


def _told(
    looks: list[datetime], temporary: bool, reminder_days: list[tuple[int, ...]], told: int | None = None
) -> list[tuple[datetime, int]]:
    """What is told at these looks, each under the settings of its day."""
    said = []
    for number, now in enumerate(looks):
        days = reminder_days[number % len(reminder_days)]
        step = step_due(UNTIL, temporary, told, now, days)
        if step is not None:
            said.append((now, step))
            told = step
            assert step_due(UNTIL, temporary, told, now, days) is None
    return said


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (timedelta(days=14) + SECOND, None),
        (timedelta(days=14), 14),
        (timedelta(days=7) + SECOND, 14),
        (timedelta(days=7), 7),
        (timedelta(days=1) + SECOND, 7),
        (timedelta(days=1), 1),
        (SECOND, 1),
        (timedelta(0), OVER),
        (timedelta(days=-400), OVER),
    ],
)
def test_whoever_was_told_nothing_is_told_the_latest_step(before: timedelta, step: int | None) -> None:
    assert step_due(UNTIL, False, None, UNTIL - before, GUIDE) == step


@given(_looks(), settings_of)
def test_each_step_is_told_once_and_none_after_a_later_one(looks: list[datetime], days: tuple[int, ...]) -> None:
    said = [step for _now, step in _told(looks, False, [days])]
    assert all(earlier > later for earlier, later in pairwise(said))


@given(_looks(), settings_of, st.booleans())
def test_nothing_is_told_before_its_moment(looks: list[datetime], days: tuple[int, ...], temporary: bool) -> None:
    for now, step in _told(looks, temporary, [days]):
        assert step in {*days, OVER}
        assert now >= UNTIL - timedelta(days=step)


@given(_looks(), settings_of)
def test_after_any_look_the_last_told_is_the_latest_whose_moment_has_come(
    looks: list[datetime], days: tuple[int, ...]
) -> None:
    for number in range(1, len(looks) + 1):
        said = _told(looks[:number], False, [days])
        come = [day for day in {*days, OVER} if looks[number - 1] >= UNTIL - timedelta(days=day)]
        assert [step for _now, step in said[-1:]] == ([min(come)] if come else [])


@given(_looks(), settings_of)
def test_of_a_temporary_password_only_its_end_is_told(looks: list[datetime], days: tuple[int, ...]) -> None:
    said = _told(looks, True, [days])
    assert [step for _now, step in said] == ([OVER] if looks[-1] >= UNTIL else [])
    assert all(now == next(look for look in looks if look >= UNTIL) for now, _step in said)


@given(_looks(), st.lists(settings_of, min_size=1, max_size=4))
def test_settings_that_change_in_between_repeat_nothing(looks: list[datetime], settings: list[tuple[int, ...]]) -> None:
    said = [step for _now, step in _told(looks, False, settings)]
    assert all(earlier > later for earlier, later in pairwise(said))
    assert (said[-1:] == [OVER]) == (looks[-1] >= UNTIL)


@given(_looks(), settings_of, st.booleans())
def test_where_the_end_was_told_or_the_password_is_blocked_nothing_more_is_said(
    looks: list[datetime], days: tuple[int, ...], temporary: bool
) -> None:
    assert _told(looks, temporary, [days], told=OVER) == []


def test_the_steps_count_down_to_the_end_in_whatever_order_they_were_set() -> None:
    assert steps((1, 14, 7), False) == (14, 7, 1, OVER)
    assert steps((), False) == steps(GUIDE, True) == (OVER,)


@pytest.mark.parametrize(
    ("step", "temporary", "kind"),
    [
        (14, False, MailKind.PASSWORD_REMINDER),
        (1, False, MailKind.PASSWORD_REMINDER),
        (OVER, False, MailKind.PASSWORD_EXPIRED),
        (OVER, True, MailKind.PASSWORD_LAPSED),
    ],
)
def test_each_step_has_its_mail(step: int, temporary: bool, kind: MailKind) -> None:
    assert kind_of(step, temporary) is kind
