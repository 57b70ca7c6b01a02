"""The derived status: precedence, calendar months, and the instant at which it changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.accounts import AccountFacts, AccountStatus, Lives, PasswordStatus, days_left, password_until, status

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

instants = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
all_facts = st.builds(
    AccountFacts,
    last_login_at=st.none() | instants,
    blocked_at=st.none() | instants,
    temporary=st.booleans(),
    password_until=instants,
)


@pytest.mark.parametrize(
    ("set_on", "until"),
    [
        ((2026, 1, 15), (2026, 7, 15)),
        ((2026, 8, 31), (2027, 2, 28)),
        ((2027, 8, 31), (2028, 2, 29)),
        ((2027, 8, 29), (2028, 2, 29)),
        ((2028, 2, 29), (2028, 8, 29)),
        ((2026, 3, 31), (2026, 9, 30)),
        ((2026, 6, 30), (2026, 12, 30)),
        ((2026, 12, 31), (2027, 6, 30)),
    ],
)
def test_a_password_lives_six_calendar_months(set_on: tuple[int, int, int], until: tuple[int, int, int]) -> None:
    set_at = datetime(*set_on, 23, 59, 58, tzinfo=UTC)
    assert password_until(set_at, False, Lives()) == datetime(*until, 23, 59, 58, tzinfo=UTC)


def test_a_temporary_password_lives_fourteen_days_across_a_leap_day() -> None:
    assert password_until(datetime(2028, 2, 20, tzinfo=UTC), True, Lives()) == datetime(2028, 3, 5, tzinfo=UTC)


@given(instants, st.integers(1, 60))
def test_months_lead_to_the_same_day_or_the_last_of_the_month(set_at: datetime, months: int) -> None:
    until = password_until(set_at, False, Lives(password_months=months))
    assert (until.year - set_at.year) * 12 + until.month - set_at.month == months
    assert until.day == set_at.day or (until.day < set_at.day and (until + timedelta(days=1)).day == 1)
    assert until.timetz() == set_at.timetz()


@pytest.mark.parametrize(
    ("blocked", "until", "temporary", "expected"),
    [
        (True, -SECOND, True, PasswordStatus.BLOCKED),
        (True, SECOND, False, PasswordStatus.BLOCKED),
        (False, timedelta(0), True, PasswordStatus.EXPIRED),
        (False, timedelta(0), False, PasswordStatus.EXPIRED),
        (False, SECOND, True, PasswordStatus.TEMPORARY),
        (False, SECOND, False, PasswordStatus.VALID),
    ],
)
def test_precedence(blocked: bool, until: timedelta, temporary: bool, expected: PasswordStatus) -> None:
    facts = AccountFacts(None, NOW if blocked else None, temporary, NOW + until)
    assert status(facts, NOW).password is expected


def test_an_account_is_new_until_the_first_log_in() -> None:
    assert status(AccountFacts(None, None, False, NOW), NOW).account is AccountStatus.NEW
    assert status(AccountFacts(NOW, None, False, NOW), NOW).account is AccountStatus.ACTIVE


@given(all_facts, instants)
def test_the_status_holds_until_it_changes_and_no_longer(facts: AccountFacts, now: datetime) -> None:
    found = status(facts, now)
    if found.changes_at is None:
        assert found.password in {PasswordStatus.BLOCKED, PasswordStatus.EXPIRED}
        assert status(facts, now + timedelta(days=4000)) == found
    else:
        assert status(facts, found.changes_at - timedelta(microseconds=1)) == found
        assert status(facts, found.changes_at).password is PasswordStatus.EXPIRED


def test_a_begun_day_counts() -> None:
    def left(until: timedelta) -> int | None:
        return days_left(status(AccountFacts(NOW, None, False, NOW + until), NOW), NOW)

    assert left(timedelta(days=7)) == 7
    assert left(timedelta(days=6, seconds=1)) == 7
    assert left(timedelta(microseconds=1)) == 1
    assert left(timedelta(0)) is None
