"""Access to modules: given with its mandatory rights, withdrawn with what falls away, by whoever manages it."""

from __future__ import annotations

import json

import pytest

from db.models import AuthorityModule, Entry, LinkedCoordinator, Mail, ModuleKeyword, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.services import access
from tests.world import World, values_of

MODULE = "professional_qualifications"
CLI = system_actor("cli")


@pytest.fixture
def manager(world: World) -> int:
    return world.authority("Pārvaldniece", access_manager=True, email="p@manager.example")


@pytest.fixture
def authority(world: World, manager: int) -> int:
    return world.authority(manager=manager)


@pytest.fixture
def maris(world: World, manager: int) -> Actor:
    return world.administrator(manager, "Māris", "Pārvaldnieks")


def _mails(ctx: Context) -> list[tuple[str, int | None]]:
    with ctx.store.reading():
        return [(mail.kind, mail.user_id) for mail in Mail.select().order_by(Mail.id)]


def _rights(ctx: Context, user: int) -> set[tuple[str, str]]:
    with ctx.store.reading():
        return set(UserRight.select(UserRight.module, UserRight.right).where(UserRight.user == user).tuples())


def test_a_module_comes_with_its_mandatory_right_for_the_eldest_administrator(
    ctx: Context, world: World, authority: int, maris: Actor
) -> None:
    """S4.2."""
    eldest = world.administrator(authority, "Anna", "Bērziņa")
    younger = world.administrator(authority, "Zane", "Jaunā")
    access.give_module(ctx, maris, authority, MODULE)
    assert (MODULE, "request_handler") in _rights(ctx, eldest.user_id or 0)
    assert {module for module, _right in _rights(ctx, younger.user_id or 0)} == {"authority_administration"}
    told = {None, eldest.user_id, younger.user_id}
    assert {to for kind, to in _mails(ctx) if kind == "module_given"} == told
    assert [to for kind, to in _mails(ctx) if kind == "mandatory_right"] == [eldest.user_id]
    with ctx.store.reading():
        assert AuthorityModule.get(AuthorityModule.module == MODULE).role == "authority"
        right = Mail.get(Mail.kind == "mandatory_right")
        assert json.loads(right.params) == {"rights": [[MODULE, "request_handler"]]}
        entry = Entry.select().order_by(Entry.id.desc()).first()
        assert (entry.verb, entry.actor_id, entry.subject_id) == ("module:given", maris.user_id, eldest.user_id)


def test_an_authority_without_an_administrator_gets_the_module_alone(
    ctx: Context, authority: int, maris: Actor
) -> None:
    access.give_module(ctx, maris, authority, MODULE, "coordinator")
    assert _mails(ctx) == [("module_given", None)]
    with ctx.store.reading():
        assert AuthorityModule.get(AuthorityModule.module == MODULE).role == "coordinator"


def test_what_cannot_be_given_is_said(ctx: Context, authority: int, maris: Actor) -> None:
    for code, module, role in (
        ("module_unknown", "gardening", ""),
        ("role_unknown", MODULE, "gardener"),
        ("module_held", "services", ""),
    ):
        with pytest.raises(Refused, match=code):
            access.give_module(ctx, maris, authority, module, role)
    assert _mails(ctx) == []


def test_with_the_module_go_rights_keywords_and_coordinators(
    ctx: Context, world: World, authority: int, manager: int, maris: Actor
) -> None:
    user = world.user(authority, administrator=True, rights=[Right("services", "request_handler")])
    with ctx.store.writing():
        ModuleKeyword.create(authority=authority, module="services", keyword="tourism")
        LinkedCoordinator.create(authority=authority, module="services", coordinator=manager)
    access.withdraw_module(ctx, maris, authority, "services")
    assert _rights(ctx, user) == {("authority_administration", "administrator")}
    assert _mails(ctx) == [("module_withdrawn", None), ("module_withdrawn", user)]
    with ctx.store.reading():
        held = AuthorityModule.select().where(AuthorityModule.authority == authority)
        assert [one.module for one in held] == ["authority_administration"]
        assert not ModuleKeyword.select().exists() and not LinkedCoordinator.select().exists()
        entry = Entry.select().order_by(Entry.id.desc()).first()
        told = values_of(entry.id)
        assert told["rights"] == [[[user, "request_handler"]], []]


def test_what_cannot_be_withdrawn_is_said(
    ctx: Context, world: World, authority: int, manager: int, maris: Actor
) -> None:
    with ctx.store.writing():
        LinkedCoordinator.create(authority=authority, module="services", coordinator=manager)
    with pytest.raises(Refused, match="module_relied_upon") as relied:
        access.withdraw_module(ctx, maris, manager, "services")
    assert relied.value.facts["names"] == "Valsts darba inspekcija"
    with pytest.raises(Refused, match="module_everywhere"):
        access.withdraw_module(ctx, maris, authority, "authority_administration")
    with pytest.raises(Gone, match="module_not_there"):
        access.withdraw_module(ctx, maris, authority, MODULE)
    with ctx.store.writing():
        for number in range(7):
            other = world.authority(f"Iestāde {number}")
            LinkedCoordinator.create(authority=other, module="services", coordinator=manager)
    with pytest.raises(Refused, match="module_relied_upon") as relied:
        access.withdraw_module(ctx, maris, manager, "services")
    assert str(relied.value.facts["names"]).endswith("; …")


def test_only_an_access_managers_administrator_gives_and_withdraws(
    ctx: Context, world: World, authority: int, manager: int, maris: Actor
) -> None:
    """S1.9, S2.3."""
    own = world.administrator(authority)
    colleague = Actor(world.user(manager))
    stranger = world.administrator(world.authority("Cita", access_manager=True))
    for actor in (own, colleague, stranger):
        for act in (access.give_module, access.withdraw_module):
            with pytest.raises(NotAllowed):
                act(ctx, actor, authority, MODULE)
    access.give_module(ctx, maris, manager, MODULE)
    access.give_module(ctx, CLI, authority, MODULE)
