"""Whatever the moment in which the line to the database breaks: a save is done once, and nobody is told otherwise."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from db.models import Authority, Entry, Mail
from imi_tui import outage
from imi_tui.backend import Backend
from imi_tui.context import Context
from imi_tui.outage import Outage
from imi_tui.rules.authority_changes import with_text
from imi_tui.rules.drafts import DraftKind, Typed
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import StoreAway
from imi_tui.services import authorities, commits, drafts, login, record_check, sessions
from tests.failover.servers import eventually
from tests.failover.storm import Fault, Storm
from tests.world import PASSWORD, World


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in a test."""
    monkeypatch.setattr(outage, "FIRST", 0.001)
    monkeypatch.setattr(outage, "LONGEST", 0.001)


@pytest.fixture
def storm(ctx: Context) -> Storm:
    return Storm(ctx.store)


@pytest.fixture
def house(world: World) -> tuple[int, Actor]:
    authority = world.authority()
    return authority, Actor(world.user(authority, "Anna", "Bērziņa", administrator=True, username="berziann"))


def _patient(ctx: Context, patience: float = math.inf) -> Context:
    return replace(ctx, outage=Outage(patience))


async def _until(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(eventually, holds, "the lanes")


def _save(ctx: Context, house: tuple[int, Actor], town: str) -> int:
    authority, anna = house
    seen = authorities.view(ctx, anna, authority)
    mine = with_text(seen.draft(), "town", town)
    return authorities.save(ctx, anna, authority, seen.version, mine).view.version


@pytest.mark.parametrize("faults", [[one] for one in Fault] + [[one, other] for one in Fault for other in Fault])
def test_a_save_is_done_once_whenever_the_line_breaks(
    ctx: Context, storm: Storm, house: tuple[int, Actor], faults: list[Fault]
) -> None:
    patient = _patient(ctx)
    with ctx.store.reading():
        before, mails = Entry.select().count(), Mail.select().count()
    version = authorities.view(ctx, house[1], house[0]).version
    storm.faults.extend(faults)
    saved = patient.outage.patiently(lambda: _save(patient, house, "Liepāja"))
    assert saved == version + 1
    with ctx.store.reading():
        assert Authority.get_by_id(house[0]).town == "Liepāja"
        assert Entry.select().count() == before + 1
        assert Mail.select().count() > mails
        told = Mail.select(Mail.user, Mail.kind).tuples()
        assert len(set(told)) == len(told)
    assert record_check.verify(ctx, system_actor("test")).broken is None


def test_nobody_is_told_what_nobody_knows(
    ctx: Context, storm: Storm, house: tuple[int, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "PATIENCE", 0.0)
    storm.faults.extend([Fault.ANSWER_LOST, Fault.BEFORE])
    with pytest.raises(StoreAway) as refused:
        _save(ctx, house, "Liepāja")
    assert refused.value.code == "store_outcome_unknown"


def test_a_program_without_patience_is_refused_at_once(ctx: Context, storm: Storm, house: tuple[int, Actor]) -> None:
    storm.away = True
    with pytest.raises(StoreAway) as refused:
        ctx.outage.patiently(lambda: _save(ctx, house, "Liepāja"))
    assert (refused.value.code, storm.tries) == ("store_away", 1)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("calm", range(2))
def test_one_log_in_is_one_session_whenever_the_line_breaks(
    ctx: Context, storm: Storm, house: tuple[int, Actor], fault: Fault, calm: int
) -> None:
    patient = _patient(ctx)
    storm.faults.extend([*[None] * calm, fault])
    session = patient.outage.patiently(lambda: login.log_in(patient, Actor(None), "berziann", PASSWORD))
    assert [one.id for one in sessions.mine(ctx, Actor(session.user_id, session=session.id))] == [session.id]


def test_a_draft_that_was_taken_while_the_answer_was_lost_is_taken(
    ctx: Context, storm: Storm, house: tuple[int, Actor]
) -> None:
    authority, anna = house
    typed = Typed(DraftKind.AUTHORITY, "first", {"town": "Rīga"}, {"town": "Liepāja"}, authority)
    drafts.keep(ctx, anna, typed)
    patient = _patient(ctx)
    storm.faults.append(Fault.ANSWER_LOST)
    taken = patient.outage.patiently(lambda: drafts.take(patient, anna, "first", "second"))
    assert taken.mine == typed.mine


async def test_what_waits_is_done_in_order_once_the_database_is_back_and_says_so_twice(
    ctx: Context, storm: Storm, house: tuple[int, Actor]
) -> None:
    backend = Backend(lambda: ctx)
    told: list[bool] = []
    back = threading.Event()
    backend.outage.told = lambda: (told.append(backend.outage.away), None if backend.outage.away else back.set())
    backend.actor = house[1]
    storm.away = True
    first = asyncio.create_task(backend.write(lambda ctx, _actor: _save(ctx, house, "Liepāja")))
    second = asyncio.create_task(backend.write(lambda ctx, _actor: _save(ctx, house, "Valmiera")))
    await _until(lambda: storm.tries >= 5)
    assert told == [True]
    storm.away = False
    assert await first < await second
    await asyncio.to_thread(back.wait)
    assert told == [True, False]
    calm = storm.tries
    assert backend.close()
    assert storm.tries == calm  # nothing asks where nobody waits


async def test_what_nobody_waits_for_any_more_is_not_done_later(
    ctx: Context, storm: Storm, house: tuple[int, Actor]
) -> None:
    backend = Backend(lambda: ctx)
    storm.away = True
    save = asyncio.create_task(backend.write(lambda ctx, _actor: _save(ctx, house, "Liepāja")))
    await _until(lambda: storm.tries >= 3)
    save.cancel()
    await _until(lambda: not backend.outage.away)
    storm.away = False
    assert await backend.read(lambda ctx, _actor: authorities.view(ctx, house[1], house[0]).town) == "Rīga"
    backend.close()


async def test_the_program_ends_at_once_while_the_database_is_away(
    ctx: Context, storm: Storm, house: tuple[int, Actor]
) -> None:
    backend = Backend(lambda: ctx)
    storm.away = True
    save = asyncio.create_task(backend.write(lambda ctx, _actor: _save(ctx, house, "Liepāja")))
    backend.later(lambda ctx, _actor: _save(ctx, house, "Valmiera"))
    await _until(lambda: storm.tries >= 3)
    await backend.unless_away(lambda ctx, _actor: _save(ctx, house, "Cēsis"))
    assert backend.close(lambda ctx, _actor: _save(ctx, house, "Ogre"))
    with pytest.raises(StoreAway):
        await save


async def test_a_database_that_says_nothing_counts_as_away(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.backend.SILENT", 0.01)
    backend, answer = Backend(lambda: ctx), threading.Event()
    asked = asyncio.create_task(backend.read(lambda _ctx, _actor: answer.wait()))
    await _until(lambda: backend.outage.away)
    answer.set()
    assert await asked
    assert not backend.outage.away
    assert backend.close()
