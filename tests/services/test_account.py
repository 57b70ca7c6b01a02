"""My account: what everybody may change of their own, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Entry
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.rules.languages import INTERFACE_LANGUAGES, WORKING_LANGUAGES
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.rules.refusals import Conflict, Invalid, NotAllowed, Refused
from imi_tui.services import account, login, user_edit, user_rights, user_view, users
from imi_tui.services.account import OwnData
from tests.screens.hostile import HOSTILE
from tests.world import World, values_of


@pytest.fixture
def actor(world: World) -> Actor:
    return Actor(world.user(world.authority(), username="janis", email="janis@vdi.example", phone="+371 67 000 000"))


def test_everybody_sees_their_own_account(ctx: Context, actor: Actor) -> None:
    own = account.view(ctx, actor)
    assert (own.first_name, own.surname, own.username) == ("Jānis", "Kalniņš", "janis")
    assert (own.authority, own.language, own.rights) == ("Valsts darba inspekcija", "lv", ())


def test_contact_and_language_are_saved_with_an_entry(ctx: Context, actor: Actor) -> None:
    saved = account.save(ctx, actor, 1, OwnData("Janis.K@VDI.example", "67 123 456", "de"))
    assert (saved.email, saved.phone, saved.language) == ("Janis.K@vdi.example", "+371 67 123 456", "de")
    assert saved.version == 2
    with ctx.store.reading():
        entry = Entry.get()
        told = values_of(Entry.get().id)
    assert (entry.verb, entry.actor_id, entry.subject_id) == ("account:edited", actor.user_id, actor.user_id)
    assert told["language"] == ["lv", "de"]
    assert told["email"] == ["janis@vdi.example", "Janis.K@vdi.example"]


@pytest.mark.parametrize(
    ("mine", "field", "code"),
    [
        (OwnData("", "", "lv"), "email", "required"),
        (OwnData("no address", "", "lv"), "email", "email_wrong"),
        (OwnData("ANNA@vdi.example", "", "lv"), "email", "email_taken"),
        (OwnData("janis@vdi.example", "call me", "lv"), "phone", "phone_wrong"),
        (OwnData("janis@vdi.example", "", "xx"), "language", "unknown_working_language"),
        (OwnData("janis@vdi.example", "", ""), "language", "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    ctx: Context, world: World, actor: Actor, mine: OwnData, field: str, code: str
) -> None:
    world.user(world.authority("Cita"), email="anna@vdi.example")
    with pytest.raises(Invalid) as invalid:
        account.save(ctx, actor, 1, mine)
    assert [(error.field, error.code) for error in invalid.value.errors] == [(field, code)]
    assert account.view(ctx, actor).version == 1


def test_nothing_changed_is_said_and_nothing_written(ctx: Context, actor: Actor) -> None:
    own = account.view(ctx, actor)
    with pytest.raises(Refused) as refused:
        account.save(ctx, actor, own.version, OwnData(own.email, own.phone, own.language))
    assert refused.value.code == "nothing_to_save"
    with ctx.store.reading():
        assert not Entry.select().exists()


def test_an_administrator_who_was_faster_is_named(ctx: Context, world: World) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    user = world.user(authority, phone="")
    actor = Actor(user)
    own = account.view(ctx, actor)
    detail = user_view.user_detail(ctx, administrator, authority, user)
    theirs = user_edit.EditedUser(
        detail.version, detail.first_name, "Jauns-Uzvārds", detail.language, detail.email, "", frozenset(detail.rights)
    )
    user_edit.edit(ctx, administrator, authority, user, theirs)
    with pytest.raises(Conflict) as conflict:
        account.save(ctx, actor, own.version, OwnData(own.email, "67 000 000", own.language))
    assert conflict.value.code == "changed_meanwhile"
    assert conflict.value.facts["who"] == "Anna Bērziņa"


def test_whoever_is_no_administrator_changes_nobody_else(ctx: Context, world: World) -> None:
    authority = world.authority()
    world.administrator(authority)
    actor = Actor(world.user(authority))
    other = world.user(authority)
    with pytest.raises(NotAllowed):
        user_rights.falls_away(ctx, actor, authority, other)
    detail = user_view.user_detail(ctx, actor, authority, other)
    mine = user_edit.EditedUser(1, "Cits", detail.surname, "lv", detail.email, "", frozenset())
    with pytest.raises(NotAllowed):
        user_edit.edit(ctx, actor, authority, other, mine)


@pytest.mark.parametrize("facts", [{"temporary": True}, {"expired": True}, {"blocked": True}])
def test_without_a_password_in_order_nothing_is_changed(ctx: Context, world: World, facts: dict[str, bool]) -> None:
    actor = Actor(world.user(world.authority(), **facts))
    with pytest.raises(NotAllowed):
        account.view(ctx, actor)
    with pytest.raises(NotAllowed):
        account.save(ctx, actor, 1, OwnData("a@vdi.example", "", "lv"))


def test_the_rights_stand_there_module_by_module(ctx: Context, world: World) -> None:
    held = [Right("services", "basic_user"), ADMINISTRATOR]
    actor = Actor(world.user(world.authority(), rights=held, phone="+371 67 000 000"))
    own = account.view(ctx, actor)
    assert sorted(own.rights, key=str) == sorted(held, key=str)
    assert own.rights == tuple(sorted(own.rights, key=lambda right: list(ctx.catalogue.modules).index(right.module)))
    assert own.status.password is PasswordStatus.VALID
    assert (own.phone, own.version) == ("+371 67 000 000", 1)


@pytest.mark.parametrize("code", WORKING_LANGUAGES)
def test_every_official_language_can_be_the_working_language(ctx: Context, actor: Actor, code: str) -> None:
    """S3.4; the screens speak it where they can."""
    mine = OwnData("janis@vdi.example", "", code)
    assert account.save(ctx, actor, 1, mine).language == code
    assert login.session(ctx, actor).interface == (code if code in INTERFACE_LANGUAGES else "en")


def test_there_are_twenty_four_of_them() -> None:
    assert len(set(WORKING_LANGUAGES)) == 24


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_form(ctx: Context, actor: Actor) -> None:
    with pytest.raises(Invalid) as invalid:
        account.save(ctx, actor, 1, OwnData("nonsense", "call me", "xx"))
    assert [error.field for error in invalid.value.errors] == ["language", "email", "phone"]


def test_the_own_address_in_other_letter_case_is_not_taken(ctx: Context, actor: Actor) -> None:
    own = account.view(ctx, actor)
    saved = account.save(ctx, actor, own.version, OwnData("JANIS@vdi.example", own.phone, own.language))
    assert saved.email == "JANIS@vdi.example"


def test_only_what_changed_stands_in_the_record(ctx: Context, actor: Actor) -> None:
    own = account.view(ctx, actor)
    account.save(ctx, actor, own.version, OwnData(own.email, "", own.language))
    with ctx.store.reading():
        assert values_of(Entry.get().id) == {"phone": [own.phone, ""]}


def test_the_second_of_two_screens_is_told_and_may_save_what_it_sees_now(ctx: Context, actor: Actor) -> None:
    own = account.view(ctx, actor)
    account.save(ctx, actor, own.version, OwnData(own.email, "67 111 111", own.language))
    with pytest.raises(Conflict):
        account.save(ctx, actor, own.version, OwnData(own.email, "67 222 222", own.language))
    now = account.view(ctx, actor)
    assert now.phone == "+371 67 111 111"
    saved = account.save(ctx, actor, now.version, OwnData(now.email, "67 222 222", now.language))
    assert saved.phone == "+371 67 222 222"


@pytest.mark.parametrize("field", ["email", "phone", "language"])
@pytest.mark.parametrize("name", [name for name, text in HOSTILE.items() if text.strip()])
def test_whatever_is_typed_is_said_at_its_field_and_nothing_is_written(
    ctx: Context, actor: Actor, field: str, name: str
) -> None:
    mine = replace(OwnData("janis@vdi.example", "", "lv"), **{field: HOSTILE[name]})
    with pytest.raises(Invalid) as invalid:
        account.save(ctx, actor, 1, mine)
    assert [error.field for error in invalid.value.errors] == [field]
    assert account.view(ctx, actor).version == 1
    with ctx.store.reading():
        assert not Entry.select().exists()


def test_whoever_was_deleted_is_told_so(ctx: Context, world: World) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    user = world.user(authority)
    users.delete(ctx, administrator, authority, user)
    with pytest.raises(NotAllowed) as seeing:
        account.view(ctx, Actor(user))
    with pytest.raises(NotAllowed) as saving:
        account.save(ctx, Actor(user), 1, OwnData("a@vdi.example", "", "lv"))
    assert (seeing.value.code, saving.value.code) == ("account_gone", "account_gone")
