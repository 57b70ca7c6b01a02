"""Who is reminded: the store finds exactly those of whom the rule says so, each once, and nobody who need not hear."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.models import Authority, Mail, User
from imi_tui.context import Context
from imi_tui.mail.delivery import WORKER
from imi_tui.mail.rehearsal import rehearse
from imi_tui.mail.transports import Away
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import credentials, deliveries, login, reminders, users
from imi_tui.worker import run_once
from tests.world import NOW, PASSWORD, Clock, World

GUIDE = (14, 7, 1)
CHOSEN = "Zilonis-17-Kaza"


class Letterbox:
    """A transport that keeps the subjects of what it was given; nothing passes while `away`."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.away = False

    def send(self, message: EmailMessage) -> None:
        if self.away:
            raise Away("out_of_reach")
        self.subjects.append(message["Subject"])


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


def _user(world: World, authority: int, *, days: float, username: str = "", **facts: object) -> int:
    """A user whose password ends in so many days."""
    user = world.user(authority, language="en", username=username)
    until = world.ctx.now() + timedelta(days=days)
    with world.ctx.store.writing():
        User.update(password_until=until, attention_at=until, **facts).where(User.id == user).execute()
    return user


def _queued(ctx: Context) -> list[tuple[int, str]]:
    with ctx.store.reading():
        return [(mail.user_id, mail.kind) for mail in Mail.select().order_by(Mail.id)]


# The store and the rule


@dataclass(frozen=True)
class Someone:
    """What is stored of a user's password, without regard to whether the services could have written it."""

    until: timedelta
    temporary: bool
    mailed: bool
    told: int | None
    blocked: bool

    def owed(self, since_now: timedelta, reminder_days: tuple[int, ...]) -> int | None:
        """What is due, put the long way round; the end of a blocked password was marked as told."""
        if not self.mailed or self.blocked:
            return None
        moments = {0: self.until}
        if not self.temporary:
            moments |= {days: self.until - timedelta(days=days) for days in reminder_days}
        latest = min((days for days, moment in moments.items() if moment <= since_now), default=None)
        if latest is None or (self.told is not None and self.told <= latest):
            return None
        return latest


_SPANS = st.one_of(
    st.builds(lambda days, beside: timedelta(days=days, seconds=beside), st.integers(-2, 41), st.integers(-1, 1)),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(
        lambda span: timedelta(seconds=span // timedelta(seconds=1))
    ),
)
_PEOPLE = st.lists(
    st.builds(
        Someone,
        until=_SPANS,
        temporary=st.booleans(),
        mailed=st.booleans(),
        told=st.none() | st.integers(0, 41),
        blocked=st.booleans(),
    ),
    max_size=8,
)
_SETTINGS = st.just(GUIDE) | st.lists(st.integers(1, 41), max_size=4).map(tuple)
_LOOKS = st.lists(
    st.tuples(st.timedeltas(timedelta(0), timedelta(days=20)), _SETTINGS, st.booleans()), min_size=1, max_size=5
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=_PEOPLE, looks=_LOOKS)
def test_the_store_finds_whom_the_rule_means_whatever_happened_and_was_set_between_the_looks(
    ctx: Context,
    world: World,
    clock: Clock,
    people: list[Someone],
    looks: list[tuple[timedelta, tuple[int, ...], bool]],
) -> None:
    clock.at = NOW
    with ctx.store.writing():
        User.delete().execute()
        authority = (Authority.select(Authority.id).scalar()) or world.authority()
        stored = {world.user(authority): person for person in people}
        for user, person in stored.items():
            User.update(
                password_until=NOW + person.until,
                password_temporary=person.temporary,
                password_hash="hash" if person.mailed else None,
                told_days=0 if person.blocked else person.told,
                blocked_at=NOW if person.blocked else None,
            ).where(User.id == user).execute()
    for wait, reminder_days, does_queue in looks:
        clock.at += wait
        at = replace(ctx, settings=replace(ctx.settings, reminder_days=reminder_days))
        owed = {user: person.owed(clock.at - NOW, reminder_days) for user, person in stored.items()}
        due = {user: step for user, step in owed.items() if step is not None}
        found = {mail.user_id: mail.kind for mail in reminders.due_now(at, WORKER)}
        assert found == {user: _kind(step, stored[user].temporary) for user, step in due.items()}
        if does_queue:
            assert reminders.queue_due(at, WORKER) == len(due)
            stored = {user: replace(one, told=due.get(user, one.told)) for user, one in stored.items()}
            assert reminders.due_now(at, WORKER) == ()
            assert reminders.queue_due(at, WORKER) == 0


def _kind(step: int, temporary: bool) -> str:
    if step:
        return "password_reminder"
    return "password_lapsed" if temporary else "password_expired"


def test_whose_password_ends_first_is_told_first_and_more_than_a_bite_is_no_matter(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BITE", 3)
    people = [_user(world, authority, days=14 - number) for number in range(8)]
    assert [mail.user_id for mail in reminders.due_now(ctx, WORKER, limit=5)] == people[:2:-1]
    assert reminders.queue_due(ctx, WORKER) == 8
    assert [user for user, _kind in _queued(ctx)] == people[::-1]


def test_what_was_told_and_the_mail_that_tells_it_are_committed_together(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = _user(world, authority, days=7)

    class Killed(BaseException):
        pass

    def killed(*_given: object) -> int:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(reminders.outbox, "queue", killed)
        with pytest.raises(Killed):
            reminders.queue_due(ctx, WORKER)
    assert _queued(ctx) == []
    assert reminders.queue_due(ctx, WORKER) == 1
    assert _queued(ctx) == [(user, MailKind.PASSWORD_REMINDER)]


def test_workers_at_the_same_moment_queue_each_reminder_once(ctx: Context, world: World, authority: int) -> None:
    people = [_user(world, authority, days=14 - number % 20) for number in range(450)]
    start = threading.Barrier(4)
    queued: list[int] = []

    def work() -> None:
        start.wait()
        queued.append(reminders.queue_due(ctx, WORKER))
        ctx.store.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(queued) == 4
    assert sum(queued) == 450
    assert sorted(user for user, _kind in _queued(ctx)) == people


# Who need not hear


def test_a_password_changed_meanwhile_silences_the_reminder_that_waits(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    user = _user(world, authority, days=14)
    box.away = True
    run_once(ctx, box)
    assert _queued(ctx) == [(user, MailKind.PASSWORD_REMINDER)]
    login.choose_password(ctx, Actor(user), PASSWORD, CHOSEN)
    box.away = False
    clock.move(hours=1)
    assert run_once(ctx, box).sent == 0
    assert (box.subjects, _queued(ctx)) == ([], [])


def test_the_next_password_is_reminded_of_in_its_own_time(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    user = _user(world, authority, days=14)
    run_once(ctx, box)
    login.choose_password(ctx, Actor(user), PASSWORD, CHOSEN)
    until = User.get_by_id(user).password_until
    clock.at = until - timedelta(days=14, seconds=1)
    run_once(ctx, box)
    assert len(box.subjects) == 1
    clock.move(seconds=1)
    run_once(ctx, box)
    assert box.subjects == ["Your password for IMI expires in 14 days"] * 2


def test_a_later_step_takes_the_place_of_an_earlier_one_that_did_not_go_out(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    _user(world, authority, days=14)
    box.away = True
    for _step in range(3):
        run_once(ctx, box)
        clock.move(days=7)
        assert len(_queued(ctx)) == 1
    box.away = False
    run_once(ctx, box)
    assert box.subjects == ["Your password for IMI has expired"]


def test_after_a_downtime_only_the_latest_is_told_though_a_worker_was_killed_over_an_earlier_one(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    _user(world, authority, days=14)
    reminders.queue_due(ctx, WORKER)
    killed_over = deliveries.claim(ctx, WORKER)
    assert killed_over is not None
    clock.move(days=8)
    run_once(ctx, box)
    assert box.subjects == ["Your password for IMI expires in 6 days"]
    assert len(_queued(ctx)) == 1


def test_who_is_mailed_a_new_temporary_password_is_not_told_that_the_one_before_has_lapsed(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    """A worker was killed just after sending, and was away until that password had lapsed."""
    administrator = world.administrator(authority)
    user = world.user(authority, language="en")
    users.reset_password(ctx, administrator, authority, user)
    claimed = deliveries.claim(ctx, WORKER)
    assert claimed is not None
    deliveries.give_password(ctx, WORKER, claimed, "hash")
    clock.move(days=15)
    run_once(ctx, box)
    assert box.subjects == ["Your temporary password for IMI"]
    clock.move(days=14)
    run_once(ctx, box)
    assert box.subjects[1:] == ["Your temporary password for IMI has lapsed"]


def test_a_blocked_password_is_reminded_of_neither_before_nor_after_its_end(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    before, waiting = _user(world, authority, days=20), _user(world, authority, days=14)
    box.away = True
    run_once(ctx, box)
    assert _queued(ctx) == [(waiting, MailKind.PASSWORD_REMINDER)]
    with ctx.store.writing():
        for user in (before, waiting):
            credentials.block(user, clock())
    box.away = False
    for _day in range(30):
        clock.move(days=1)
        run_once(ctx, box)
    assert box.subjects == []


def test_a_reset_begins_anew_and_nothing_is_told_until_the_temporary_password_was_mailed(
    ctx: Context, world: World, authority: int, box: Letterbox, clock: Clock
) -> None:
    administrator = world.administrator(authority)
    user = _user(world, authority, days=-1, told_days=0)
    users.reset_password(ctx, administrator, authority, user)
    box.away = True
    for _day in range(20):
        run_once(ctx, box)
        clock.move(days=1)
    assert _queued(ctx) == [(user, MailKind.PASSWORD_RESET)]
    box.away = False
    run_once(ctx, box)
    clock.move(days=14)
    run_once(ctx, box)
    assert box.subjects == ["Your temporary password for IMI", "Your temporary password for IMI has lapsed"]


def test_a_rehearsal_tells_what_the_worker_then_sends_and_changes_nothing(
    ctx: Context, world: World, authority: int, box: Letterbox
) -> None:
    for days in (13, 6, 0.5, -3, 30):
        _user(world, authority, days=days)
    before = _queued(ctx)
    told = [mail.subject for mail in rehearse(ctx)]
    assert _queued(ctx) == before == []
    run_once(ctx, box)
    assert sorted(box.subjects) == sorted(told)
    assert len(told) == 4


# What it costs


@contextmanager
def _counted(ctx: Context) -> Iterator[list[str]]:
    statements: list[str] = []
    execute = ctx.store.database.execute_sql

    def counted(sql: str, *more: object, **named: object) -> object:
        statements.append(sql)
        return execute(sql, *more, **named)

    ctx.store.database.execute_sql = counted
    try:
        yield statements
    finally:
        del ctx.store.database.execute_sql


def test_users_who_are_not_due_cost_no_statement(ctx: Context, world: World, authority: int) -> None:
    def cost() -> int:
        with _counted(ctx) as statements:
            reminders.queue_due(ctx, WORKER)
        return len(statements)

    def grow() -> None:
        with ctx.store.writing():
            for number in range(300):
                user = world.user(authority)
                User.update(
                    password_until=NOW + timedelta(days=2 + number % 150),
                    told_days=(None, 14, 7, 1, 0)[number % 5] if number % 150 < 10 else None,
                ).where(User.id == user).execute()

    grow()
    reminders.queue_due(ctx, WORKER)
    few = cost()
    grow()
    reminders.queue_due(ctx, WORKER)
    assert cost() == few < 20


def test_only_the_house_itself_may_remind(ctx: Context, world: World, authority: int) -> None:
    administrator = world.administrator(authority)
    for remind in (reminders.queue_due, reminders.due_now):
        with pytest.raises(NotAllowed):
            remind(ctx, administrator)
