"""Who edits what at this moment is told to colleagues; it locks nothing, and is forgotten when it runs out (B7)."""

from __future__ import annotations

import pytest

from db.models import Entry, Presence, User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import presence, users
from imi_tui.services.presence import LEASE, Others
from tests.world import Clock, World


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority, "Anna", "Bērziņa")


@pytest.fixture
def ilze(world: World, authority: int) -> Actor:
    return world.administrator(authority, "Ilze", "Liepa")


def test_each_sees_the_other_and_nobody_themselves(ctx: Context, anna: Actor, ilze: Actor, authority: int) -> None:
    assert presence.keep(ctx, anna, authority, "a") == Others()
    assert presence.look(ctx, anna, authority) == Others()
    assert presence.look(ctx, ilze, authority) == Others("Anna Bērziņa", 1)
    assert presence.keep(ctx, ilze, authority, "b") == Others("Anna Bērziņa", 1)
    assert presence.look(ctx, anna, authority) == Others("Ilze Liepa", 1)
    with ctx.store.reading():
        assert not Entry.select().exists()


def test_a_colleague_with_two_forms_counts_once_and_the_last_one_is_named(
    ctx: Context, clock: Clock, world: World, anna: Actor, ilze: Actor, authority: int
) -> None:
    zane = world.administrator(authority, "Zane", "Zile")
    presence.keep(ctx, anna, authority, "a")
    clock.move(seconds=10)
    presence.keep(ctx, ilze, authority, "b")
    clock.move(seconds=10)
    presence.keep(ctx, anna, authority, "c")
    assert presence.look(ctx, zane, authority) == Others("Anna Bērziņa", 2)


def test_what_is_ended_or_has_run_out_is_not_told(
    ctx: Context, clock: Clock, anna: Actor, ilze: Actor, authority: int
) -> None:
    presence.keep(ctx, anna, authority, "a")
    presence.end(ctx, Actor(None), "a")
    assert presence.look(ctx, ilze, authority) == Others()
    presence.keep(ctx, anna, authority, "a")
    clock.move(seconds=LEASE.total_seconds())
    assert presence.look(ctx, ilze, authority).count == 1
    presence.keep(ctx, anna, authority, "a")
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert presence.look(ctx, ilze, authority) == Others()
    presence.keep(ctx, ilze, authority, "b")
    with ctx.store.reading():
        assert [row.token for row in Presence.select()] == ["b"]


def test_the_authority_and_each_of_its_users_are_things_of_their_own(
    ctx: Context, world: World, anna: Actor, ilze: Actor, authority: int
) -> None:
    user = world.user(authority)
    presence.keep(ctx, anna, authority, "a", user)
    assert presence.look(ctx, ilze, authority) == Others()
    assert presence.look(ctx, ilze, authority, user) == Others("Anna Bērziņa", 1)
    assert presence.keep(ctx, Actor(user), authority, "own", user) == Others("Anna Bērziņa", 1)
    assert presence.look(ctx, anna, authority, user) == Others("Jānis Kalniņš", 1)
    assert presence.look(ctx, ilze, authority, user).count == 2


def test_it_goes_with_whoever_is_deleted(ctx: Context, world: World, anna: Actor, ilze: Actor, authority: int) -> None:
    user = world.user(authority)
    presence.keep(ctx, anna, authority, "a", user)
    presence.keep(ctx, ilze, authority, "b")
    users.delete(ctx, anna, authority, user)
    users.delete(ctx, anna, authority, ilze.user_id or 0)
    with ctx.store.reading():
        assert not Presence.select().exists()
    assert presence.keep(ctx, anna, authority, "a", user) == Others()
    with ctx.store.reading():
        assert not Presence.select().exists()


def test_only_who_may_edit_is_present_and_only_who_may_see_users_is_told(
    ctx: Context, world: World, authority: int, anna: Actor
) -> None:
    colleague = Actor(world.user(authority))
    stranger = world.administrator(world.authority("Cita iestāde"))
    presence.keep(ctx, anna, authority, "a")
    for actor in (colleague, stranger):
        with pytest.raises(NotAllowed):
            presence.keep(ctx, actor, authority, "x")
    with pytest.raises(NotAllowed):
        presence.look(ctx, stranger, authority)
    assert presence.look(ctx, colleague, authority) == Others("Anna Bērziņa", 1)


def test_a_command_is_nobody_s_colleague(ctx: Context, anna: Actor, authority: int) -> None:
    assert presence.keep(ctx, system_actor("cli"), authority, "x") == Others()
    assert presence.look(ctx, anna, authority) == Others()
    with ctx.store.reading():
        assert User.select().count() == 1
