"""A session on the screens: what ends or narrows it elsewhere is told at the next key; the lock; the list (B22)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.models import LoginDelay, User, UserRight, UserSession
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.sessions import Over
from imi_tui.screens.access import AccessScreen
from imi_tui.screens.account import AccountScreen
from imi_tui.screens.dialogs import Dialog
from imi_tui.screens.lock import LockScreen
from imi_tui.screens.login import LoginScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.sessions import SessionsScreen
from imi_tui.services import login, sessions, standing, users
from tests.screens.harness import TestApp, field, fill, press, running, settle, texts, toasts, type_text, wait_for
from tests.world import PASSWORD, Clock, World

CLI = system_actor("cli")
NEW = "Cita-Parole-2027"


class House:
    """An access manager's authority with Zane, one of its authorities with Anna and Ilze, administrators."""

    def __init__(self, ctx: Context, world: World) -> None:
        self.ctx = ctx
        self.managing = world.authority("Pārvaldnieks", access_manager=True)
        self.authority = world.authority(manager=self.managing)
        self.zane = world.user(self.managing, "Zane", "Zvirbule", administrator=True, username="zane", language="en")
        world.user(self.managing, "Uldis", "Upe", administrator=True)
        self.anna = world.user(self.authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en")
        self.ilze = world.administrator(self.authority, "Ilze", "Zariņa")


@pytest.fixture
def house(ctx: Context, world: World) -> House:
    return House(ctx, world)


@pytest.fixture(autouse=True)
def watched(unwatched: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here each key looks."""
    monkeypatch.setattr("imi_tui.watch.CHECK", 0)


async def _log_in(pilot: Pilot[None], username: str = "anna", password: str = PASSWORD) -> None:
    await type_text(pilot, username)
    await press(pilot, "enter")
    await type_text(pilot, password)
    await press(pilot, "enter")


@asynccontextmanager
async def _inside(
    ctx: Context, username: str = "anna", size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """The app, with somebody logged in."""
    async with running(TestApp(ctx), size) as pilot:
        await _log_in(pilot, username)
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        yield pilot


def _words(pilot: Pilot[None]) -> str:
    return " ".join(texts(pilot).split())


def _take_right(user_id: int) -> None:
    UserRight.delete().where(UserRight.user == user_id).execute()


def _expire(ctx: Context, house: House) -> None:
    with ctx.store.writing():
        User.update(password_until=house.ctx.now()).where(User.id == house.anna).execute()


def _block(ctx: Context, house: House) -> None:
    for _try in range(ctx.settings.wrong_tries):
        with ctx.store.writing():
            LoginDelay.delete().execute()
        with pytest.raises(Exception, match="login_refused"):
            login.log_in(ctx, login.LOGIN, "anna", "wrong")


def _change(ctx: Context, house: House) -> None:
    entered = login.log_in(ctx, login.LOGIN, "anna", PASSWORD)
    login.choose_password(ctx, Actor(entered.user_id, session=entered.id), PASSWORD, NEW)


ENDS: dict[str, tuple[Callable[[Context, House], object], str]] = {
    "reset": (
        lambda ctx, house: users.reset_password(ctx, house.ilze, house.authority, house.anna),
        "An administrator reset your password, which ended your session.",
    ),
    "deleted": (
        lambda ctx, house: users.delete(ctx, house.ilze, house.authority, house.anna),
        "Your account was deleted, which ended your session.",
    ),
    "blocked": (_block, "Your password was blocked after several wrong tries"),
    "changed": (_change, "Your password was changed in another session"),
    "deactivated": (
        lambda ctx, house: standing.deactivate(ctx, Actor(house.zane), house.authority),
        "Your authority was deactivated, which ended your session.",
    ),
    "ended": (
        lambda ctx, house: sessions.end_of_user(ctx, house.ilze, house.authority, house.anna),
        "An administrator ended your session.",
    ),
    "expired": (_expire, "Your password has expired. Log in with it, and choose a new one."),
}


@pytest.mark.parametrize("why", ENDS)
async def test_what_ends_a_session_elsewhere_is_told_at_its_next_key(ctx: Context, house: House, why: str) -> None:
    act, words = ENDS[why]
    async with _inside(ctx, size=(80, 24)) as pilot:
        act(ctx, house)
        await settle(pilot)
        assert isinstance(pilot.app.screen, MyAuthorityScreen), "nothing happens while nobody presses a key"
        await press(pilot, "down")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert words in _words(pilot)
        assert (pilot.app.session, pilot.app.backend.actor, len(pilot.app.screen_stack)) == (None, Actor(None), 1)
        await type_text(pilot, "somebody")
        await press(pilot, "enter", "enter")
        assert words in _words(pilot), "it stays to be read"
        await press(pilot, "ctrl+l")
        assert words not in _words(pilot) and "Lietotājvārds" in texts(pilot)


async def test_a_session_ends_out_of_a_form_with_a_dialog_on_it(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "e", "x", "f2")
        assert isinstance(pilot.app.screen, Dialog)
        users.reset_password(ctx, house.ilze, house.authority, house.anna)
        await press(pilot, "up")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert "reset your password" in _words(pilot)
        await _log_in(pilot, "zane")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_saving_in_a_session_that_is_over_saves_nothing_and_says_why(
    ctx: Context, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though no key had looked: the door refuses, and that looks."""
    monkeypatch.setattr("imi_tui.watch.CHECK", 10**9)
    async with _inside(ctx) as pilot:
        await press(pilot, "g", "p", "e")
        await fill(pilot, phone="67 111 222")
        sessions.end_of_user(ctx, CLI, house.authority, house.anna)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert "An administrator ended your session." in _words(pilot)
    with ctx.store.reading():
        assert User.get_by_id(house.anna).phone == ""


async def test_while_a_password_is_chosen_the_session_can_end_too(ctx: Context, world: World, house: House) -> None:
    user = world.user(house.authority, username="janis", temporary=True, language="en")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot, "janis")
        assert "Choose a new password" in texts(pilot)
        await type_text(pilot, "abc")
        assert "Choose a new password" in texts(pilot)
        users.delete(ctx, house.ilze, house.authority, user)
        await type_text(pilot, "d")
        assert "Your account was deleted" in _words(pilot)


async def test_choosing_a_password_leaves_the_own_session_open(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "g", "p", "p")
        await fill(pilot, current=PASSWORD, password=NEW, again=NEW)
        await press(pilot, "ctrl+s", "down")
        assert isinstance(pilot.app.screen, AccountScreen)


async def test_a_withdrawn_right_takes_keys_and_sections_away_at_the_next_key(ctx: Context, house: House) -> None:
    async with _inside(ctx, "zane") as pilot:
        await press(pilot, "f4")
        assert isinstance(pilot.app.screen, AccessScreen)
        with ctx.store.writing():
            _take_right(house.zane)
        await press(pilot, "down")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        assert "Zane Zvirbule · user" in texts(pilot)
        assert "Edit authority" not in texts(pilot)
        assert "Your rights were changed" in " ".join(toasts(pilot))
        await press(pilot, "f4")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_a_form_stays_to_be_read_when_the_right_is_withdrawn_and_says_why_it_cannot_be_saved(
    ctx: Context, house: House
) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Žanete")
        with ctx.store.writing():
            _take_right(house.anna)
        await type_text(pilot, "x")
        assert "Your right to change this was withdrawn: it can be read, not saved." in texts(pilot)
        assert field(pilot, "first_name").value == "Žanetex"
        await press(pilot, "ctrl+s")
        assert "You do not have the right to do this." in texts(pilot)
        await press(pilot, "escape")
        assert field(pilot, "first_name").value == "Žanetex"
        await press(pilot, "escape", "enter", "down")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        assert "withdrawn" not in texts(pilot) and "Edit authority" not in texts(pilot)


async def test_other_facts_that_changed_are_shown_and_nothing_else_happens(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "4")
        screen = pilot.app.screen
        with ctx.store.writing():
            User.update(surname="Kalniņa").where(User.id == house.anna).execute()
        await press(pilot, "down")
        assert "Anna Kalniņa · administrator" in texts(pilot)
        assert pilot.app.screen is screen


# The lock


async def test_the_lock_hides_everything_and_opens_the_very_same_place(ctx: Context, house: House) -> None:
    async with _inside(ctx, size=(80, 24)) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Žanete", surname="Ķēniņa")
        before, form = texts(pilot), pilot.app.screen
        await pilot.app.guard.lock()
        await settle(pilot)
        assert isinstance(pilot.app.screen, LockScreen)
        shown = texts(pilot)
        assert "Locked" in shown and "Password of Anna Bērziņa" in shown
        for hidden in ("Žanete", "Ķēniņa", "Valsts darba", "Add user", "Surname"):
            assert hidden not in shown
        for key in ("f2", "f3", "ctrl+p", "f6"):
            await press(pilot, key)
            assert isinstance(pilot.app.screen, LockScreen)
        await type_text(pilot, "wrong")
        await press(pilot, "enter")
        assert "This is not your present password." in texts(pilot)
        assert pilot.app.screen.query_one("#password", Input).value == ""
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        assert pilot.app.screen is form
        assert texts(pilot) == before
        await type_text(pilot, "-")
        assert field(pilot, "surname").value == "Ķēniņa-", "the cursor is where it was"


async def test_the_lock_lies_over_a_dialog_which_waits_behind_it(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "4", "down", "r")
        dialog = pilot.app.screen
        assert isinstance(dialog, Dialog)
        await pilot.app.guard.lock()
        await settle(pilot)
        assert "Ilze" not in texts(pilot)
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        assert pilot.app.screen is dialog
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_too_many_wrong_passwords_at_the_lock_end_the_session(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "e", "x")
        await pilot.app.guard.lock()
        await settle(pilot)
        for _try in range(ctx.settings.wrong_tries):
            with ctx.store.writing():
                LoginDelay.delete().execute()
            await type_text(pilot, "wrong")
            await press(pilot, "enter")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert "Your password was blocked" in _words(pilot)
        assert len(pilot.app.screen_stack) == 1


async def test_a_right_withdrawn_while_it_was_locked_is_gone_behind_the_lock(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await pilot.app.guard.lock()
        await settle(pilot)
        with ctx.store.writing():
            _take_right(house.anna)
        await type_text(pilot, PASSWORD)
        assert isinstance(pilot.app.screen, LockScreen), "nothing is shown before the password was right"
        await press(pilot, "enter")
        await wait_for(pilot, "Anna Bērziņa · user")
        assert "Edit authority" not in texts(pilot)


async def test_one_logs_out_at_the_lock(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await pilot.app.guard.lock()
        await settle(pilot)
        await press(pilot, "ctrl+o")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert sessions.open_in(ctx, CLI, house.authority) == []


async def test_one_comes_back_to_a_lock_after_the_lock_time(ctx: Context, house: House, clock: Clock) -> None:
    async with _inside(ctx) as pilot:
        await pilot.app.guard.lock()
        await settle(pilot)
        clock.move(minutes=ctx.settings.idle_minutes + ctx.settings.lock_minutes + 1)
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert "Nothing was done here for so long" in _words(pilot)


async def test_it_locks_by_itself_after_the_idle_time_and_a_key_puts_that_off(
    ctx: Context, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _inside(ctx) as pilot:
        guard = pilot.app.guard
        monkeypatch.setattr("imi_tui.watch.MINUTE", 0.02)  # an idle time of 0.3 s
        active = guard._active = monotonic() + 3600
        guard._wait(0.01)
        await asyncio.sleep(0.1)
        assert isinstance(pilot.app.screen, MyAuthorityScreen), "somebody was there meanwhile: it waits on"
        assert guard._timer is not None
        guard._active = active - 7200
        guard._wait(0.01)
        for _round in range(200):
            await asyncio.sleep(0.02)
            if isinstance(pilot.app.screen, LockScreen):
                break
        await settle(pilot)
        assert isinstance(pilot.app.screen, LockScreen)
        assert guard._timer is None, "behind the lock nothing ticks"


async def test_without_an_idle_time_nothing_waits(ctx: Context, house: House) -> None:
    async with _inside(replace(ctx, settings=replace(ctx.settings, idle_minutes=0))) as pilot:
        assert pilot.app.guard._timer is None


# Many sessions, and their list


async def test_at_one_log_in_too_many_the_oldest_can_be_ended(ctx: Context, house: House, clock: Clock) -> None:
    opened = []
    for origin in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        entered = login.log_in(replace(ctx, origin=origin), login.LOGIN, "anna", PASSWORD)
        opened.append(Actor(entered.user_id, session=entered.id))
        clock.move(minutes=10)
    async with running(TestApp(ctx), (80, 24)) as pilot:
        await _log_in(pilot)
        assert "You are logged in 3 times already. End the oldest session?" in texts(pilot)
        assert "192.0.2.1" in _words(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, LoginScreen)
        assert "End the oldest session, or log out somewhere." in _words(pilot)
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter", "enter")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
    assert [sessions.state(ctx, one).over for one in opened] == [Over.TOO_MANY, None, None]


async def test_the_own_sessions_are_listed_and_ended(ctx: Context, house: House, clock: Clock) -> None:
    other = login.log_in(replace(ctx, origin="192.0.2.1"), login.LOGIN, "anna", PASSWORD)
    clock.move(minutes=10)
    async with _inside(ctx, size=(80, 24)) as pilot:
        await press(pilot, "g", "p", "s")
        assert isinstance(pilot.app.screen, SessionsScreen)
        lines = texts(pilot).splitlines()
        assert any("●" in line and "this machine" in line and "this one" in line for line in lines)
        assert any("192.0.2.1" in line and "this one" not in line for line in lines)
        await press(pilot, "down", "d")
        assert "End this session?" in texts(pilot)
        await press(pilot, "enter")
        assert toasts(pilot) == ["The session was ended."]
        assert "192.0.2.1" not in texts(pilot)
        assert sessions.state(ctx, Actor(house.anna, session=other.id)).over is Over.ENDED
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, LoginScreen), "ending this one is logging out"
        await settle(pilot)
    assert sessions.open_in(ctx, CLI, house.authority) == []


async def test_the_palette_leads_to_the_sessions_from_anywhere(ctx: Context, house: House) -> None:
    async with _inside(ctx) as pilot:
        await press(pilot, "4", "ctrl+p")
        await type_text(pilot, "where you are")
        await press(pilot, "enter")
        await wait_for(pilot, "Last key")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, AccountScreen)


async def test_a_key_is_a_sign_of_life_once_a_minute(ctx: Context, house: House, clock: Clock) -> None:
    async with _inside(ctx) as pilot:
        clock.move(minutes=5)
        await press(pilot, "down")
        with ctx.store.reading():
            assert UserSession.get(UserSession.user == house.anna).last_seen_at == clock.at


async def test_keys_do_not_wait_for_the_look(ctx: Context, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The read lane is held up; what is typed stands there all the same."""
    import threading

    held = threading.Event()
    async with _inside(ctx) as pilot:
        await press(pilot, "g", "p", "e", "tab")
        pilot.app.backend._read.submit(held.wait)
        for letter in "abc":
            pilot.app.screen.focused.insert_text_at_cursor(letter)  # type: ignore[union-attr]  # an Input
            pilot.app.guard.noticed()
        await pilot.pause(0)
        assert field(pilot, "email").value.endswith("abc")
        assert len([worker for worker in pilot.app.workers if worker.group == "watch"]) == 1
        held.set()
        await settle(pilot)
