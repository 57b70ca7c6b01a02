"""A part of the screen that goes away while it waits for an answer: no matter of the whole app."""

from __future__ import annotations

import asyncio

import pytest
from textual import work
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.widgets import Static

from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from tests.screens.harness import TestApp, running, settle
from tests.world import World


class Pane(Vertical):
    """Waits for an answer, and shows it."""

    def __init__(self) -> None:
        super().__init__(Static(id="answer"))
        self.answered = asyncio.Event()
        self.failed = False

    @work
    async def wait(self) -> None:
        await self.answered.wait()
        try:
            self.query_one("#nothing")
        except NoMatches:
            self.failed = True
            raise


@pytest.fixture
def app(ctx: Context, world: World) -> TestApp:
    authority = world.authority()
    return TestApp(ctx, Actor(world.user(authority, "Anna", "Bērziņa", administrator=True, language="en")))


async def test_an_answer_for_what_is_being_taken_away_ends_nothing(app: TestApp) -> None:
    async with running(app) as pilot:
        pane = Pane()
        await app.screen.mount(pane)
        pane.wait()
        await pilot.pause()
        going = pane.remove()
        pane.answered.set()
        await going
        await settle(pilot)
        assert pane.failed
        assert app.is_running


async def test_the_same_where_it_stays_ends_the_app(app: TestApp) -> None:
    with pytest.raises(NoMatches):
        async with running(app) as pilot:
            pane = Pane()
            await app.screen.mount(pane)
            pane.wait()
            pane.answered.set()
            await settle(pilot)
