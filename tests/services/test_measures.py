"""The house in numbers is counted as it stands, on each engine, and for the house alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.models import Meta
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.mailing import MailState
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.rules.verbs import Verb
from imi_tui.services import measures, users
from tests.record import write as entry
from tests.world import NOW, Clock, World

CLI = system_actor("cli")


def test_everything_is_counted_as_it_stands(ctx: Context, world: World) -> None:
    manager = world.authority("Koordinators", access_manager=True)
    authority = world.authority()
    world.administrator(manager)
    world.user(manager, administrator=True, blocked=True)
    world.user(manager, administrator=True, expired=True)
    administrator = world.administrator(authority)
    for more in ({"temporary": True, "logged_in": False}, {"expired": True, "blocked": True}, {}):
        world.user(authority, **more)  # type: ignore[arg-type]  # of the parameters' kinds
    users.reset_password(ctx, administrator, authority, world.user(authority, "Pēteris", "Ozols"))
    found = measures.measure(ctx, CLI)
    assert found.users == {
        PasswordStatus.VALID: 3,
        PasswordStatus.TEMPORARY: 2,
        PasswordStatus.BLOCKED: 2,
        PasswordStatus.EXPIRED: 1,
    }
    assert (found.new_users, found.authorities) == (1, {"active": 2, "inactive": 0})
    assert (found.mails[MailState.QUEUED], found.overdue, found.health.due) == (1, 0, 1)
    assert (found.noted.authorities, found.noted.managers, found.noted.entries) == (2, 1, 1)
    assert found.noted.latest == NOW
    assert found.size > 10_000


def test_when_it_was_backed_up_and_checked_is_told(ctx: Context) -> None:
    assert (measures.noted(ctx, CLI).backed_up_at, measures.noted(ctx, CLI).checked_at) == (None, None)
    with ctx.store.writing():
        Meta.insert(name=measures.TAKEN, value="2026-11-24T08:00:00+00:00").execute()
    assert measures.noted(ctx, CLI).backed_up_at == NOW - timedelta(hours=1)


def test_failed_log_ins_are_those_of_the_last_hour(ctx: Context, clock: Clock) -> None:
    for minutes in (-200, -61, -59, -1):
        clock.at = NOW
        clock.move(minutes=minutes)
        for verb in (Verb.LOGIN_FAILED, Verb.LOGIN, Verb.LOGIN_UNKNOWN):
            entry(ctx, verb)
    clock.at = NOW
    assert measures.measure(ctx, CLI).failed_logins == 4


def test_only_the_system_may_count(ctx: Context, world: World) -> None:
    with pytest.raises(NotAllowed):
        measures.measure(ctx, world.administrator(world.authority()))
