"""An authority's own data: one editing session, saved whole or not at all, with its entry and its mail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from db.models import Authority, AuthorityModule, AuthorityText, Entry, EntryValues, Mail, User
from imi_tui.context import Context
from imi_tui.rules.authority_changes import AuthorityDraft, with_text
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Conflict, Gone, Invalid, NotAllowed, Refused
from imi_tui.services import authorities
from tests.screens.hostile import HOSTILE
from tests.world import World


@pytest.fixture
def place(world: World) -> tuple[Actor, int]:
    authority = world.authority(modules=["services", "gdpr"], keywords=["labour_law"])
    return world.administrator(authority), authority


def _draft(ctx: Context, actor: Actor, authority: int) -> tuple[int, AuthorityDraft]:
    seen = authorities.view(ctx, actor, authority)
    return seen.version, seen.draft()


def _save(ctx: Context, place: tuple[Actor, int], **changes: object) -> authorities.Saved:
    actor, authority = place
    version, draft = _draft(ctx, actor, authority)
    return authorities.save(ctx, actor, authority, version, replace(draft, **changes))


def _wrong(ctx: Context, place: tuple[Actor, int], **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        _save(ctx, place, **changes)
    return [(error.field, error.code) for error in invalid.value.errors]


@contextmanager
def _counted(ctx: Context) -> Iterator[list[str]]:
    statements: list[str] = []
    execute = ctx.store.database.execute_sql

    def counted(sql: str, *more: object, **named: object) -> object:
        statements.append(sql)
        return execute(sql, *more, **named)

    ctx.store.database.execute_sql = counted
    try:
        yield statements
    finally:
        del ctx.store.database.execute_sql


def test_everybody_sees_an_authority_and_whether_they_may_edit_it(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    """S1.1, S1.5, S1.7."""
    actor, authority = place
    seen = authorities.view(ctx, actor, authority)
    assert (seen.official_name, seen.email, seen.keywords) == (
        "Valsts darba inspekcija",
        "pasts@vdi.example",
        {"labour_law"},
    )
    assert seen.may_edit and seen.may_see_users
    colleague = authorities.view(ctx, Actor(world.user(authority)), authority)
    assert (colleague.may_edit, colleague.may_see_users) == (False, True)
    stranger = authorities.view(ctx, world.administrator(world.authority("Cita")), authority)
    assert (stranger.may_edit, stranger.may_see_users) == (False, False)
    assert all(module.holders == () for module in stranger.modules)
    with pytest.raises(Gone):
        authorities.view(ctx, actor, 999)


def test_changes_on_three_tabs_are_saved_together(ctx: Context, world: World, place: tuple[Actor, int]) -> None:
    """S2.2, S2.6, S2.7, S2.8, and S2.5: the authority and its administrators are told."""
    actor, authority = place
    other = world.authority("Koordinators", modules=["services"], roles={"services": "coordinator"})
    saved = _save(
        ctx,
        place,
        official_name="  Darba   inspekcija ",
        informal_name={"lv": "Inspekcija", "en": "Inspectorate"},
        email="Jauns@VDI.example",
        phone="67 123 456",
        website="www.vdi.example",
        languages=frozenset({"lv", "de"}),
        keywords=frozenset({"posted_workers"}),
        module_keywords={"services": frozenset({_keyword(ctx, "services")})},
        coordinators={"services": frozenset({other})},
    )
    seen = authorities.view(ctx, actor, authority)
    assert saved.view == seen
    assert (seen.official_name, seen.email, seen.phone) == (
        "Darba inspekcija",
        "Jauns@vdi.example",
        "+371 67 123 456",
    )
    assert seen.website == "https://www.vdi.example"
    assert {text.language: text.text for text in seen.informal_names} == {"lv": "Inspekcija", "en": "Inspectorate"}
    assert (set(seen.languages), seen.keywords, seen.version) == ({"lv", "de"}, {"posted_workers"}, 2)
    services = next(module for module in seen.modules if module.code == "services")
    assert [one.name for one in services.coordinators] == ["Koordinators"]
    with ctx.store.reading():
        entry = Entry.get()
        told = json.loads(EntryValues.get().values)
        mails = [(mail.kind, mail.user_id) for mail in Mail.select().order_by(Mail.id)]
    assert (entry.verb, entry.actor_id, entry.authority_id) == ("authority:edited", actor.user_id, authority)
    assert told["email"] == ["pasts@vdi.example", "Jauns@vdi.example"]
    assert told["keywords"] == [["labour_law"], ["posted_workers"]]
    assert mails == [("authority_changed", None), ("authority_changed", actor.user_id)]
    assert saved.notified.email == "Jauns@vdi.example"


def _keyword(ctx: Context, module: str) -> str:
    return ctx.catalogue.modules[module].keywords[0].code


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"official_name": " "}, ("official_name", "required")),
        ({"official_name": "x" * 301}, ("official_name", "too_long")),
        ({"email": ""}, ("email", "required")),
        ({"email": "pasts"}, ("email", "email_wrong")),
        ({"email": "a@b@c.example"}, ("email", "email_wrong")),
        ({"phone": "call us"}, ("phone", "phone_wrong")),
        ({"website": "javascript:alert(1)"}, ("website", "website_wrong")),
        ({"website": "https://user:pw@vdi.example"}, ("website", "website_wrong")),
        ({"description": {"lv": "x" * 4001}}, ("description.lv", "too_long")),
        ({"informal_name": {"xx": "Name"}}, ("informal_name.xx", "unknown_language")),
        ({"languages": frozenset({"xx"})}, ("languages", "unknown_language")),
        ({"keywords": frozenset({"no_such"})}, ("keywords", "unknown_keyword")),
        ({"keywords": frozenset({"working_conditions"})}, ("keywords", "unknown_keyword")),
        ({"module_keywords": {"services": frozenset({"labour_law"})}}, ("module_keywords.services", "unknown_keyword")),
        ({"module_keywords": {"firearms": frozenset({"x"})}}, ("module_keywords.firearms", "module_not_held")),
        ({"coordinators": {"services": frozenset({1})}}, ("coordinators.services", "coordinator_is_self")),
        ({"coordinators": {"services": frozenset({999})}}, ("coordinators.services", "not_a_coordinator")),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    ctx: Context, place: tuple[Actor, int], changes: dict[str, object], wrong: tuple[str, str]
) -> None:
    assert _wrong(ctx, place, postcode="LV-1011", **changes) == [wrong]
    assert authorities.view(ctx, *place).version == 1
    with ctx.store.reading():
        assert not Entry.select().exists()
        assert not Mail.select().exists()


def test_several_wrong_fields_are_said_at_once(ctx: Context, place: tuple[Actor, int]) -> None:
    wrong = _wrong(ctx, place, email="x", website="y", keywords=frozenset({"z"}))
    assert [field for field, _code in wrong] == ["email", "website", "keywords"]


@pytest.mark.parametrize(
    "field",
    ["official_name", "address", "postcode", "town", "phone", "email", "website", "informal_name", "description"],
)
@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_entered_is_refused_in_words_or_stored_as_harmless_text(
    ctx: Context, place: tuple[Actor, int], field: str, typed: str
) -> None:
    value = {"lv": typed} if field in {"informal_name", "description"} else typed
    try:
        saved = _save(ctx, place, **{field: value})
    except (Invalid, Refused):
        return
    stored = {text.text for text in (*saved.view.informal_names, *saved.view.descriptions)}
    stored |= {saved.view.official_name, saved.view.address, saved.view.postcode, saved.view.town}
    for text in stored:
        assert not any(letter in text for letter in "\x1b\x07\x9b\x00\u202e\u2066\r")


def test_an_old_value_that_todays_rules_refuse_stands_in_nobodys_way(ctx: Context, place: tuple[Actor, int]) -> None:
    with ctx.store.writing():
        Authority.update(website="not a website").where(Authority.id == place[1]).execute()
    assert _save(ctx, place, town="Liepāja").view.town == "Liepāja"


def test_a_colleague_who_was_faster_is_named_and_nothing_is_overwritten(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    actor, authority = place
    version, draft = _draft(ctx, actor, authority)
    second = world.administrator(authority, "Ilze", "Liepa")
    _save(ctx, (second, authority), town="Liepāja")
    for call in (authorities.review, authorities.save):
        with pytest.raises(Conflict) as conflict:
            call(ctx, actor, authority, version, replace(draft, town="Jelgava"))
        assert (conflict.value.code, conflict.value.facts["who"]) == ("changed_meanwhile", "Ilze Liepa")
    assert authorities.view(ctx, actor, authority).town == "Liepāja"


def test_nothing_changed_is_said(ctx: Context, place: tuple[Actor, int]) -> None:
    with pytest.raises(Refused) as refused:
        _save(ctx, place, town=" Rīga ")
    assert refused.value.code == "nothing_to_save"


def test_the_review_says_what_would_be_saved_and_writes_nothing(ctx: Context, place: tuple[Actor, int]) -> None:
    actor, authority = place
    version, draft = _draft(ctx, actor, authority)
    review = authorities.review(ctx, actor, authority, version, replace(draft, phone="67123456", town="Cēsis"))
    assert [(change.field, change.new) for change in review.changes] == [
        ("town", "Cēsis"),
        ("phone", "+371 67 123 456"),
    ]
    assert review.notified.administrators == ("Anna Bērziņa",)
    assert authorities.view(ctx, actor, authority).version == 1


def test_more_than_one_entry_can_hold_is_refused(ctx: Context, place: tuple[Actor, int]) -> None:
    languages = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()
    _save(ctx, place, description=dict.fromkeys(languages, "x" * 3900))
    with pytest.raises(Refused) as refused:
        _save(ctx, place, description=dict.fromkeys(languages, "y" * 3900))
    assert refused.value.code == "too_much_at_once"


def _colleague(world: World, authority: int) -> Actor:
    return Actor(world.user(authority))


def _stranger(world: World, authority: int) -> Actor:
    return world.administrator(world.authority("Cita"))


def _blocked(world: World, authority: int) -> Actor:
    return Actor(world.user(authority, administrator=True, blocked=True))


def _gone(world: World, authority: int) -> Actor:
    return Actor(9999)


@pytest.mark.parametrize("who", [_colleague, _stranger, _blocked, _gone])
def test_only_its_administrators_edit_an_authority(
    ctx: Context, world: World, place: tuple[Actor, int], who: Callable[[World, int], Actor]
) -> None:
    """S1.7."""
    actor, authority = place
    version, draft = _draft(ctx, actor, authority)
    for call in (authorities.review, authorities.save):
        with pytest.raises(NotAllowed):
            call(ctx, who(world, authority), authority, version, replace(draft, town="Cēsis"))


def test_rights_are_read_anew_at_the_save(ctx: Context, world: World, place: tuple[Actor, int]) -> None:
    actor, authority = place
    version, draft = _draft(ctx, actor, authority)
    with ctx.store.writing():
        User.update(blocked_at=ctx.now()).where(User.id == actor.user_id).execute()
    with pytest.raises(NotAllowed):
        authorities.save(ctx, actor, authority, version, replace(draft, town="Cēsis"))


def test_the_access_manager_edits_those_it_manages(ctx: Context, world: World) -> None:
    """S1.8, as far as the policy goes."""
    manager = world.authority("Pārvaldnieks", access_manager=True)
    managed = world.authority("Pārvaldītā", manager=manager)
    actor = world.administrator(manager)
    assert _save(ctx, (actor, managed), town="Cēsis").view.town == "Cēsis"


def test_coordinators_are_found_by_name_without_regard_to_case_or_diacritics(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    """S2.8."""
    names = ["Šķīrējtiesa", "Koordinācijas birojs", "Bez lomas", "Neaktīva", "Apturēta"]
    ids = {
        name: world.authority(
            name, modules=["services"], roles={"services": "authority" if name == "Bez lomas" else "coordinator"}
        )
        for name in names
    }
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == ids["Neaktīva"]).execute()
        AuthorityModule.update(access="suspended").where(AuthorityModule.authority == ids["Apturēta"]).execute()

    def found(text: str) -> list[str]:
        return [one.name for one in authorities.search_coordinators(ctx, place[0], "services", text)]

    assert found("") == ["Koordinācijas birojs", "Šķīrējtiesa"]
    assert found("SKIRE") == ["Šķīrējtiesa"]
    assert found("%") == []
    assert [error[1] for error in _wrong(ctx, place, coordinators={"services": frozenset({ids["Neaktīva"]})})] == [
        "not_a_coordinator"
    ]


def test_a_coordinator_is_taken_away_again(ctx: Context, world: World, place: tuple[Actor, int]) -> None:
    """S2.8."""
    other = world.authority("Koordinators", modules=["services"], roles={"services": "coordinator"})
    _save(ctx, place, coordinators={"services": frozenset({other})})
    saved = _save(ctx, place, coordinators={"services": frozenset()})
    assert all(module.coordinators == () for module in saved.view.modules)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    actor, authority = place
    with _counted(ctx) as few:
        authorities.view(ctx, actor, authority)
    for _number in range(30):
        world.user(authority, administrator=True)
    _save(ctx, place, keywords=frozenset(code for code, word in ctx.catalogue.keywords.items() if not word.children))
    with _counted(ctx) as many:
        authorities.view(ctx, actor, authority)
    assert len(many) == len(few)


def test_a_system_actor_saves_under_its_name(ctx: Context, place: tuple[Actor, int]) -> None:
    _save(ctx, (system_actor("cli"), place[1]), town="Cēsis")
    with ctx.store.reading():
        assert (Entry.get().actor_kind, Entry.get().actor_id) == ("cli", None)


def test_a_significant_informal_name_asks_the_commission_and_makes_translations_stale(
    ctx: Context, world: World
) -> None:
    """S2.4."""
    authority = world.authority(informal="Darba inspekcija")
    anna = world.administrator(authority)
    for language, text in (("de", "Arbeitsaufsicht"), ("en", "Labour Inspectorate")):
        AuthorityText.create(authority=authority, kind="informal_name", language=language, text=text)
    AuthorityText.create(authority=authority, kind="description", language="de", text="Aufsicht")
    view = authorities.view(ctx, anna, authority)
    mine = with_text(view.draft(), "informal_name.lv", "Darba drošība")
    mine = with_text(replace(mine, significant=frozenset({"informal_name"})), "informal_name.en", "Safety at Work")
    assert authorities.review(ctx, anna, authority, view.version, mine).significant
    saved = authorities.save(ctx, anna, authority, view.version, mine)
    assert {(text.language, text.stale) for text in saved.view.informal_names} == {
        ("lv", False),
        ("de", True),
        ("en", False),
    }
    assert [text.stale for text in saved.view.descriptions] == [False]
    with ctx.store.reading():
        (asked,) = Mail.select().where(Mail.kind == "translation_wanted")
        assert asked.user_id is None
        told = json.loads(asked.params)
    assert told == {
        "text": "informal_name",
        "language": "lv",
        "old": "Darba inspekcija",
        "new": "Darba drošība",
        "languages": ["de"],
        "by": "Anna Bērziņa",
    }


def test_without_the_tick_or_with_another_change_nobody_is_asked_for_translations(ctx: Context, world: World) -> None:
    authority = world.authority(informal="Darba inspekcija")
    anna = world.administrator(authority)
    AuthorityText.create(authority=authority, kind="informal_name", language="de", text="Arbeitsaufsicht")
    named = frozenset({"informal_name"})
    for name, text, significant in (("informal_name.lv", "Darba inspekcija.", frozenset()), ("town", "Ogre", named)):
        view = authorities.view(ctx, anna, authority)
        mine = with_text(replace(view.draft(), significant=significant), name, text)
        saved = authorities.save(ctx, anna, authority, view.version, mine)
        assert saved.significant == ()
        assert not any(one.stale for one in saved.view.informal_names)
    with ctx.store.reading():
        assert not Mail.select().where(Mail.kind == "translation_wanted").exists()
