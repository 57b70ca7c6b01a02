"""The status of a stored account: what its history makes of it, the same to the rule, the query and the list's filter.

The expected status is told from the history by the requirements alone: 14 days for a temporary password, 6 calendar
months for a chosen one, and of several that hold: blocked, expired, temporary, valid (S4.7, S4.9, S4.10).
"""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.policy import system_actor
from imi_tui.services import credentials
from imi_tui.services.status import account_status, condition
from imi_tui.services.users_list import UserQuery, users_counts, users_page
from tests.world import Clock, World

WORKER = system_actor("worker")
SECOND = timedelta(seconds=1)
PRECEDENCE = ("blocked", "expired", "temporary", "valid")


@dataclass
class Told:
    """A history as it is told: what holds of the account, besides what time does to it."""

    until: datetime
    temporary: bool = True
    blocked: bool = False
    seen: bool = False

    def happens(self, what: str, now: datetime) -> bool:
        """Whether this could happen, and what it changes."""
        match what:
            case "chosen" if not self.blocked:
                self.until, self.temporary = _six_months_after(now), False
            case "reset":
                self.until, self.temporary, self.blocked = now + timedelta(days=14), True, False
            case "mailed" if self.temporary and not self.blocked:
                self.until = now + timedelta(days=14)
            case "blocked":
                self.blocked = True
            case "logged in" if not self.blocked:
                self.seen = True
            case _:
                return False
        return True

    def statuses(self, now: datetime) -> set[str]:
        """The badges at an instant."""
        holds = {"blocked": self.blocked, "expired": self.until <= now, "temporary": self.temporary, "valid": True}
        return {next(one for one in PRECEDENCE if holds[one]), "active" if self.seen else "new"}


def _six_months_after(at: datetime) -> datetime:
    """The same day six months on, or the last of that month."""
    year, month = at.year + (at.month + 5) // 12, (at.month + 5) % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def _store(ctx: Context, user: int, what: str, now: datetime) -> None:
    """The same in the store, by whoever writes the facts of passwords."""
    lives = credentials.lives_of(ctx.settings)
    match what:
        case "chosen":
            credentials.set_password(user, "hash", now, lives)
        case "reset":
            credentials.make_temporary(user, now, lives)
        case "mailed":
            credentials.give_temporary(user, "hash", now, lives)
        case "blocked":
            credentials.block(user, now)
        case "logged in":
            User.update(last_login_at=now, logged_in=True).where(User.id == user).execute()


_EDGES = [
    datetime(2027, 8, 31, 23, 59, 59, tzinfo=UTC),  # six months on: 29 February
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2026, 8, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC),  # the clocks of the Union go forward
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # and back
    datetime(2100, 2, 28, tzinfo=UTC),  # no leap year
]
_BEGINNINGS = st.sampled_from(_EDGES) | st.datetimes(datetime(2020, 1, 1), datetime(2120, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
_WAITS = st.sampled_from([timedelta(0), SECOND, timedelta(days=14), timedelta(days=181)]) | st.integers(
    0, 400 * 86_400
).map(lambda seconds: timedelta(seconds=seconds))
_EVENTS = st.tuples(st.sampled_from(["chosen", "reset", "mailed", "blocked", "logged in"]), _WAITS)
_HISTORIES = st.lists(st.lists(_EVENTS, max_size=6), min_size=1, max_size=4)
_ZONES = st.timedeltas(timedelta(hours=-12), timedelta(hours=14)).map(
    lambda off: timezone(timedelta(minutes=off // timedelta(minutes=1)))
)


@pytest.fixture(params=["UTC", "Europe/Riga", "Pacific/Kiritimati"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server stands in this time zone."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(began=_BEGINNINGS, histories=_HISTORIES, zone=_ZONES, later=_WAITS)
@example(_EDGES[0], [[("chosen", timedelta(0))]], UTC, timedelta(0))
@example(_EDGES[1], [[("chosen", timedelta(0)), ("blocked", SECOND), ("reset", SECOND)]], UTC, timedelta(0))
def test_the_rule_the_query_and_the_filter_say_what_the_history_says(
    ctx: Context,
    world: World,
    clock: Clock,
    server_zone: str,
    began: datetime,
    histories: list[list[tuple[str, timedelta]]],
    zone: timezone,
    later: timedelta,
) -> None:
    with ctx.store.writing():
        User.delete().execute()
        authority = Authority.select(Authority.id).scalar() or world.authority()
        people: dict[int, Told] = {}
        ends = []
        for history in histories:
            now = clock.at = began
            user = world.user(authority, temporary=True, logged_in=False)
            people[user] = told = Told(until=now)
            for what, wait in [("reset", timedelta(0)), *history]:
                now += wait
                if told.happens(what, now):
                    _store(ctx, user, what, now)
            ends.append(now)
    instants = [
        max(ends) + later,
        *(told.until + beside for told in people.values() for beside in (-SECOND, 0 * SECOND)),
    ]
    for instant in instants:
        for now in (instant, instant.astimezone(zone), instant + timedelta(microseconds=999_999)):
            clock.at = now
            _all_agree(ctx, authority, {user: told.statuses(now) for user, told in people.items()}, now)


def _all_agree(ctx: Context, authority: int, expected: dict[int, set[str]], now: datetime) -> None:
    with ctx.store.reading():
        by_rule = {}
        for row in User.select():
            found = account_status(row, now)
            by_rule[row.id] = {found.account.value, found.password.value}
        by_query: dict[int, set[str]] = {user: set() for user in expected}
        for wanted in (*AccountStatus, *PasswordStatus):
            for (user,) in User.select(User.id).where(condition(wanted, now)).tuples():
                by_query[user].add(wanted.value)
    by_filter: dict[int, set[str]] = {user: set() for user in expected}
    for wanted in (*AccountStatus, *PasswordStatus):
        for shown in users_page(ctx, WORKER, authority, UserQuery(status=wanted)):
            by_filter[shown.id].add(wanted.value)
    assert by_rule == by_query == by_filter == expected
    counts = users_counts(ctx, WORKER, authority)
    for name in ("new", "blocked", "expired"):
        assert getattr(counts, name) == sum(name in one for one in expected.values())
