"""How the lock, the list of sessions and the end of one look, in both languages and sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from db.models import User, UserSession
from imi_tui.cli.demo import logins
from imi_tui.context import Context
from imi_tui.process import Process
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.sessions import Over
from imi_tui.services import session_rows, sessions
from tests.screens.conftest import Snap
from tests.screens.harness import TestApp, cases, press, settle, steps, type_text
from tests.world import NOW

ANNA = 1


def _opened(ctx: Context) -> Actor:
    """Anna's present session, and two more from elsewhere."""
    with ctx.store.writing():
        User.update(password_temporary=False).where(User.id == ANNA).execute()
        for number, origin in enumerate(("", "192.0.2.17", "2001:db8:0:1:2:3:4:5")):
            process = Process(terminal="" if origin else "pts/4")
            started = NOW.replace(hour=8 - number)
            there = replace(ctx, origin=origin, process=process)
            one = session_rows.begin(there, ANNA, started)
            UserSession.update(id=f"session{number}").where(UserSession.id == one).execute()
            UserSession.update(last_seen_at=NOW).where(UserSession.id == f"session{number}").execute()
    return Actor(ANNA, session="session0")


@pytest.mark.parametrize(("language", "size"), cases())
def test_the_lock_looks_as_it_should(snap: Snap, cast: Context, language: str, size: str) -> None:
    async def locked(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.app.guard.lock()  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        await type_text(pilot, "wrong")
        await press(pilot, "enter")

    snap(TestApp(cast, _opened(cast), language), size, locked)


@pytest.mark.parametrize(("language", "size"), cases())
def test_the_list_looks_as_it_should(snap: Snap, cast: Context, language: str, size: str) -> None:
    snap(TestApp(cast, _opened(cast), language), size, steps("g", "p", "s", "down"))


@pytest.mark.parametrize(("language", "size"), cases())
def test_the_end_of_a_session_looks_as_it_should(
    snap: Snap, cast: Context, language: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imi_tui.watch.CHECK", 0)

    async def ended(pilot: Pilot[None]) -> None:
        await settle(pilot)
        with cast.store.writing():
            session_rows.end_all_of(ANNA, NOW, Over.CHANGED)
        await press(pilot, "down")

    snap(TestApp(cast, _opened(cast), language, demo=logins()), size, ended)


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_form_that_cannot_be_saved_any_more_looks_as_it_should(
    snap: Snap, cast: Context, language: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imi_tui.watch.CHECK", 0)

    async def narrowed(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "e", "x")
        with cast.store.writing():
            cast.store.database.execute_sql("DELETE FROM user_right WHERE user_id = 1 AND right = 'administrator'")
        await press(pilot, "y")

    snap(TestApp(cast, _opened(cast), language), size, narrowed)


async def at_the_door(pilot: Pilot[None]) -> None:
    """Anna logs in."""
    await settle(pilot)
    await type_text(pilot, "berziann")
    await press(pilot, "enter")
    await type_text(pilot, "Demo-Parole-2026")
    await press(pilot, "enter")


@pytest.mark.parametrize(("language", "size"), cases())
def test_one_log_in_too_many_looks_as_it_should(snap: Snap, cast: Context, language: str, size: str) -> None:
    _opened(cast)
    assert len(sessions.open_in(cast, system_actor("cli"), 1, ANNA)) == cast.settings.sessions

    snap(TestApp(cast, None, language), size, at_the_door)
