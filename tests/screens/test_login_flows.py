"""The way in: log-in, the first password, my account; and every wrong turn on it."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.screens.account import AccountScreen
from imi_tui.screens.choose_password import ChoosePasswordScreen
from imi_tui.screens.login import LoginScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.services import login
from tests.screens.harness import (
    TestApp,
    field,
    fill,
    paste,
    press,
    running,
    settle,
    texts,
    toasts,
    type_text,
    wait_for,
)
from tests.screens.hostile import HOSTILE
from tests.world import PASSWORD, World

NEW = "Mana-Parole-77"


async def _log_in(pilot: Pilot[None], username: str, password: str) -> None:
    """Type username and password, Enter after each."""
    for typed in (username, password):
        await type_text(pilot, typed)
        await press(pilot, "enter")


async def test_the_right_password_opens_my_authority(ctx: Context, world: World) -> None:
    """S1.2, S2.1: log in, and the authority's entry is there, in the working language."""
    world.administrator(world.authority())
    app = TestApp(ctx)
    async with running(app) as pilot:
        await _log_in(pilot, "user1", PASSWORD)
        assert isinstance(app.screen, MyAuthorityScreen)
        assert "Administrācija › Mana iestāde › Iestāde" in texts(pilot)
        assert "Anna Bērziņa · administrators · lv" in texts(pilot)


async def test_a_wrong_password_is_told_and_the_username_stays(ctx: Context, world: World) -> None:
    world.user(world.authority())
    app = TestApp(ctx)
    async with running(app) as pilot:
        await press(pilot, "enter", "enter")
        assert "Type your username." in texts(pilot)
        await type_text(pilot, "user1")
        await press(pilot, "tab")
        await type_text(pilot, "wrong")
        await press(pilot, "enter")
        assert "The username or the password is wrong" in texts(pilot)
        assert app.screen.query_one("#username", Input).value == "user1"
        assert app.screen.query_one("#password", Input).value == ""
        assert app.focused is not None and app.focused.id == "password"


async def test_five_wrong_passwords_block_even_the_right_one(ctx: Context, world: World) -> None:
    world.user(world.authority())
    app = TestApp(ctx)
    async with running(app) as pilot:
        await type_text(pilot, "user1")
        await press(pilot, "tab")
        for password in (*["wrong"] * 5, PASSWORD):
            await type_text(pilot, password)
            await press(pilot, "enter")
            assert isinstance(app.screen, LoginScreen)


async def test_whatever_is_typed_at_the_log_in_only_fails(ctx: Context, world: World) -> None:
    world.user(world.authority())
    app = TestApp(ctx)
    async with running(app, (80, 24)) as pilot:
        for typed in HOSTILE.values():
            for name in ("username", "password"):
                entry = app.screen.query_one(f"#{name}", Input)
                entry.value = ""
                entry.focus()
                await paste(pilot, typed)
            await press(pilot, "enter")
            assert isinstance(app.screen, LoginScreen)
            assert not any(letter in texts(pilot) for letter in "\x1b\x07\x9b\u202e")


async def test_the_language_changes_and_what_was_typed_stays(ctx: Context, world: World) -> None:
    """B10: without a restart."""
    app = TestApp(ctx, language="en")
    async with running(app) as pilot:
        await type_text(pilot, "somebody")
        await press(pilot, "ctrl+l")
        await wait_for(pilot, "Lietotājvārds")
        assert app.screen.query_one("#username", Input).value == "somebody"
        await press(pilot, "ctrl+l")
        await wait_for(pilot, "Username")


async def test_in_a_demo_enter_on_somebody_fills_the_form_in(ctx: Context, world: World) -> None:
    world.user(world.authority())
    person = {"username": "user1", "password": PASSWORD, "role": "user", "authority": "[/x]", "name": "[bold]J"}
    app = TestApp(ctx, demo=[person])
    async with running(app) as pilot:
        assert "[bold]J · user · [/x]" in texts(pilot)
        await press(pilot, "tab", "tab", "enter", "enter")
        assert isinstance(app.screen, MyAuthorityScreen)


async def test_a_temporary_password_must_be_changed_before_anything_else(ctx: Context, world: World) -> None:
    """S4.6, S4.8: no way on but a new password; the rules are ticked off as one types."""
    user = world.user(world.authority(), temporary=True)
    app = TestApp(ctx)
    async with running(app) as pilot:
        await type_text(pilot, "user1")
        await press(pilot, "tab")
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        assert isinstance(app.screen, ChoosePasswordScreen)
        assert "pagaidu" in texts(pilot)
        await type_text(pilot, "abc")
        assert "✓ vismaz 1 mazais burts" in texts(pilot)
        assert "· vismaz 8 zīmes" in texts(pilot)
        await press(pilot, "tab")
        await type_text(pilot, "abd")
        await press(pilot, "ctrl+s")
        assert "Abi ieraksti atšķiras" in texts(pilot)
        await fill(pilot, password="abc", again="abc")
        await press(pilot, "ctrl+s")
        assert "Parolē ir vismaz 8 zīmes." in texts(pilot)
        for key in ("f2", "f6", "g", "m"):
            await press(pilot, key)
            assert isinstance(app.screen, ChoosePasswordScreen)
        await fill(pilot, password=NEW, again=NEW)
        await press(pilot, "enter")
        assert isinstance(app.screen, MyAuthorityScreen)
    with ctx.store.reading():
        assert User.get_by_id(user).password_temporary is False


async def test_an_expired_password_is_changed_or_one_goes_back(ctx: Context, world: World) -> None:
    world.user(world.authority(), expired=True, language="en")
    app = TestApp(ctx)
    async with running(app) as pilot:
        await type_text(pilot, "user1")
        await press(pilot, "tab")
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        assert "Your password has expired" in texts(pilot)
        await fill(pilot, password=PASSWORD, again=PASSWORD)
        await press(pilot, "ctrl+s")
        assert "one of your last 5 passwords" in texts(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, LoginScreen)
        assert app.backend.actor.user_id is None


async def test_everybody_changes_their_own_contact_and_language(ctx: Context, world: World) -> None:
    """S1.7: e-mail, phone, working language; the screens follow the language at once."""
    actor = Actor(world.user(world.authority(), language="en", email="janis@vdi.example"))
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, "g", "p")
        assert isinstance(app.screen, AccountScreen)
        assert "janis@vdi.example" in texts(pilot)
        await press(pilot, "e")
        await fill(pilot, email="nonsense", phone="call me")
        await press(pilot, "ctrl+s")
        assert "This is not an e-mail address" in texts(pilot)
        assert "2 fields are wrong" in " ".join(toasts(pilot))
        await fill(pilot, email="janis.k@vdi.example", phone="67 111 222")
        field(pilot, "language").entry.value = "lv"  # type: ignore[attr-defined]  # a Select
        await press(pilot, "ctrl+s")
        await wait_for(pilot, "Mans konts")
        assert "+371 67 111 222" in texts(pilot)
    assert login.session(ctx, actor).interface == "lv"


async def test_leaving_the_own_account_asks_first(ctx: Context, world: World) -> None:
    actor = Actor(world.user(world.authority(), language="en"))
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, "g", "p", "e", "tab")
        await type_text(pilot, "x")
        await press(pilot, "escape")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "escape")
        assert "• E-mail" in texts(pilot)
        await press(pilot, "f2")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, MyAuthorityScreen)


async def test_whatever_is_put_into_the_own_account_is_refused_in_words(ctx: Context, world: World) -> None:
    actor = Actor(world.user(world.authority(), language="en"))
    app = TestApp(ctx, actor)
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "p", "e")
        for typed in HOSTILE.values():
            for name in ("email", "phone"):
                entry = field(pilot, name).entry
                assert isinstance(entry, Input)
                entry.value = ""
                entry.focus()
                await paste(pilot, typed)
            kept = field(pilot, "email").value
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, AccountScreen)
            assert field(pilot, "email").value == kept
            assert "wrong. Nothing was saved." in " ".join(toasts(pilot))


async def test_the_own_password_is_changed_with_the_present_one(ctx: Context, world: World) -> None:
    actor = Actor(world.user(world.authority(), language="en"))
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, "g", "p", "p")
        await fill(pilot, current="wrong", password=NEW, again=NEW)
        await press(pilot, "ctrl+s")
        assert "This is not your present password." in texts(pilot)
        await fill(pilot, current=PASSWORD)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, AccountScreen)
    assert login.log_in(ctx, Actor(None, "login"), "user1", NEW)


async def test_logging_out_leads_back_to_the_log_in(ctx: Context, world: World) -> None:
    app = TestApp(ctx, world.administrator(world.authority()))
    async with running(app) as pilot:
        app.action_log_out()
        await settle(pilot)
        assert isinstance(app.screen, LoginScreen)
        assert (app.session, app.backend.actor.user_id) == (None, None)


async def test_the_log_in_before_and_what_failed_since_is_told(ctx: Context, world: World) -> None:
    world.administrator(world.authority())
    for _try in range(2):
        with pytest.raises(NotAllowed):
            login.log_in(ctx, login.LOGIN, "user1", "not this one")
    app = TestApp(ctx)
    async with running(app) as pilot:
        await _log_in(pilot, "user1", PASSWORD)
        assert toasts(pilot) == ["Jūsu iepriekšējā pieteikšanās: 2026-11-21 09:00. Kopš tās 2 neveiksmīgi mēģinājumi."]


async def test_many_tries_must_wait_and_are_told_how_long(ctx: Context, world: World) -> None:
    world.administrator(world.authority())
    app = TestApp(ctx)
    async with running(app) as pilot:
        await type_text(pilot, "nobody")
        await press(pilot, "enter")
        for _try in range(4):
            await type_text(pilot, "Some-Password-1")
            await press(pilot, "enter")
        assert "Wait 2 s, then try again" in " ".join(texts(pilot).split())


async def test_logging_out_leaves_nothing_behind_the_log_in(ctx: Context, world: World) -> None:
    """A form and an editing session of whoever was here are gone, not only covered."""
    app = TestApp(ctx, Actor(world.user(world.authority(), "Anna", "Bērziņa", administrator=True, language="en")))
    async with running(app) as pilot:
        await press(pilot, "e", "x", "ctrl+n", "4", "a", "x", "ctrl+p")
        await type_text(pilot, "log out")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, LoginScreen)
        assert app.screen_stack == [app.screen]
        await press(pilot, "ctrl+l")
        assert "Lietotājvārds" in texts(pilot)


async def test_while_a_password_is_chosen_no_way_is_offered_that_is_not_open(ctx: Context, world: World) -> None:
    app = TestApp(ctx, Actor(world.user(world.authority(), language="en")))
    async with running(app) as pilot:
        await press(pilot, "g", "p", "p", "ctrl+p")
        await wait_for(pilot, "Log out")
        assert "Go to:" not in texts(pilot)
