"""How it looks when the database is away, in both languages and sizes (B12)."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.failover.storm import Storm
from tests.screens.conftest import Snap
from tests.screens.harness import TestApp, cases, press, settle, type_text
from tests.world import World


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.app.AWAY_SHOWN_AFTER", 0)


@pytest.fixture
def anna(world: World) -> Actor:
    return world.administrator(world.authority())


async def _said(pilot: Pilot[None]) -> None:
    for _turn in range(1000):
        if pilot.app.screen.query("AwayBar"):
            break
        await asyncio.sleep(0.01)
        await pilot.pause(0)
    await settle(pilot)


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_form_while_the_database_is_away(snap: Snap, ctx: Context, anna: Actor, language: str, size: str) -> None:
    storm = Storm(ctx.store)

    async def away(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "e", "tab", "end")
        await type_text(pilot, " 2")
        storm.away = True
        await press(pilot, "ctrl+s")
        await _said(pilot)

    snap(TestApp(ctx, anna, language), size, away)


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_save_while_the_database_is_away(snap: Snap, ctx: Context, anna: Actor, language: str, size: str) -> None:
    storm = Storm(ctx.store)

    async def away(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "e", "tab", "end")
        await type_text(pilot, " 2")
        await press(pilot, "ctrl+s")
        storm.away = True
        await press(pilot, "enter")
        await _said(pilot)

    snap(TestApp(ctx, anna, language), size, away)


@pytest.mark.parametrize(("language", "size"), cases())
def test_the_log_in_while_the_database_is_away(snap: Snap, ctx: Context, language: str, size: str) -> None:
    storm = Storm(ctx.store)

    async def away(pilot: Pilot[None]) -> None:
        await settle(pilot)
        storm.away = True
        await type_text(pilot, "anna")
        await press(pilot, "enter")
        await type_text(pilot, "Pareiza-Parole-1")
        await press(pilot, "enter")
        await _said(pilot)
        await asyncio.sleep(0.3)  # until it says that it checks
        await settle(pilot)

    snap(TestApp(ctx, None, language), size, away)
