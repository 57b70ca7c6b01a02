"""The database goes away while somebody works: the screen says so, keeps what was typed, goes on by itself (B12)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from imi_tui import i18n
from imi_tui.backend import Backend
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.screens.dialogs import Dialog
from imi_tui.screens.login import LoginScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.my_authority.review import ReviewScreen
from imi_tui.services import authorities
from tests.failover.storm import Fault, Storm
from tests.screens.harness import TestApp, field, press, running, settle, texts, toasts, type_text, wait_for
from tests.world import PASSWORD, World

PAINTED = True
AWAY = "The database is away"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.app.AWAY_SHOWN_AFTER", 0)
    monkeypatch.setattr("imi_tui.outage.LONGEST", 0.02)
    monkeypatch.setattr("imi_tui.outage.FIRST", 0.02)


@pytest.fixture
def storm(ctx: Context) -> Storm:
    return Storm(ctx.store)


@pytest.fixture
def anna(world: World) -> Actor:
    authority = world.authority()
    return Actor(world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en"))


async def _until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait until something holds on the screen."""
    for _turn in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
        await pilot.pause(0)
    raise AssertionError(f"waited in vain; the screen shows:\n{texts(pilot)}")


async def _said(pilot: Pilot[None]) -> None:
    """Wait until the screen says that the database is away."""
    await _until(pilot, lambda: AWAY in texts(pilot))


async def _back(pilot: Pilot[None], storm: Storm) -> None:
    """The database is back, and the screen says nothing of it any more."""
    storm.away = False
    backend: Backend = pilot.app.backend  # type: ignore[attr-defined]  # ours
    await _until(pilot, lambda: not backend.outage.away and AWAY not in texts(pilot))
    await settle(pilot)


async def _changed_name(pilot: Pilot[None]) -> None:
    await press(pilot, "e", "tab", "end")
    await type_text(pilot, " un vētra")


async def test_a_save_waits_and_is_done_once_the_database_is_back(ctx: Context, storm: Storm, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await _changed_name(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, ReviewScreen)
        storm.away = True
        await press(pilot, "enter")
        await _said(pilot)
        assert "Saving…" in texts(pilot)
        storm.faults.append(Fault.ANSWER_LOST)
        await _back(pilot, storm)
        await wait_for(pilot, "Darba inspekcija un vētra")
        assert toasts(pilot)[0].startswith("Saved: 1 change")
        assert authorities.view(ctx, anna, 1).version == 2


async def test_what_was_typed_stays_and_every_screen_says_it_once(ctx: Context, storm: Storm, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await _changed_name(pilot)
        storm.away = True
        await press(pilot, "ctrl+s")
        await _said(pilot)
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        await press(pilot, "f1")
        await _said(pilot)
        assert texts(pilot).count(AWAY) == 1
        await press(pilot, "escape")
        await type_text(pilot, "!")
        assert texts(pilot).count(AWAY) == 1
        assert field(pilot, "official_name").value.endswith("un vētra!") or "un vētra!" in texts(pilot)
        await _back(pilot, storm)
        await wait_for(pilot, "Review before saving")
        assert toasts(pilot) == []


async def test_a_search_is_answered_by_what_was_typed_last(ctx: Context, storm: Storm, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "f3")
        storm.away = True
        await type_text(pilot, "dar")
        await _said(pilot)
        await type_text(pilot, "xyz")
        await _back(pilot, storm)
        await wait_for(pilot, "darxyz")
        assert toasts(pilot) == []
        assert "Valsts darba" not in texts(pilot).partition("Find an authority")[2]


async def test_one_logs_in_once_the_database_is_back(ctx: Context, storm: Storm, anna: Actor) -> None:
    async with running(TestApp(ctx)) as pilot:
        storm.away = True
        await type_text(pilot, "anna")
        await press(pilot, "enter")
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        await _said(pilot)
        assert isinstance(pilot.app.screen, LoginScreen)
        await press(pilot, "ctrl+l")
        await _until(pilot, lambda: "Datubāze" in texts(pilot) and AWAY not in texts(pilot))
        await _back(pilot, storm)
        i18n.use("en")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_one_leaves_at_once_while_the_database_is_away(
    ctx: Context, storm: Storm, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imi_tui.screens.drafts.keeper.DELAY", 0)
    async with running(TestApp(ctx, anna)) as pilot:
        await _changed_name(pilot)
        storm.away = True
        await type_text(pilot, "!")
        await _said(pilot)
        await press(pilot, "ctrl+q")
        assert isinstance(pilot.app.screen, Dialog)
        await press(pilot, "enter")
        await _until(pilot, lambda: pilot.app._exit)
    # Whatever waited still was given up: `running` has closed the lanes.


async def test_what_would_open_a_screen_waits_and_takes_no_keys_but_those_that_lead_away(
    ctx: Context, storm: Storm, anna: Actor
) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        storm.away = True
        await press(pilot, "e")
        await _said(pilot)
        await press(pilot, "y", "c", "f6")  # typed ahead, as if the form stood already
        await press(pilot, "f1")
        assert "HelpScreen" in repr(pilot.app.screen)
        await press(pilot, "escape")
        await _back(pilot, storm)
        await wait_for(pilot, "Review")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        await press(pilot, "escape")
        storm.away = True
        await press(pilot, "e")
        await _said(pilot)
        await press(pilot, "escape")
        await _until(pilot, lambda: AWAY not in texts(pilot))
        storm.away = False
        await press(pilot, "f1", "escape")
        assert "Edit the authority" in texts(pilot) or "Edit authority" in texts(pilot)


async def test_nothing_asks_while_nobody_waits(ctx: Context, storm: Storm, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await _changed_name(pilot)
        storm.away = True
        calm = storm.tries
        await asyncio.sleep(0.2)
        assert storm.tries == calm
        assert AWAY not in texts(pilot)
        storm.away = False
