"""Activity by keyboard: what was done is read, filtered, copied; from the list of users and from the authority (B8)."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from db.models import User, UserRight
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.verbs import Verb
from imi_tui.screens.activity.screen import ActivityScreen
from imi_tui.screens.my_authority.screen import MyAuthorityScreen
from imi_tui.widgets.ledger import Ledger
from imi_tui.widgets.paged_table import PagedTable
from tests.activity_house import acted
from tests.record import write
from tests.screens.harness import TestApp, press, running, settle, texts, toasts, type_text
from tests.screens.hostile import HOSTILE
from tests.services.access_house import House
from tests.world import Clock, World


@pytest.fixture
def home(ctx: Context, world: World, clock: Clock) -> House:
    return acted(ctx, world, clock)


@pytest.fixture
def app(ctx: Context, home: House) -> TestApp:
    return TestApp(ctx, home.anna)


def _rows(pilot: Pilot[None]) -> int:
    return len(pilot.app.screen.query_one(PagedTable)._window.rows)


async def test_an_administrator_reads_what_was_done_and_what_stood_there_before(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "g", "l")
        assert isinstance(app.screen, ActivityScreen)
        shown = texts(pilot)
        assert "Administration › Activity" in shown
        assert "Password reset: Jānis Kalniņš-Bērziņš" in shown
        assert "somebody who was deleted (no. 4)" in shown
        await press(pilot, *["j"] * 4)
        shown = texts(pilot)
        assert "Kalniņš → Kalniņš-Bērziņš" in shown
        assert "+371 67 000 000 → —" in shown
        assert "Latvian → English" in shown
        await press(pilot, "enter", "j")
        assert isinstance(app.focused, Ledger)
        await press(pilot, "escape")
        assert isinstance(app.focused, PagedTable)
        await press(pilot, "f2")
        assert isinstance(app.screen, MyAuthorityScreen)


async def test_f5_and_the_palette_lead_there_and_help_tells_of_it(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "f5")
        assert isinstance(app.screen, ActivityScreen)
        await press(pilot, "f1")
        assert "Everything that is done is recorded" in " ".join(texts(pilot).split())
        await press(pilot, "escape", "g", "m", "ctrl+p")
        await type_text(pilot, "activity")
        assert "Go to: Activity" in texts(pilot)


async def test_filters_by_person_kind_and_period(app: TestApp) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "l")
        everything = _rows(pilot)
        await press(pilot, "f")
        assert "only: log-ins" in texts(pilot) and _rows(pilot) == 2
        await press(pilot, "F")
        assert _rows(pilot) == everything
        await press(pilot, "p", "p")
        assert "the last 7 days" in texts(pilot) and 0 < _rows(pilot) < everything
        await press(pilot, "n", "slash")
        await type_text(pilot, "kalnins")
        await press(pilot, "enter")
        assert isinstance(app.focused, PagedTable) and _rows(pilot) == 4
        await press(pilot, "slash")
        await type_text(pilot, "qqq")
        assert "Nothing matches" in texts(pilot)
        await press(pilot, "escape", "escape", "n")
        assert _rows(pilot) == everything


async def test_the_place_and_the_filter_are_there_on_return(app: TestApp) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "l", "f", "f", "f", "j")
        assert "only: users and rights" in texts(pilot)
        row = app.screen.query_one(PagedTable).row
        await press(pilot, "g", "m", "g", "l")
        assert "only: users and rights" in texts(pilot)
        assert app.screen.query_one(PagedTable).row == row


async def test_h_shows_the_history_of_the_user_under_the_cursor_and_esc_goes_back(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "4", "j", "h")
        assert isinstance(app.screen, ActivityScreen)
        shown = texts(pilot)
        assert "Users › Jānis Kalniņš-Bērziņš › Activity" in shown
        assert "Logged in" in shown and "Authority's data changed" not in shown
        await press(pilot, "escape")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert app.screen.query_one(PagedTable).row is not None
        assert isinstance(app.focused, PagedTable)


async def test_h_on_the_authority_is_the_authoritys_own_and_for_a_manager_that_of_the_other(
    ctx: Context, home: House
) -> None:
    write(ctx, authority_id=home.manager)
    async with running(TestApp(ctx, home.maris), (120, 40)) as pilot:
        await press(pilot, "g", "l")
        both = _rows(pilot)
        assert "Valsts darba inspekcija" in texts(pilot)
        await press(pilot, "g", "m", "h")
        assert _rows(pilot) == 1
        await press(pilot, "escape", "g", "a", "enter", "h")
        assert isinstance(pilot.app.screen, ActivityScreen)
        assert _rows(pilot) == both - 1
        assert "You act for another authority" in texts(pilot)


async def test_who_is_no_administrator_is_offered_none_of_it(ctx: Context, home: House) -> None:
    with ctx.store.reading():
        janis = User.get(User.username == "kalnijan").id
    with ctx.store.writing():
        User.update(password_temporary=False, password_hash="x").where(User.id == janis).execute()
    async with running(TestApp(ctx, Actor(janis)), (120, 40)) as pilot:
        before = pilot.app.screen
        await press(pilot, "f5", "h")
        assert pilot.app.screen is before
        await press(pilot, "g")
        assert "Activity" not in texts(pilot)


async def test_an_administrator_who_is_one_no_more_is_told(app: TestApp, ctx: Context, home: House) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "l")
        with ctx.store.writing():
            UserRight.delete().where(UserRight.user == home.anna.user_id).execute()
        await press(pilot, "f")
        assert toasts(pilot)


async def test_the_entry_is_copied_with_its_values(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "g", "l", *["j"] * 4, "y")
        (told,) = toasts(pilot)
        assert "Surname: Kalniņš → Kalniņš-Bērziņš" in told


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_values_are_shown_as_text(ctx: Context, world: World, home: House, kind: str) -> None:
    text = HOSTILE[kind]
    with ctx.store.writing():
        User.update(first_name=text[:100], surname=text[:100]).where(User.id == home.anna.user_id).execute()
    values = {"address": (text, text), "informal_name": ({text[:9]: text}, {"lv": text}), "keywords": ([text], [text])}
    write(ctx, Verb.AUTHORITY_EDITED, None, authority_id=home.authority, by=home.anna, **values)
    write(ctx, Verb.MODULE_GIVEN, None, authority_id=home.authority, by=home.anna, module=(None, text))
    write(ctx, Verb.FUNCTION_CHANGED, None, authority_id=home.authority, by=Actor(None, text[:10]))
    async with running(TestApp(ctx, home.anna), (80, 24)) as pilot:
        await press(pilot, "g", "l", "j", "j", "y", "enter", "G")
        shown = texts(pilot)
        assert "Activity" in shown
        assert not {"\x1b", "\x07", "\x00", "\x9b", "\u202e"} & set(shown)
        await asyncio.sleep(0)
        assert pilot.app.return_code is None


async def test_nothing_done_yet_says_so(ctx: Context, world: World) -> None:
    anna = world.administrator(world.authority())
    async with running(TestApp(ctx, anna), (80, 24)) as pilot:
        await press(pilot, "g", "l")
        assert "Nothing has been done yet." in texts(pilot)


async def test_another_language_speaks_it_throughout(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "g", "l", *["j"] * 4)
        app.use_language("lv")
        await settle(pilot)
        await press(pilot, "home", *["j"] * 4)
        shown = texts(pilot)
        assert "Administrācija › Darbības" in shown and "Lietotāja konts mainīts" in shown
        assert "latviešu → angļu" in shown, shown
