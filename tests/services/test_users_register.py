"""Registering a colleague: S1.3, S1.6, S3.1-S3.10, S4.4."""

from __future__ import annotations

import dataclasses
import json
import unicodedata

import pytest

from db.models import AuthorityModule, Entry, Mail, RetiredUsername, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.policy import ADMINISTRATOR, Actor, system_actor
from imi_tui.rules.refusals import Invalid, NotAllowed
from imi_tui.services import user_checks, users
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import NewUser
from tests.world import World, values_of

LIGA = NewUser("Līga", "Ozola", "lv", "liga.ozola@vdi.example")


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


def some_rights(ctx: Context, module: str = "services") -> frozenset[Right]:
    return frozenset(Right(module, right.code) for right in ctx.catalogue.modules[module].rights)


def errors_of(ctx: Context, actor: Actor, authority: int, new: NewUser) -> dict[str, str]:
    """Field → code, and the certainty that nothing was written."""
    before = User.select().count(), Mail.select().count(), Entry.select().count()
    with pytest.raises(Invalid) as refused:
        users.register(ctx, actor, authority, new)
    assert (User.select().count(), Mail.select().count(), Entry.select().count()) == before
    return {error.field: error.code for error in refused.value.errors}


def test_a_colleague_is_registered_without_any_right_and_new_with_a_temporary_password(
    ctx: Context, anna: Actor, authority: int
) -> None:
    done = users.register(ctx, anna, authority, LIGA)
    liga = user_detail(ctx, anna, authority, done.user_id)
    assert (liga.first_name, liga.surname, liga.language) == ("Līga", "Ozola", "lv")
    assert (liga.email, liga.phone, liga.rights) == ("liga.ozola@vdi.example", "", ())
    assert (liga.status.account, liga.status.password) == (AccountStatus.NEW, PasswordStatus.TEMPORARY)
    assert liga.registered_at == ctx.now()
    assert liga.last_mail is not None
    assert (liga.last_mail.kind, liga.last_mail.state) == ("welcome", "queued")
    assert done.mail_to == liga.email
    assert done.username == liga.username


def test_the_queued_mail_and_its_parameters_never_hold_the_username(ctx: Context, anna: Actor, authority: int) -> None:
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, username="ozolnieks7"))
    (mail,) = Mail.select().where(Mail.user == done.user_id)
    assert "ozolnieks7" not in mail.params


def test_the_record_tells_who_was_registered_with_what(ctx: Context, anna: Actor, authority: int) -> None:
    rights = some_rights(ctx)
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, rights=rights))
    entry = Entry.select().order_by(Entry.id.desc()).get()
    values = values_of(entry.id)
    assert (entry.verb, entry.actor_id, entry.subject_id) == ("user:registered", anna.user_id, done.user_id)
    assert values["surname"] == [None, "Ozola"]
    assert values["rights"] == [[], sorted(f"{right.module}:{right.right}" for right in rights)]
    assert "password" not in json.dumps(values)


def test_rights_are_given_as_chosen(ctx: Context, anna: Actor, authority: int) -> None:
    rights = some_rights(ctx) | {ADMINISTRATOR}
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, rights=rights))
    assert frozenset(user_detail(ctx, anna, authority, done.user_id).rights) == rights


def test_the_first_user_of_an_authority_gets_every_right(ctx: Context, authority: int) -> None:
    users.register(ctx, system_actor("init"), authority, LIGA)
    held = {Right(*row) for row in UserRight.select(UserRight.module, UserRight.right).tuples()}
    assert held == some_rights(ctx) | some_rights(ctx, ADMINISTRATOR.module)
    assert ADMINISTRATOR in held
    second = users.register(
        ctx, system_actor("init"), authority, NewUser("Anna", "Bite", "lv", "anna.bite@vdi.example")
    )
    assert not UserRight.select().where(UserRight.user == second.user_id).exists()


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
def test_every_official_language_can_be_the_working_language(
    ctx: Context, anna: Actor, authority: int, language: str
) -> None:
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, language=language))
    assert user_detail(ctx, anna, authority, done.user_id).language == language


@pytest.mark.parametrize("email", ["liga.ozola@vdi.example", "LIGA.OZOLA@VDI.EXAMPLE", " Liga.Ozola@vdi.Example "])
def test_another_users_address_is_refused_whatever_its_letter_case(
    ctx: Context, world: World, anna: Actor, authority: int, email: str
) -> None:
    elsewhere = world.authority("Cita iestāde")
    world.user(elsewhere, email="Liga.Ozola@vdi.example")
    assert errors_of(ctx, anna, authority, dataclasses.replace(LIGA, email=email)) == {"email": "email_taken"}
    assert user_checks.email_problem(ctx, anna, authority, email) is not None
    assert user_checks.email_problem(ctx, anna, authority, "free@vdi.example") is None


def test_a_username_is_proposed_from_the_name_and_is_free(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    first = user_checks.propose_username(ctx, anna, authority, "Anna", "Bērziņa")
    assert first
    world.user(authority, username=first)
    second = user_checks.propose_username(ctx, anna, authority, "Anna", "Bērziņa")
    assert second not in ("", first)
    RetiredUsername.insert(username_key=second, retired_at=ctx.now()).execute()
    assert user_checks.propose_username(ctx, anna, authority, "Anna", "Bērziņa") not in (first, second)
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, first_name="Anna", surname="Bērziņa"))
    assert done.username not in (first, second)


@pytest.mark.parametrize(
    ("first_name", "surname"),
    [("Ελένη", "Παπαδοπούλου"), ("Георги", "Иванов"), ("Łukasz", "Żółw"), ("Þór", "Ægisson"), ("[/x]", "🙂"), ("", "")],
)
def test_there_is_a_proposal_for_every_name(
    ctx: Context, anna: Actor, authority: int, first_name: str, surname: str
) -> None:
    proposed = user_checks.propose_username(ctx, anna, authority, first_name, surname)
    assert proposed == "" or user_checks.username_problem(ctx, anna, authority, proposed) is None
    assert bool(proposed) == bool(first_name)


def test_an_own_username_may_take_the_place_of_the_proposal(ctx: Context, anna: Actor, authority: int) -> None:
    assert users.register(ctx, anna, authority, dataclasses.replace(LIGA, username="liga.o")).username == "liga.o"


def test_a_username_that_is_or_was_somebodys_is_refused(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    world.user(world.authority("Cita iestāde"), username="liga.o")
    RetiredUsername.insert(username_key="ligaold", retired_at=ctx.now()).execute()
    for taken in ("liga.o", "LIGA.O", "ligaold", "LigaOld"):
        assert errors_of(ctx, anna, authority, dataclasses.replace(LIGA, username=taken)) == {
            "username": "username_taken"
        }
        problem = user_checks.username_problem(ctx, anna, authority, taken)
        assert problem is not None
        assert problem.code == "username_taken"


def test_all_errors_come_together_in_the_order_of_the_form(ctx: Context, anna: Actor, authority: int) -> None:
    wrong = NewUser("", " ", "xx", "nowhere", "call me", "?", frozenset({Right("firearms", "nonsense")}))
    assert list(errors_of(ctx, anna, authority, wrong)) == [
        "first_name",
        "surname",
        "language",
        "email",
        "phone",
        "username",
        "rights",
    ]


def test_rights_of_a_module_the_authority_has_not_or_that_rests_are_refused(
    ctx: Context, anna: Actor, authority: int
) -> None:
    foreign = some_rights(ctx, "posting_of_workers")
    assert errors_of(ctx, anna, authority, dataclasses.replace(LIGA, rights=foreign)) == {
        "rights": "right_not_available"
    }
    AuthorityModule.update(access="suspended").where(AuthorityModule.module == "services").execute()
    assert errors_of(ctx, anna, authority, dataclasses.replace(LIGA, rights=some_rights(ctx))) == {
        "rights": "module_suspended"
    }


@pytest.mark.parametrize("bad", ["", "   ", "x" * 10_000, "\t\r\n"])
def test_a_name_that_is_empty_or_too_long_is_refused(ctx: Context, anna: Actor, authority: int, bad: str) -> None:
    assert list(errors_of(ctx, anna, authority, dataclasses.replace(LIGA, first_name=bad))) == ["first_name"]
    assert list(errors_of(ctx, anna, authority, dataclasses.replace(LIGA, surname=bad))) == ["surname"]


@pytest.mark.parametrize("odd", ["[/x]", 'O\'Neill "Bob"', "Jānis 🙂", "e\u0301ric", "<b>", "%s {x}"])
def test_odd_names_are_kept_as_text(ctx: Context, anna: Actor, authority: int, odd: str) -> None:
    done = users.register(ctx, anna, authority, dataclasses.replace(LIGA, surname=odd))
    assert user_detail(ctx, anna, authority, done.user_id).surname == unicodedata.normalize("NFC", odd)


def test_only_administrators_of_the_authority_or_of_its_manager_register(
    ctx: Context, world: World, authority: int
) -> None:
    manager = world.authority("Pārvaldnieks", access_manager=True)
    managed = world.authority("Pārvaldīta", manager=manager)
    world.user(managed)
    for who in (Actor(world.user(authority)), world.administrator(managed), Actor(987_654)):
        with pytest.raises(NotAllowed):
            users.register(ctx, who, authority, LIGA)
    assert users.register(ctx, world.administrator(manager), managed, LIGA).user_id
