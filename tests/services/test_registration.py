"""Registering an authority: whole in one transaction or not at all, once only, its first user with every right."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from db.models import (
    AccessCoordinator,
    Authority,
    AuthorityKeyword,
    AuthorityModule,
    AuthorityText,
    Entry,
    EntryValues,
    LinkedCoordinator,
    Mail,
    User,
    UserRight,
)
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Conflict, Invalid, NotAllowed, Refused
from imi_tui.services import registration
from imi_tui.services.registration import NewAuthority, NewModule
from imi_tui.services.users import NewUser
from tests.world import World

FIRST = NewUser("Guna", "Sproģe", "lv", "guna@mazpilseta.example", phone="67 021 700")
NEW = NewAuthority(
    country="LV",
    language="lv",
    official_name="Mazpilsētas būvvalde",
    informal_name="Būvvalde",
    email="pasts@mazpilseta.example",
    town="Mazpilsēta",
    phone="67 021 701",
    website="mazpilseta.example",
    keywords=frozenset({"building_permits"}),
    modules={"services": NewModule("authority"), "gdpr": NewModule("authority")},
    first_user=FIRST,
)


@pytest.fixture
def manager(world: World) -> int:
    return world.authority(
        "Pārvaldniece",
        access_manager=True,
        modules=["services"],
        roles={"services": "coordinator"},
        email="p@manager.example",
    )


@pytest.fixture
def maris(world: World, manager: int) -> Actor:
    return world.administrator(manager, "Māris", "Pārvaldnieks")


def _everything(ctx: Context) -> list[int]:
    """How many rows there are in each table that a registration writes."""
    with ctx.store.reading():
        tables = (Authority, AuthorityText, AuthorityKeyword, AuthorityModule, User, UserRight, Mail, Entry)
        return [int(table.select().count()) for table in tables]


def test_an_authority_is_registered_from_nothing(ctx: Context, maris: Actor, manager: int) -> None:
    """S1.3, S1.9: managed by who registers it, its first user holds every right of every module."""
    new = replace(NEW, modules={**NEW.modules, "services": NewModule("authority", frozenset({manager}))})
    made = registration.register(ctx, maris, new)
    assert (made.name, made.first_user.username) == ("Mazpilsētas būvvalde", "sproggun")
    with ctx.store.reading():
        row = Authority.get_by_id(made.authority_id)
        assert (row.manager_id, row.status, row.version, row.access_manager) == (manager, "active", 1, False)
        assert (row.phone, row.website) == ("+371 67 021 701", "https://mazpilseta.example")
        assert row.name_key == "mazpilsetas buvvalde"
        held = {one.module: one.role for one in AuthorityModule.select().where(AuthorityModule.authority == row.id)}
        assert held == dict.fromkeys(("authority_administration", "services", "gdpr"), "authority")
        rights = UserRight.select(UserRight.module, UserRight.right).where(UserRight.user == made.first_user.user_id)
        every = {(code, right.code) for code in held for right in ctx.catalogue.modules[code].rights}
        assert set(rights.tuples()) == every
        assert [word.keyword for word in AuthorityKeyword.select()] == ["building_permits"]
        assert LinkedCoordinator.get(LinkedCoordinator.authority == row.id).coordinator_id == manager
        assert AuthorityText.get(AuthorityText.authority == row.id).text == "Būvvalde"


def test_the_record_and_the_mails_tell_of_it(ctx: Context, maris: Actor, manager: int) -> None:
    made = registration.register(ctx, maris, NEW)
    with ctx.store.reading():
        entries = [(one.verb, one.actor_id, one.authority_id, one.subject_id) for one in Entry.select()]
        user = made.first_user.user_id
        assert entries == [
            ("authority:registered", maris.user_id, made.authority_id, None),
            ("user:registered", maris.user_id, made.authority_id, user),
        ]
        told = json.loads(EntryValues.select().order_by(EntryValues.entry).first().values)
        assert told["official_name"] == ["", "Mazpilsētas būvvalde"]
        assert told["modules"] == [[], ["authority_administration", "gdpr", "services"]]
        assert (told["country"], told["manager"]) == ([None, "LV"], [None, manager])
        assert told["roles"][1]["services"] == "authority"
        assert "access_coordinator" not in told
        mails = {(mail.kind, mail.authority_id, mail.user_id) for mail in Mail.select()}
        assert ("welcome", made.authority_id, user) in mails
        assert ("authority_registered", made.authority_id, None) in mails


def test_the_record_tells_who_answers_for_the_access(ctx: Context, world: World) -> None:
    answering = world.authority(
        "Atbildīgā", access_manager=True, modules=["gdpr"], roles={"gdpr": "access_coordinator"}, email="a@b.example"
    )
    registration.register(ctx, world.administrator(answering, "Ruta", "Ozola"), NEW)
    with ctx.store.reading():
        told = json.loads(EntryValues.select().order_by(EntryValues.entry).first().values)
        assert AccessCoordinator.get().coordinator_id == answering
    assert told["access_coordinator"] == [{}, {"gdpr": answering}]


@pytest.mark.parametrize(
    ("there", "entered"),
    [
        ("pasts@straße.example", "Pasts@STRASSE.example".replace("SS", "ß")),
        ("info@εργασίας.example", "INFO@εργασίας.example"),
        ("pasts@ķekava.example", "pasts@ĶEKAVA.example"),
    ],
)
def test_an_address_in_letters_of_its_own_is_the_same_in_any_case(
    ctx: Context, maris: Actor, there: str, entered: str
) -> None:
    registration.register(ctx, maris, replace(NEW, email=there))
    other = replace(NEW, official_name="Cita iestāde", email=entered, first_user=replace(FIRST, email="o@x.example"))
    with pytest.raises(Conflict, match="authority_registered_already"):
        registration.register(ctx, maris, other)


def test_more_than_one_entry_of_the_record_can_hold_is_refused(
    ctx: Context, maris: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _everything(ctx)
    monkeypatch.setattr(registration, "RECORD_LIMIT", 100)
    with pytest.raises(Refused, match="too_much_at_once"):
        registration.register(ctx, maris, NEW)
    assert _everything(ctx) == before


def test_the_username_may_be_chosen(ctx: Context, maris: Actor) -> None:
    chosen = replace(NEW, first_user=replace(FIRST, username="guna.s"))
    assert registration.register(ctx, maris, chosen).first_user.username == "guna.s"


def test_every_wrong_field_is_named_in_the_forms_order_and_nothing_is_written(
    ctx: Context, world: World, maris: Actor
) -> None:
    world.user(1, email="taken@people.example", username="taken")
    before = _everything(ctx)
    wrong = replace(
        NEW,
        language="de",
        official_name=" ",
        email="nobody",
        website="http://",
        keywords=frozenset({"gardening"}),
        modules={"gdpr": NewModule("gardener")},
        first_user=replace(FIRST, surname="", email="TAKEN@people.example", username="Taken"),
    )
    with pytest.raises(Invalid) as refused:
        registration.register(ctx, maris, wrong)
    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("language", "unknown_language"),
        ("official_name", "required"),
        ("email", "email_wrong"),
        ("website", "website_wrong"),
        ("keywords", "unknown_keyword"),
        ("modules", "role_unknown"),
        ("user_surname", "required"),
        ("user_email", "email_taken"),
        ("user_username", "username_taken"),
    ]
    assert _everything(ctx) == before


def test_a_country_is_needed_and_must_take_part(ctx: Context, maris: Actor) -> None:
    for country, code in (("", "required"), ("US", "unknown_country")):
        with pytest.raises(Invalid) as refused:
            registration.register(ctx, maris, replace(NEW, country=country))
        assert ("country", code) in [(error.field, error.code) for error in refused.value.errors]


def test_a_form_without_country_and_language_is_told_so(ctx: Context, maris: Actor) -> None:
    """As one is that was just opened; the fields that depend on them are looked at once they are there."""
    for country, language, wrong in (("LV", "", ["language"]), ("", "", ["country"])):
        with pytest.raises(Invalid) as refused:
            registration.register(ctx, maris, replace(NEW, country=country, language=language))
        assert [error.field for error in refused.value.errors if error.code == "required"] == wrong


def test_a_module_that_is_not_there_and_a_coordinator_that_is_none(ctx: Context, world: World, maris: Actor) -> None:
    other = world.authority("Nav koordinators")
    for modules, code in (
        ({"gardening": NewModule("authority")}, "module_unknown"),
        ({"services": NewModule("authority", frozenset({other}))}, "not_a_coordinator"),
    ):
        with pytest.raises(Invalid) as refused:
            registration.register(ctx, maris, replace(NEW, modules=modules))
        assert [(error.field, error.code) for error in refused.value.errors] == [("modules", code)]


def test_what_is_there_already_is_refused_unless_it_was_seen(ctx: Context, world: World, maris: Actor) -> None:
    """An authority is registered once only."""
    twin = world.authority("MAZPILSETAS Būvvalde", email="other@mazpilseta.example")
    with pytest.raises(Conflict, match="authority_registered_already") as refused:
        registration.register(ctx, maris, NEW)
    assert refused.value.facts["name"] == "MAZPILSETAS Būvvalde"
    registration.register(ctx, maris, replace(NEW, seen=frozenset({twin})))


def test_the_same_name_in_another_country_is_another_authority(ctx: Context, world: World, maris: Actor) -> None:
    world.authority("Mazpilsētas būvvalde", country="LT", language="lt", email="lt@mazpilseta.example")
    registration.register(ctx, maris, NEW)


def test_the_same_address_is_the_same_authority(ctx: Context, world: World, maris: Actor) -> None:
    world.authority("Pavisam cits nosaukums", email="PASTS@mazpilseta.example")
    with pytest.raises(Conflict, match="authority_registered_already"):
        registration.register(ctx, maris, NEW)


def test_two_register_the_same_authority_at_the_same_moment(ctx: Context, world: World, maris: Actor) -> None:
    """The later one gets a clear word, and nothing of hers is written."""
    zane = world.administrator(1, "Zane", "Otrā")
    start = threading.Barrier(2)
    outcomes: list[object] = []

    def run(actor: Actor, email: str) -> None:
        start.wait()
        try:
            outcomes.append(registration.register(ctx, actor, replace(NEW, first_user=replace(FIRST, email=email))))
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            ctx.store.close()

    threads = [
        threading.Thread(target=run, args=one) for one in ((maris, "a@people.example"), (zane, "b@people.example"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for one in outcomes if isinstance(one, str)] == ["authority_registered_already"]
    with ctx.store.reading():
        assert Authority.select().where(Authority.name_key == "mazpilsetas buvvalde").count() == 1
        assert User.select().where(User.email.in_(["a@people.example", "b@people.example"])).count() == 1


def test_only_an_access_managers_administrator_registers(ctx: Context, world: World, manager: int) -> None:
    ordinary = world.authority("Parasta", email="x@y.example")
    for actor in (Actor(world.user(manager)), world.administrator(ordinary)):
        with pytest.raises(NotAllowed):
            registration.register(ctx, actor, NEW)
    made = registration.register(ctx, system_actor("cli"), NEW)
    with ctx.store.reading():
        assert Authority.get_by_id(made.authority_id).manager_id is None


def test_an_access_manager_that_was_deactivated_registers_nothing(ctx: Context, maris: Actor, manager: int) -> None:
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == manager).execute()
    with pytest.raises(NotAllowed, match="authority_inactive"):
        registration.register(ctx, maris, NEW)


def test_a_second_access_coordinator_of_the_country_is_refused(ctx: Context, maris: Actor) -> None:
    registration.register(ctx, maris, replace(NEW, modules={"services": NewModule("access_coordinator")}))
    other = replace(
        NEW,
        official_name="Cita",
        email="cita@x.example",
        modules={"services": NewModule("access_coordinator")},
        first_user=replace(FIRST, email="cita2@x.example"),
    )
    before = _everything(ctx)
    with pytest.raises(Refused, match="access_coordinator_there"):
        registration.register(ctx, maris, other)
    assert _everything(ctx) == before
