"""Deleting a colleague, and the guard of the mandatory rights on every way there is: S4.3, S4.5."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import schema
from db.catalogue import load
from db.models import Entry, Mail, PastPassword, RetiredUsername, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.rules.refusals import Gone, Invalid, NotAllowed, Refused
from imi_tui.services import users
from imi_tui.services.hashing import Hasher
from imi_tui.services.user_edit import EditedUser, edit
from imi_tui.services.user_rights import falls_away, rights_offered
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import NewUser
from imi_tui.settings import Settings
from tests.world import Clock, World, values_of


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


def mandatory(ctx: Context, module: str = "services") -> Right:
    return Right(module, ctx.catalogue.mandatory_rights(module)[0].code)


def test_who_leaves_is_gone_from_the_live_tables(ctx: Context, world: World, anna: Actor, authority: int) -> None:
    janis = world.user(authority, username="kalnijan", rights=[Right("services", mandatory(ctx).right)])
    world.user(authority, rights=[mandatory(ctx)])
    users.reset_password(ctx, anna, authority, janis)
    assert users.delete(ctx, anna, authority, janis).name == "Jānis Kalniņš"
    for table in (UserRight, Mail, PastPassword):
        assert not table.select().where(table.user == janis).exists()
    assert User.get_or_none(User.id == janis) is None
    with pytest.raises(Gone):
        user_detail(ctx, anna, authority, janis)


def test_the_username_is_retired_and_the_address_is_free_again(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    janis = world.user(authority, username="kalnijan", email="janis@vdi.example")
    users.delete(ctx, anna, authority, janis)
    assert RetiredUsername.get_by_id("kalnijan").retired_at == ctx.now()
    again = NewUser("Jānis", "Kalniņš", "lv", "janis@vdi.example", username="kalnijan")
    with pytest.raises(Invalid) as refused:
        users.register(ctx, anna, authority, again)
    assert [error.field for error in refused.value.errors] == ["username"]
    assert users.register(ctx, anna, authority, dataclasses.replace(again, username="")).username != "kalnijan"


def test_the_record_outlives_the_person_and_its_personal_values_can_be_erased(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    janis = world.user(authority)
    users.delete(ctx, anna, authority, janis)
    entry = Entry.select().order_by(Entry.id.desc()).get()
    assert (entry.verb, entry.subject_id, entry.actor_id) == ("user:deleted", janis, anna.user_id)
    values = values_of(entry.id)
    assert values["surname"] == ["Kalniņš", None]


def test_nobody_deletes_the_own_account(ctx: Context, world: World, anna: Actor, authority: int) -> None:
    world.administrator(authority, "Otra", "Administratore")
    with pytest.raises(Refused) as refused:
        users.delete(ctx, anna, authority, int(anna.user_id or 0))
    assert refused.value.code == "not_oneself"


def test_only_administrators_delete_and_only_their_own(ctx: Context, world: World, anna: Actor, authority: int) -> None:
    janis = world.user(authority)
    elsewhere = world.administrator(world.authority("Cita iestāde"))
    with pytest.raises(NotAllowed):
        users.delete(ctx, Actor(janis), authority, int(anna.user_id or 0))
    with pytest.raises(NotAllowed):
        users.delete(ctx, elsewhere, authority, janis)
    with pytest.raises(Gone):
        users.delete(ctx, anna, authority, int(elsewhere.user_id or 0))


def test_the_last_holder_of_a_mandatory_right_cannot_be_deleted(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    holder = world.user(authority, rights=[mandatory(ctx)])
    with pytest.raises(Refused) as refused:
        users.delete(ctx, anna, authority, holder)
    assert refused.value.code == "mandatory_right_unheld"
    assert user_detail(ctx, anna, authority, holder).rights == (mandatory(ctx),)
    assert Entry.select().count() == 0
    world.user(authority, rights=[mandatory(ctx)])
    users.delete(ctx, anna, authority, holder)


def test_what_falls_away_is_told_with_who_else_holds_it(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    janis = world.user(authority, rights=[mandatory(ctx), ADMINISTRATOR])
    world.user(world.authority("Cita iestāde"), "Svešs", "Cilvēks", rights=[mandatory(ctx)])
    told = {(right.module, right.right): right for right in falls_away(ctx, anna, authority, janis)}
    assert told[ADMINISTRATOR].others == ("Anna Bērziņa",)
    assert told[ADMINISTRATOR].others_count == 1
    lone = told[mandatory(ctx)]
    assert (lone.mandatory, lone.others, lone.others_count) == (True, (), 0)


def test_the_matrix_shows_how_many_hold_each_right(ctx: Context, world: World, anna: Actor, authority: int) -> None:
    for _number in range(2):
        world.user(authority, rights=[mandatory(ctx)])
    offered = {module.code: module for module in rights_offered(ctx, anna, authority)}
    assert set(offered) == {ADMINISTRATOR.module, "services"}
    holders = {right.code: right.holders for right in offered["services"].rights}
    assert holders[mandatory(ctx).right] == 2
    assert sum(holders.values()) == 2


@pytest.fixture(scope="module")
def small_world() -> Iterator[tuple[Context, World]]:
    """One store for many random histories: each has an authority of its own."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'imi.db'}"
        store = schema.create(url)
        ctx = Context(store, load(), Settings(database=url), Hasher(memory_kib=8, time=1), Clock())
        yield ctx, World(ctx)
        store.close()


_STEPS = st.lists(
    st.tuples(st.sampled_from(["delete", "rights", "reset"]), st.integers(0, 3), st.integers(0, 3), st.integers(0, 7)),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_a_mandatory_right_once_held_is_held_for_ever(
    small_world: tuple[Context, World], steps: list[tuple[str, int, int, int]]
) -> None:
    ctx, world = small_world
    ctx.store.connect()
    authority = world.authority()
    wanted = [ADMINISTRATOR, mandatory(ctx)]
    people = [world.user(authority, rights=wanted[: number + 1] if number < 2 else []) for number in range(4)]
    for what, who, whom, mask in steps:
        actor, user_id = Actor(people[who]), people[whom]
        try:
            if what == "delete":
                users.delete(ctx, actor, authority, user_id)
            elif what == "reset":
                users.reset_password(ctx, actor, authority, user_id)
            else:
                now = user_detail(ctx, actor, authority, user_id)
                rights = frozenset(right for number, right in enumerate(wanted) if mask & (1 << number))
                mine = EditedUser(now.version, now.first_name, now.surname, now.language, now.email, now.phone, rights)
                edit(ctx, actor, authority, user_id, mine)
        except Refused:
            pass
        held = {
            Right(*row)
            for row in UserRight.select(UserRight.module, UserRight.right)
            .where(UserRight.authority == authority)
            .tuples()
        }
        assert held >= set(wanted)
