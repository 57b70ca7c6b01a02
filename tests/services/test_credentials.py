"""The facts of a password stay in step, whichever way they change (S4.6-S4.10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.models import NEVER, PastPassword, User
from imi_tui.context import Context
from imi_tui.rules.accounts import Lives, PasswordStatus
from imi_tui.services import credentials
from imi_tui.services.status import password_status
from tests.world import Clock, World

LIVES = Lives()


def row_of(user_id: int) -> User:
    row: User = User.get_by_id(user_id)
    assert row.attention_at == (row.password_until if row.blocked_at is None else NEVER)
    return row


@pytest.fixture
def user_id(world: World) -> int:
    return world.user(world.authority())


def test_a_chosen_password_is_valid_for_six_calendar_months(ctx: Context, user_id: int, clock: Clock) -> None:
    with ctx.store.writing():
        credentials.set_password(user_id, "new hash", clock(), LIVES)
    row = row_of(user_id)
    assert (row.password_hash, row.wrong_tries, row.blocked_at) == ("new hash", 0, None)
    assert password_status(row, clock()) is PasswordStatus.VALID
    assert row.password_until == clock().replace(year=2027, month=5)


def test_making_temporary_lifts_a_block_and_lapses_after_two_weeks(ctx: Context, world: World, clock: Clock) -> None:
    user_id = world.user(world.authority(), blocked=True)
    with ctx.store.writing():
        credentials.make_temporary(user_id, clock(), LIVES)
    row = row_of(user_id)
    assert row.password_hash is None
    assert password_status(row, clock()) is PasswordStatus.TEMPORARY
    assert password_status(row, clock() + timedelta(days=14)) is PasswordStatus.EXPIRED


def test_a_block_holds_until_a_reset_even_when_a_temporary_password_is_mailed(
    ctx: Context, user_id: int, clock: Clock
) -> None:
    with ctx.store.writing():
        credentials.make_temporary(user_id, clock(), LIVES)
        credentials.block(user_id, clock())
        clock.move(days=1)
        assert credentials.give_temporary(user_id, "mailed hash", clock(), LIVES) == clock() + timedelta(days=14)
    row = row_of(user_id)
    assert row.password_hash == "mailed hash"
    assert password_status(row, clock()) is PasswordStatus.BLOCKED


def test_the_last_five_passwords_are_remembered(ctx: Context, user_id: int, clock: Clock) -> None:
    with ctx.store.writing():
        for number in range(7):
            credentials.set_password(user_id, f"hash {number}", clock(), LIVES)
        assert credentials.recent_hashes(user_id) == [f"hash {number}" for number in (6, 5, 4, 3, 2)]
        assert PastPassword.select().where(PastPassword.user == user_id).count() == 5


def test_a_reset_forgets_no_password_and_the_temporary_one_is_no_sixth(
    ctx: Context, user_id: int, clock: Clock
) -> None:
    with ctx.store.writing():
        for number in range(6):
            credentials.set_password(user_id, f"hash {number}", clock(), LIVES)
        credentials.make_temporary(user_id, clock(), LIVES)
        assert credentials.recent_hashes(user_id) == [f"hash {number}" for number in (5, 4, 3, 2, 1)]
        credentials.give_temporary(user_id, "mailed hash", clock(), LIVES)
        assert credentials.recent_hashes(user_id)[0] == "mailed hash"
        credentials.set_password(user_id, "hash 6", clock(), LIVES)
        assert credentials.recent_hashes(user_id) == [f"hash {number}" for number in (6, 5, 4, 3, 2)]
