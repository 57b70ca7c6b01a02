"""Sessions: begun by the log-in, over for good by what happened to their user elsewhere, never too many (B22)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from db.models import LoginDelay, User, UserRight, UserSession
from imi_tui.context import Context
from imi_tui.process import Process, this_process
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Gone, Invalid, NotAllowed, Refused
from imi_tui.rules.sessions import Over
from imi_tui.services import account, credentials, login, sessions, standing, users
from imi_tui.services.account import OwnData
from tests.world import PASSWORD, Clock, World

SOMEBODY, CLI = system_actor("login"), system_actor("cli")
NEW = "Cita-Parole-2027"


class House:
    """An authority of an access manager, with an administrator and a user; each logs in where a test says so."""

    def __init__(self, ctx: Context, world: World) -> None:
        self.ctx = ctx
        manager = world.authority("Pārvaldnieks", access_manager=True)
        self.authority = world.authority(manager=manager)
        self.manager = world.administrator(manager, "Zane", "Zvirbule")
        self.anna = world.administrator(self.authority)
        self.janis = world.user(self.authority, username="janis")

    def log_in(self, username: str = "janis", password: str = PASSWORD, *, end_oldest: bool = False) -> Actor:
        """Somebody comes in: the actor in that session."""
        with self.ctx.store.writing():
            LoginDelay.delete().execute()
        entered = login.log_in(self.ctx, SOMEBODY, username, password, end_oldest=end_oldest)
        return Actor(entered.user_id, session=entered.id)


@pytest.fixture
def house(ctx: Context, world: World) -> House:
    return House(ctx, world)


def _over(ctx: Context, actor: Actor) -> Over | None:
    """Why a session is over; then nothing may be done in it any more."""
    over = sessions.state(ctx, actor).over
    if over is not None:
        for service in (account.view, sessions.mine, login.session):
            with pytest.raises((NotAllowed, Gone)):
                service(ctx, actor)
    return over


def test_the_log_in_opens_a_session_and_logging_out_ends_it(ctx: Context, house: House) -> None:
    actor = house.log_in()
    state = sessions.state(ctx, actor)
    assert (state.over, state.silent) == (None, False)
    assert state.who == login.session(ctx, actor)
    assert account.view(ctx, actor).username == "janis"
    sessions.close(ctx, actor)
    assert _over(ctx, actor) is Over.LOGGED_OUT
    assert sessions.open_in(ctx, CLI, house.authority) == []


def test_a_refused_log_in_opens_none(ctx: Context, house: House) -> None:
    with pytest.raises(NotAllowed):
        house.log_in(password="wrong")
    with ctx.store.reading():
        assert UserSession.select().count() == 0


ENDS: dict[Over, Callable[[Context, House], object]] = {
    Over.RESET: lambda ctx, house: users.reset_password(ctx, house.anna, house.authority, house.janis),
    Over.DELETED: lambda ctx, house: users.delete(ctx, house.anna, house.authority, house.janis),
    Over.BLOCKED: lambda ctx, house: [_wrong(house) for _try in range(ctx.settings.wrong_tries)],
    Over.CHANGED: lambda ctx, house: login.choose_password(ctx, house.log_in(), PASSWORD, NEW),
    Over.DEACTIVATED: lambda ctx, house: standing.deactivate(ctx, house.manager, house.authority),
    Over.BY_ADMINISTRATOR: lambda ctx, house: sessions.end_of_user(ctx, house.anna, house.authority, house.janis),
    Over.ENDED: lambda ctx, house: [
        sessions.end(ctx, house.log_in(), row.id) for row in sessions.open_in(ctx, CLI, house.authority, house.janis)
    ],
    Over.TOO_MANY: lambda ctx, house: [house.log_in(end_oldest=True) for _time in range(ctx.settings.sessions)],
}


def _wrong(house: House) -> None:
    with pytest.raises(NotAllowed):
        house.log_in(password="wrong")


@pytest.fixture
def elsewhere(ctx: Context) -> Iterator[Callable[..., Any]]:
    """Calls a function with a connection to the database of its own, as another program has one."""
    with ThreadPoolExecutor(1) as lane:
        yield lambda function, *arguments: lane.submit(function, *arguments).result()
        lane.submit(ctx.store.close).result()


@pytest.mark.parametrize("why", ENDS)
def test_what_is_done_elsewhere_ends_a_session_with_its_reason(
    ctx: Context, house: House, elsewhere: Callable[..., Any], clock: Clock, why: Over
) -> None:
    actor = elsewhere(house.log_in)
    assert elsewhere(_over, ctx, actor) is None
    clock.move(seconds=1)  # what is older is told by the second
    ENDS[why](ctx, house)
    assert elsewhere(_over, ctx, actor) is why


def test_a_session_that_a_reset_ended_does_not_come_back_with_the_new_password(
    ctx: Context, house: House, clock: Clock
) -> None:
    """The temporary password arrives, is used elsewhere and changed: who sat in the old session stays outside."""
    stolen = house.log_in()
    users.reset_password(ctx, house.anna, house.authority, house.janis)
    with ctx.store.writing():
        lives = credentials.lives_of(ctx.settings)
        credentials.give_temporary(house.janis, ctx.hasher.hash(NEW), clock.at, lives)
    entered = house.log_in(password=NEW)
    login.choose_password(ctx, entered, NEW, PASSWORD + "0")
    assert _over(ctx, entered) is None
    assert _over(ctx, stolen) is Over.RESET


def test_a_withdrawn_right_narrows_the_session_and_does_not_end_it(ctx: Context, house: House) -> None:
    with ctx.store.reading():
        username = User.get_by_id(house.anna.user_id).username
    actor = house.log_in(username)
    before = sessions.state(ctx, actor).who
    with ctx.store.writing():
        UserRight.delete().where(UserRight.user == house.anna.user_id).execute()
    after = sessions.state(ctx, actor)
    assert before is not None and before.administrator
    assert after.over is None and after.who == replace(before, administrator=False)
    with pytest.raises(NotAllowed, match="not_allowed"):
        users.reset_password(ctx, actor, house.authority, house.janis)


def test_a_session_of_another_user_carries_nobody(ctx: Context, house: House) -> None:
    other = house.log_in()
    mixed = Actor(house.anna.user_id, session=other.session)
    assert _over(ctx, mixed) is Over.LAPSED
    with pytest.raises(NotAllowed, match="session_over"):
        users.reset_password(ctx, mixed, house.authority, house.janis)


def test_without_a_sign_of_life_a_session_lapses_and_stays_so(ctx: Context, house: House, clock: Clock) -> None:
    actor = house.log_in()
    span = ctx.settings.idle_minutes + ctx.settings.lock_minutes
    clock.move(minutes=span)
    assert sessions.state(ctx, actor).silent
    sessions.touch(ctx, actor)
    assert not sessions.state(ctx, actor).silent
    clock.move(minutes=span)
    assert _over(ctx, actor) is None
    clock.move(seconds=1)
    assert _over(ctx, actor) is Over.LAPSED
    sessions.touch(ctx, actor)
    assert _over(ctx, actor) is Over.LAPSED


def test_at_the_limit_the_oldest_is_offered_to_be_ended(ctx: Context, house: House, clock: Clock) -> None:
    first = house.log_in()
    clock.move(minutes=1)
    others = [house.log_in() for _time in range(2)]
    clock.move(minutes=1)
    with pytest.raises(Refused) as refused:
        house.log_in()
    assert refused.value.code == "too_many_sessions"
    assert refused.value.facts["number"] == 3
    assert (clock.at - refused.value.facts["since"]).total_seconds() == 120  # type: ignore[operator]  # an instant
    assert [_over(ctx, one) for one in (first, *others)] == [None] * 3
    house.log_in(end_oldest=True)
    assert [_over(ctx, one) for one in (first, *others)] == [Over.TOO_MANY, None, None]


def test_the_wrong_password_is_not_told_that_there_are_many(ctx: Context, house: House) -> None:
    for _time in range(3):
        house.log_in()
    with pytest.raises(NotAllowed, match="login_refused"):
        house.log_in(password="wrong", end_oldest=True)
    assert len(sessions.open_in(ctx, CLI, house.authority, house.janis)) == 3


def test_one_whose_process_died_does_not_count(ctx: Context, house: House) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    here = this_process()
    crashed = replace(ctx, process=Process(here.host, gone.pid, _since(gone.pid)))
    for _time in range(3):
        login.log_in(crashed, SOMEBODY, "janis", PASSWORD)
    with pytest.raises(Refused, match="too_many_sessions"):
        house.log_in()
    gone.kill()
    gone.communicate()
    assert sessions.open_in(ctx, CLI, house.authority) == []
    house.log_in()
    assert len(sessions.open_in(ctx, CLI, house.authority)) == 1


def _since(pid: int) -> int:
    from imi_tui import process

    return process._since(pid)


def test_a_process_is_judged_by_its_own_machine_only_and_not_by_its_number_alone() -> None:
    here = this_process()
    assert not here.sees_dead(here.host, here.pid, here.since)
    assert here.sees_dead(here.host, here.pid, here.since - 1), "the number was given to another one"
    assert here.sees_dead(here.host, 2**22 + 1, 5)
    assert not here.sees_dead("elsewhere", 2**22 + 1, 5)
    assert not replace(here, host="").sees_dead("", 2**22 + 1, 5)


def test_one_sees_and_ends_only_ones_own_sessions(ctx: Context, house: House) -> None:
    there = login.log_in(replace(ctx, origin="192.0.2.7"), SOMEBODY, "janis", PASSWORD)
    here = house.log_in()
    with ctx.store.reading():
        username = User.get_by_id(house.anna.user_id).username
    others = house.log_in(username)
    rows = sessions.mine(ctx, here)
    assert {(row.id, row.own) for row in rows} == {(there.id, False), (here.session, True)}
    assert {row.id: row.origin for row in rows}[there.id] == "192.0.2.7"
    with pytest.raises(Gone, match="session_gone"):
        sessions.end(ctx, here, others.session)
    assert _over(ctx, others) is None
    sessions.end(ctx, here, there.id)
    with pytest.raises(Gone, match="session_gone"):
        sessions.end(ctx, here, there.id)


def test_an_administrator_ends_those_of_the_own_authority_only(ctx: Context, house: House, world: World) -> None:
    actor = house.log_in()
    foreign = world.administrator(world.authority("Cita"), "Ilze", "Cita")
    for call in (sessions.open_in, sessions.end_of_user):
        with pytest.raises(NotAllowed):
            call(ctx, foreign, house.authority, house.janis)
    with pytest.raises(Gone, match="user_gone"):
        sessions.end_of_user(ctx, house.anna, house.authority, foreign.user_id or 0)
    assert sessions.end_of_user(ctx, house.manager, house.authority, house.janis, actor.session) == 1
    assert _over(ctx, actor) is Over.BY_ADMINISTRATOR


def test_a_lock_opens_by_the_own_password_and_counts_wrong_ones(ctx: Context, house: House, clock: Clock) -> None:
    actor = house.log_in()
    clock.move(minutes=5)
    with pytest.raises(Invalid, match="password_wrong"):
        login.unlock(ctx, actor, "wrong")
    assert login.unlock(ctx, actor, PASSWORD).id == actor.session
    assert not sessions.state(ctx, actor).silent
    with ctx.store.reading():
        assert User.get_by_id(house.janis).wrong_tries == 0
    for _try in range(ctx.settings.wrong_tries):
        with ctx.store.writing():
            LoginDelay.delete().execute()
        with pytest.raises(Invalid):
            login.unlock(ctx, actor, "wrong")
    assert _over(ctx, actor) is Over.BLOCKED
    with pytest.raises(NotAllowed):
        login.unlock(ctx, actor, PASSWORD)


def test_a_lock_is_braked_like_the_log_in(ctx: Context, house: House) -> None:
    actor = house.log_in()
    codes = []
    for _try in range(4):
        with pytest.raises(Refused) as refused:
            login.unlock(ctx, actor, "wrong")
        codes.append(refused.value.code)
    assert codes[-1] == "login_too_soon"


def test_what_is_over_for_long_is_forgotten(ctx: Context, house: House, clock: Clock) -> None:
    sessions.close(ctx, house.log_in())
    clock.move(days=31)
    house.log_in()
    with ctx.store.reading():
        assert UserSession.select().count() == 1


def test_a_service_refused_for_its_session_says_so(ctx: Context, house: House) -> None:
    actor = house.log_in()
    sessions.end_of_user(ctx, CLI, house.authority, house.janis)
    with pytest.raises(NotAllowed, match="session_over"):
        account.save(ctx, actor, 1, OwnData("x@people.example", "", "lv"))
