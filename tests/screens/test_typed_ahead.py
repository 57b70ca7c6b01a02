"""Keys sent in one piece, as a slow line delivers them, do what they do one by one; the database is slow too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from imi_tui.backend import Backend
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.screens.account import AccountScreen
from imi_tui.screens.login import LoginScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.users.form import UserForm
from imi_tui.widgets.paged_table import PagedTable
from tests.screens.harness import TestApp, field, running, send, settle, texts
from tests.world import PASSWORD, World

PAINTED = True


@pytest.fixture(params=[0.0, 0.03], ids=["quick", "slow"])
def app(ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> TestApp:
    """On a store each of whose answers is late by so many seconds."""
    late: float = request.param
    run = Backend._run

    async def slowly(backend: Backend, *asked: Any) -> Any:
        answer = await run(backend, *asked)
        await asyncio.sleep(late)
        return answer

    if late:
        monkeypatch.setattr(Backend, "_run", slowly)
    authority = world.authority(modules=["services"], keywords=["labour_law"])
    anna = world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en")
    for name in ("Dace", "Jana", "Zane"):
        world.user(authority, name, "Kalniņa", username=name.lower())
    return TestApp(ctx, Actor(anna))


async def burst(pilot: Pilot[None], *keys: str, holds: Callable[[], object]) -> None:
    """Send keys in one piece, and wait until something holds."""
    for key in keys:
        send(pilot, key)
    for _round in range(100):
        await settle(pilot)
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"waited in vain; the screen shows:\n{texts(pilot)}")


async def test_where_to_go_and_the_letter_that_says_it(app: TestApp) -> None:
    """UX: `g` and a letter, typed as one."""
    async with running(app) as pilot:
        await burst(pilot, "g", "p", holds=lambda: isinstance(app.screen, AccountScreen))
        await burst(pilot, "g", "m", "2", holds=lambda: "› Classification" in texts(pilot))
        await burst(pilot, "g", "g", "4", holds=lambda: "› Users" in texts(pilot))


async def test_an_edit_is_typed_before_the_form_is_there(app: TestApp) -> None:
    """S2.2: the first letters are in the field that gets the focus, the next ones on the tab after it."""
    async with running(app) as pilot:
        await burst(
            pilot, "e", "end", *" (VDI)", "ctrl+n", "slash", *"posted", holds=lambda: "Posted workers" in texts(pilot)
        )
        assert field(pilot, "official_name").value.endswith(" (VDI)")
        tree = app.screen.query_one("#pane-2")
        assert tree.query_one(Input).value == "posted"


async def test_a_form_is_filled_in_field_by_field(app: TestApp) -> None:
    """S3.1: from the list of users through three fields, one of them pasted."""
    async with running(app) as pilot:
        for key in ("4", "a", *"Guna", "tab"):
            send(pilot, key)
        assert app._driver is not None
        app._driver.send_message(Paste("Ventiņa"))
        await burst(pilot, "tab", holds=lambda: isinstance(app.screen, UserForm))
        await burst(
            pilot, "shift+tab", "end", *"-Kalna", holds=lambda: field(pilot, "surname").value == "Ventiņa-Kalna"
        )
        assert field(pilot, "first_name").value == "Guna"


async def test_the_list_is_filtered_before_its_first_row_is_opened(app: TestApp) -> None:
    """S4.1: `/`, the name, Enter into the list, e on the row."""
    async with running(app) as pilot:
        keys = ("4", "slash", *"zane", "enter", "e")
        await burst(pilot, *keys, holds=lambda: isinstance(app.screen, UserForm))
        assert field(pilot, "first_name").value == "Zane"


async def test_a_held_arrow_is_not_slowed_down(app: TestApp) -> None:
    """No key is lost or done twice."""
    async with running(app) as pilot:
        await burst(pilot, "4", holds=lambda: app.screen.query(PagedTable) and "Zane" in texts(pilot))
        table = app.screen.query_one(PagedTable)
        await burst(pilot, *["down"] * 3, "up", holds=lambda: table.row and "Jana" in table.row.cells[0].text)


async def test_from_the_log_in_into_a_tab(app: TestApp, ctx: Context) -> None:
    """S1.2: username, password and the first key after them, in one piece."""
    arrived = TestApp(ctx)
    async with running(arrived) as pilot:
        keys = (*"anna", "enter", *PASSWORD, "enter", "2")
        await burst(pilot, *keys, holds=lambda: isinstance(arrived.screen, MyAuthorityScreen))
        await burst(pilot, holds=lambda: "› Classification" in texts(pilot))


async def test_nothing_holds_a_key_for_ever(app: TestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """What never ends on the screen holds keys up for a while only."""
    monkeypatch.setattr("imi_tui.typed_ahead.HELD", 0.2)
    async with running(app) as pilot:
        ended = asyncio.Event()

        async def for_ever() -> None:
            await ended.wait()

        app.screen.run_worker(for_ever(), group="load")
        await burst(pilot, "2", "3", holds=lambda: "› Modules" in texts(pilot))
        ended.set()


async def test_the_log_in_is_typed_while_the_database_is_away(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """B12: an Enter does not overtake the letters before it, of which the password would lack the last."""
    entered: list[tuple[str, str]] = []
    monkeypatch.setattr(LoginScreen, "_log_in", lambda _screen, *told: entered.append(told))
    app = TestApp(ctx)
    async with running(app) as pilot:
        app.backend.outage.silent("a call")
        assert app.backend.outage.away
        for key in (*"anna", "enter", *PASSWORD, "enter"):
            send(pilot, key)
        for _look in range(500):
            if entered:
                break
            await asyncio.sleep(0.01)
        app.backend.outage.answered("a call")
        assert entered == [("anna", PASSWORD)]
