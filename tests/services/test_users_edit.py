"""Editing and resetting: S1.7, S3.8, S4.1, S4.2, S4.6; nothing is overwritten silently."""

from __future__ import annotations

import dataclasses
import json

import pytest

from db.models import AuthorityModule, Entry, Mail, User
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.rules.refusals import Conflict, Gone, Invalid, NotAllowed, Refused
from imi_tui.services import users
from imi_tui.services.user_edit import EditedUser, edit
from imi_tui.services.user_view import user_detail
from tests.world import World, values_of


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


@pytest.fixture
def janis(world: World, authority: int, anna: Actor) -> int:
    return world.user(authority, email="janis@vdi.example", phone="+371 67 000 001")


def form(ctx: Context, actor: Actor, authority: int, user_id: int, **typed: object) -> EditedUser:
    """What the form holds when it was just opened, and then something was typed."""
    now = user_detail(ctx, actor, authority, user_id)
    filled = EditedUser(
        now.version, now.first_name, now.surname, now.language, now.email, now.phone, frozenset(now.rights)
    )
    return dataclasses.replace(filled, **typed)  # type: ignore[arg-type]  # the tests name the fields


def services_right(ctx: Context) -> Right:
    return Right("services", ctx.catalogue.modules["services"].rights[0].code)


def last_values() -> dict[str, list[object]]:
    entry = Entry.select().order_by(Entry.id.desc()).get()
    values: dict[str, list[object]] = values_of(entry.id)
    return values


def test_everything_can_be_changed_and_the_record_tells_only_what_was(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    right = services_right(ctx)
    mine = form(ctx, anna, authority, janis, surname="Kalns", email="kalns@vdi.example", rights=frozenset({right}))
    done = edit(ctx, anna, authority, janis, mine)
    now = user_detail(ctx, anna, authority, janis)
    assert done.changed == ("surname", "email", "rights")
    assert (now.surname, now.email, now.rights) == ("Kalns", "kalns@vdi.example", (right,))
    assert last_values() == {
        "surname": ["Kalniņš", "Kalns"],
        "email": ["janis@vdi.example", "kalns@vdi.example"],
        "rights": [[], [f"{right.module}:{right.right}"]],
    }


def test_what_was_changed_is_found_and_sorted_under_its_new_form(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    edit(ctx, anna, authority, janis, form(ctx, anna, authority, janis, surname="Ābols", email="Abols@VDI.example"))
    row = User.get_by_id(janis)
    assert (row.surname_key, row.email_key) == ("abols", "abols@vdi.example")


def test_saving_without_a_change_writes_nothing(ctx: Context, anna: Actor, authority: int, janis: int) -> None:
    mine = form(ctx, anna, authority, janis, first_name="  Jānis ")
    assert edit(ctx, anna, authority, janis, mine).changed == ()
    assert Entry.select().count() == 0
    assert user_detail(ctx, anna, authority, janis).version == mine.version


def test_who_was_faster_is_named_and_nothing_is_overwritten(
    ctx: Context, world: World, anna: Actor, authority: int, janis: int
) -> None:
    other = world.administrator(authority, "Pēteris", "Zariņš")
    mine = form(ctx, anna, authority, janis, phone="")
    edit(ctx, other, authority, janis, form(ctx, other, authority, janis, surname="Kalns"))
    with pytest.raises(Conflict) as refused:
        edit(ctx, anna, authority, janis, mine)
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.facts == {"who": "Pēteris Zariņš", "when": ctx.now()}
    assert user_detail(ctx, anna, authority, janis).phone == "+371 67 000 001"


def test_wrong_fields_are_all_named_and_nothing_is_written(
    ctx: Context, world: World, anna: Actor, authority: int, janis: int
) -> None:
    world.user(authority, email="taken@vdi.example")
    mine = form(ctx, anna, authority, janis, surname="", email="TAKEN@vdi.example")
    with pytest.raises(Invalid) as refused:
        edit(ctx, anna, authority, janis, mine)
    assert [(error.field, error.code) for error in refused.value.errors][1] == ("email", "email_taken")
    assert refused.value.errors[0].field == "surname"
    assert Entry.select().count() == 0


def test_the_own_address_in_other_letter_case_is_no_clash(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    edit(ctx, anna, authority, janis, form(ctx, anna, authority, janis, email="JANIS@vdi.example"))
    assert user_detail(ctx, anna, authority, janis).email == "JANIS@vdi.example"


def test_a_right_in_a_suspended_module_may_stay_but_not_come(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    right = services_right(ctx)
    holder, other = world.user(authority, rights=[right]), world.user(authority)
    AuthorityModule.update(access="suspended").where(AuthorityModule.module == "services").execute()
    assert edit(ctx, anna, authority, holder, form(ctx, anna, authority, holder, surname="Kalns")).changed
    with pytest.raises(Invalid):
        edit(ctx, anna, authority, other, form(ctx, anna, authority, other, rights=frozenset({right})))


def test_the_last_administrator_right_cannot_be_taken_away(ctx: Context, anna: Actor, authority: int) -> None:
    assert anna.user_id is not None
    with pytest.raises(Refused) as refused:
        edit(ctx, anna, authority, anna.user_id, form(ctx, anna, authority, anna.user_id, rights=frozenset()))
    assert refused.value.code == "mandatory_right_unheld"
    assert ADMINISTRATOR in user_detail(ctx, anna, authority, anna.user_id).rights


def test_the_task_of_administrator_can_be_given_to_others(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    edit(ctx, anna, authority, janis, form(ctx, anna, authority, janis, rights=frozenset({ADMINISTRATOR})))
    assert anna.user_id is not None
    mine = form(ctx, Actor(janis), authority, anna.user_id, rights=frozenset())
    assert edit(ctx, Actor(janis), authority, anna.user_id, mine).changed == ("rights",)
    with pytest.raises(NotAllowed):
        edit(ctx, anna, authority, janis, form(ctx, Actor(janis), authority, janis, surname="X"))


def test_only_administrators_edit_and_reset_and_only_their_own(
    ctx: Context, world: World, authority: int, anna: Actor, janis: int
) -> None:
    elsewhere = world.administrator(world.authority("Cita iestāde"))
    mine = form(ctx, anna, authority, janis, surname="X")
    for who in (Actor(janis), elsewhere):
        with pytest.raises(NotAllowed):
            edit(ctx, who, authority, janis, mine)
        with pytest.raises(NotAllowed):
            users.reset_password(ctx, who, authority, janis)
    with pytest.raises(Gone):
        users.reset_password(ctx, anna, authority, int(elsewhere.user_id or 0))


@pytest.mark.parametrize("state", ["valid", "temporary", "blocked", "expired"])
def test_a_password_is_reset_from_every_status(
    ctx: Context, world: World, anna: Actor, authority: int, state: str
) -> None:
    user_id = world.user(authority, **({} if state == "valid" else {state: True}))
    done = users.reset_password(ctx, anna, authority, user_id)
    row, now = User.get_by_id(user_id), user_detail(ctx, anna, authority, user_id)
    assert (row.password_hash, row.wrong_tries, row.blocked_at) == (None, 0, None)
    assert now.status.password is PasswordStatus.TEMPORARY
    assert now.last_mail is not None
    assert (now.last_mail.kind, now.last_mail.state) == ("password_reset", "queued")
    assert done.mail_to == now.email
    assert last_values() == {"status": [state, "temporary"]}


def test_a_second_reset_leaves_one_mail_waiting(ctx: Context, anna: Actor, authority: int, janis: int) -> None:
    users.reset_password(ctx, anna, authority, janis)
    users.reset_password(ctx, anna, authority, janis)
    assert Mail.select().where(Mail.user == janis).count() == 1


def test_nobody_resets_the_own_password(ctx: Context, anna: Actor, authority: int) -> None:
    with pytest.raises(Refused) as refused:
        users.reset_password(ctx, anna, authority, int(anna.user_id or 0))
    assert refused.value.code == "not_own_password"


def test_whoever_gets_other_rights_is_told_which_and_by_whom(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    right = services_right(ctx)
    mine = form(ctx, anna, authority, janis, rights=frozenset({right}), email="new@vdi.example")
    assert edit(ctx, anna, authority, janis, mine).mail_to == "new@vdi.example"
    mail = Mail.get()
    assert (mail.kind, mail.user_id) == ("rights_changed", janis)
    assert json.loads(mail.params) == {"come": [list(right)], "gone": [], "by": "Anna Bērziņa"}
    mine = form(ctx, anna, authority, janis, rights=frozenset())
    edit(ctx, anna, authority, janis, mine)
    assert json.loads(Mail.select().order_by(Mail.id.desc()).first().params)["gone"] == [list(right)]


def test_nobody_is_mailed_of_their_own_doing_or_of_rights_that_stayed(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    own = anna.user_id or 0
    mine = form(ctx, anna, authority, own, rights=frozenset({ADMINISTRATOR, services_right(ctx)}))
    assert edit(ctx, anna, authority, own, mine).mail_to == ""
    assert edit(ctx, anna, authority, janis, form(ctx, anna, authority, janis, surname="Kalns")).mail_to == ""
    assert not Mail.select().exists()
