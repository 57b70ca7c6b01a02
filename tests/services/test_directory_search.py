"""The directory: who is found by what, in which order and why; pages, filters, and an index that is always true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import search as index
from db.models import Authority, AuthorityKeyword, AuthorityModule, AuthorityText, Meta, User, database
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Invalid, NotAllowed, Refused
from imi_tui.rules.script import INDEXED, VERSION
from imi_tui.services import access, search_index
from imi_tui.services.authorities import save, view
from imi_tui.services.directory_search import (
    MANY,
    RANKED,
    DirectoryQuery,
    Field,
    Found,
    Match,
    Position,
    detail,
    found_count,
    search,
)
from imi_tui.services.founding import NewAuthority, found
from tests.world import World

SYSTEM = system_actor("test")


def names(rows: tuple[Found, ...]) -> list[str]:
    return [row.official_name for row in rows]


@pytest.fixture
def reader(ctx: Context, world: World) -> Actor:
    """Somebody of a Latvian authority, without a right, among authorities of several countries."""
    inspection = world.authority(keywords=["labour_law"])
    world.authority(
        "Cēsu novada būvvalde",
        informal="Būvvalde",
        modules=["services"],
        keywords=["plumber"],
        email="buv@cesis.example",
    )
    world.authority(
        "Stadt Köln, Bauamt", country="DE", language="de", informal="Bauamt Köln", modules=["services"],
        roles={"services": "coordinator"}, email="bau@koeln.example",
    )  # fmt: skip
    world.authority(
        "Επιθεώρηση Εργασίας Θεσσαλονίκης", country="GR", language="el", informal="Επιθεώρηση", modules=["gdpr"],
        email="info@ergasia.example",
    )  # fmt: skip
    world.authority("Община София", country="BG", language="bg", informal="Строителен контрол", email="a@sofia.example")
    with ctx.store.writing():
        for row in Authority.select():
            towns = {"Cēsu novada būvvalde": "Cēsis", "Stadt Köln, Bauamt": "Köln", "Община София": "София"}
            town = towns.get(row.official_name, "Rīga" if row.country == "LV" else "Θεσσαλονίκη")
            Authority.update(town=town, website="").where(Authority.id == row.id).execute()
            search_index.index(ctx, row.id)
        AuthorityText.create(authority=inspection, kind="informal_name", language="en", text="Labour Inspectorate")
        text = "Pārbauda darba apstākļus un norīkotos darbiniekus visā valstī."
        AuthorityText.create(authority=inspection, kind="description", language="lv", text=text)
        search_index.index(ctx, inspection)
    return Actor(world.user(inspection))


INSPECTION, CESIS, KOELN, THESSALONIKI, SOFIA = (
    "Valsts darba inspekcija",
    "Cēsu novada būvvalde",
    "Stadt Köln, Bauamt",
    "Επιθεώρηση Εργασίας Θεσσαλονίκης",
    "Община София",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("darba inspekcija", [INSPECTION]),
        ("INSPEKCIJA darb", [INSPECTION]),
        ("labour", [INSPECTION]),
        ("inspekcia darba", [INSPECTION]),
        ("norikotos darbiniekus", [INSPECTION]),
        ("cesis", [CESIS]),
        ("buvvalde cesu", [CESIS]),
        ("būv valde", [CESIS]),
        ("plumber", [CESIS]),
        ("santehniķis cēsis", [CESIS]),
        ("plummer", [CESIS]),
        ("koln bauamt", [KOELN]),
        ("germany", [KOELN]),
        ("Vācija bauamt", [KOELN]),
        ("amt köln", [KOELN]),
        ("thessaloniki", [THESSALONIKI]),
        ("ΕΠΙΘΕΩΡΗΣΗ", [THESSALONIKI]),
        ("epitheorisi ergasias", [THESSALONIKI]),
        ("sofia", [SOFIA]),
        ("софия община", [SOFIA]),
        ("stroitelen", [SOFIA]),
        ("a@sofia.example", [SOFIA]),
        ("koeln.example", [KOELN]),
        ("https://koeln.example/kontakt", [KOELN]),
        ("bau@koe", [KOELN]),
        ("gdpr", [THESSALONIKI]),
        ("zzz", []),
        ("bauamt zzzz", []),
        ("…", []),
    ],
)
def test_every_word_is_found_in_any_field_language_and_script(
    ctx: Context, reader: Actor, text: str, expected: list[str]
) -> None:
    assert names(search(ctx, reader, DirectoryQuery(text), "lv")) == expected
    assert found_count(ctx, reader, DirectoryQuery(text), "lv") == len(expected)


def test_one_word_too_many_is_left_out_where_there_are_several(ctx: Context, reader: Actor) -> None:
    (only,) = search(ctx, reader, DirectoryQuery("valsts darba inspekcija daugavpils"), "lv")
    assert only.official_name == INSPECTION
    assert only.missed == ("daugavpils",)


def _match(found: Found, field: Field) -> Match:
    return next(match for match in found.matches if match.field is field)


def _marked(match: Match) -> list[str]:
    return [match.text[begin:end] for begin, end in match.spans]


def test_the_reason_is_shown_where_it_is(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("darba inspek"), "lv")
    official = _match(one, Field.OFFICIAL_NAME)
    assert (official.words, _marked(official), official.corrected) == (("darba", "inspek"), ["darba", "inspek"], ())
    (one,) = search(ctx, reader, DirectoryQuery("labour"), "lv")
    informal = _match(one, Field.INFORMAL_NAME)
    assert (informal.language, informal.text, _marked(informal)) == ("en", "Labour Inspectorate", ["Labour"])
    assert one.informal_name == "Darba inspekcija"
    (one,) = search(ctx, reader, DirectoryQuery("norikotos"), "lv")
    assert _marked(_match(one, Field.DESCRIPTION)) == ["norīkotos"]
    (one,) = search(ctx, reader, DirectoryQuery("santehniķis"), "lv")
    keyword = _match(one, Field.KEYWORD)
    assert (keyword.code, _marked(keyword)) == ("plumber", ["Santehniķis"])
    (one,) = search(ctx, reader, DirectoryQuery("thess"), "lv")
    assert _marked(_match(one, Field.TOWN)) == ["Θεσσ"]
    (one,) = search(ctx, reader, DirectoryQuery("gdpr"), "en")
    assert _match(one, Field.MODULE).code == "gdpr"
    (one,) = search(ctx, reader, DirectoryQuery("Germany"), "lv")
    assert (_match(one, Field.COUNTRY).code, _match(one, Field.COUNTRY).text) == ("DE", "Vācija")
    (one,) = search(ctx, reader, DirectoryQuery("koeln.example"), "lv")
    assert _marked(_match(one, Field.ADDRESS)) == ["koeln.example"]


def test_words_written_as_one_are_told_apart(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("valsts/darba-inspekcija,qqqqq"), "lv")
    assert _match(one, Field.OFFICIAL_NAME).words == ("valsts", "darba", "inspekcija")
    assert one.missed == ("qqqqq",)


def test_what_was_taken_for_another_spelling_is_said(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("Valsts inspekcjia"), "lv")
    official = _match(one, Field.OFFICIAL_NAME)
    assert _marked(official) == ["Valsts", "inspekcija"]
    assert official.corrected == ("inspekcjia",)
    (one,) = search(ctx, reader, DirectoryQuery("plummer"), "en")
    assert _match(one, Field.KEYWORD).corrected == ("plummer",)


def test_a_word_within_another_is_shown_and_is_no_slip(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("valde cēsu"), "lv")
    official = _match(one, Field.OFFICIAL_NAME)
    assert (_marked(official), official.corrected) == (["Cēsu", "valde"], ())


def test_a_long_description_is_shown_around_the_word(ctx: Context, world: World, reader: Actor) -> None:
    number = world.authority("Garā iestāde", email="gara@gara.example")
    with ctx.store.writing():
        text = "Vārdi bez satura. " * 100 + "Izsniedz pirotehnikas atļaujas. " + "Un vēl vārdi. " * 50
        AuthorityText.create(authority=number, kind="description", language="lv", text=text)
        search_index.index(ctx, number)
    (one,) = search(ctx, reader, DirectoryQuery("pirotehnikas"), "lv")
    match = _match(one, Field.DESCRIPTION)
    assert _marked(match) == ["pirotehnikas"]
    assert len(match.text) < 220
    assert match.text.startswith("…") and match.text.endswith("…")


def test_the_informal_name_is_in_the_readers_language_else_english_else_the_original(
    ctx: Context, reader: Actor
) -> None:
    def shown(language: str) -> dict[str, tuple[str, str]]:
        rows = search(ctx, reader, DirectoryQuery(), language)
        return {row.official_name: (row.informal_language, row.informal_name) for row in rows}

    assert shown("lv")[INSPECTION] == ("lv", "Darba inspekcija")
    assert shown("de")[INSPECTION] == ("en", "Labour Inspectorate")
    assert shown("en")[KOELN] == ("de", "Bauamt Köln")


def test_the_order_is_exact_then_beginning_then_words_then_town_then_keyword(ctx: Context, world: World) -> None:
    def one(name: str, town: str = "", **more: Any) -> None:
        number = world.authority(name, informal=more.pop("informal", name), **more)
        with ctx.store.writing():
            Authority.update(town=town).where(Authority.id == number).execute()
            search_index.index(ctx, number)

    reader = Actor(world.user(world.authority("Iestāde", informal="Iestāde")))
    one("Aprūpes un ostas birojs")
    one("Ceturtā", town="Osta")
    one("Osta")
    one("Piektā", keywords=["ports"])
    one("Ostas pārvalde")
    ranked = ["Osta", "Ostas pārvalde", "Aprūpes un ostas birojs", "Ceturtā", "Piektā"]
    assert names(search(ctx, reader, DirectoryQuery("osta"), "lv")) == ranked


def test_active_ones_then_the_own_country_come_first(ctx: Context, world: World) -> None:
    reader = Actor(world.user(world.authority("Sava iestāde", country="LV")))
    for country, status in (("EE", "active"), ("LV", "inactive"), ("LV", "active")):
        number = world.authority(f"Dati {country} {status}", country=country, informal="Dati")
        Authority.update(status=status).where(Authority.id == number).execute()
    found = names(search(ctx, reader, DirectoryQuery("dati"), "lv"))
    assert found == ["Dati LV active", "Dati EE active", "Dati LV inactive"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (DirectoryQuery(), [CESIS, KOELN, INSPECTION, THESSALONIKI, SOFIA]),
        (DirectoryQuery(country="LV"), [CESIS, INSPECTION]),
        (DirectoryQuery(module="gdpr"), [THESSALONIKI]),
        (DirectoryQuery(role="coordinator"), [KOELN]),
        (DirectoryQuery(module="services", role="authority", country="LV"), [CESIS, INSPECTION]),
        (DirectoryQuery(keyword="plumber"), [CESIS]),
        (DirectoryQuery(keyword="construction"), [CESIS]),
        (DirectoryQuery(status="inactive"), []),
        (DirectoryQuery("inspekcija", country="LV"), [INSPECTION]),
        (DirectoryQuery("inspekcija", country="DE"), []),
        (DirectoryQuery("Köln", role="coordinator"), [KOELN]),
        (DirectoryQuery("bauamt", status="inactive"), []),
        (DirectoryQuery(country="XX"), []),
        (DirectoryQuery(keyword="none", module="none", role="none"), []),
    ],
)
def test_filters_narrow_it_down_with_and_without_a_text(
    ctx: Context, reader: Actor, query: DirectoryQuery, expected: list[str]
) -> None:
    assert names(search(ctx, reader, query, "lv")) == expected
    assert found_count(ctx, reader, query, "lv") == len(expected)


def _many(ctx: Context, number: int) -> None:
    """Authorities with names in no order, every third one with the gdpr module, some inactive."""
    with ctx.store.writing():
        template = Authority.select().dicts().first()
        for index in range(number):
            name = f"Iestāde {index * 7919 % number:04}"
            row = {**template, "id": 1000 + index, "official_name": name, "name_key": name.lower().replace("ā", "a")}
            row["status"] = "inactive" if index % 50 == 7 else "active"
            Authority.insert(row).execute()
            AuthorityText.insert(authority=1000 + index, kind="informal_name", language="lv", text=name).execute()
            AuthorityModule.insert(authority=1000 + index, module="services", role="authority").execute()
            if index % 3 == 0:
                AuthorityKeyword.insert(authority=1000 + index, keyword="plumber").execute()
    search_index.rebuild(ctx.store, ctx.catalogue)


def _pages(ctx: Context, actor: Actor, query: DirectoryQuery, limit: int) -> tuple[list[Position], list[Position]]:
    forwards: list[Position] = []
    page = search(ctx, actor, query, "lv", limit=limit)
    while page:
        forwards += [row.position for row in page]
        page = search(ctx, actor, query, "lv", after=page[-1].position, limit=limit)
    backwards: list[Position] = []
    page = search(ctx, actor, query, "lv", last=True, limit=limit)
    while page:
        backwards = [*(row.position for row in page), *backwards]
        page = search(ctx, actor, query, "lv", before=page[0].position, limit=limit)
    return forwards, backwards


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (DirectoryQuery(), 1101),
        (DirectoryQuery(module="services"), 1101),
        (DirectoryQuery(status="active"), 1079),
        (DirectoryQuery(keyword="plumber"), 367),
        (DirectoryQuery("iestade"), RANKED),
        (DirectoryQuery("iestade", status="inactive"), 22),
        (DirectoryQuery("iestade plumber"), RANKED),
        (DirectoryQuery("iestde"), RANKED),
    ],
)
def test_pages_in_both_directions_join_to_the_whole_list(
    ctx: Context, world: World, query: DirectoryQuery, number: int
) -> None:
    actor = Actor(world.user(world.authority("Pirmā", modules=["services"])))
    _many(ctx, 1100)
    forwards, backwards = _pages(ctx, actor, query, 60)
    assert len(forwards) == len(set(forwards)) == number
    assert backwards == forwards == sorted(forwards)
    there = forwards[len(forwards) // 2]
    page = search(ctx, actor, query, "lv", at=there, limit=3)
    assert [row.position for row in page] == forwards[len(forwards) // 2 :][:3]
    cap = RANKED if query.text else MANY
    expected = cap + 1 if number > cap or (query.text and number == RANKED) else number
    assert found_count(ctx, actor, query, "lv") == expected


def test_a_position_holds_when_its_row_is_gone(ctx: Context, reader: Actor) -> None:
    first, second, third, *_rest = search(ctx, reader, DirectoryQuery(), "lv")
    with ctx.store.writing():
        Authority.delete().where(Authority.id == second.id).execute()
    assert search(ctx, reader, DirectoryQuery(), "lv", after=second.position, limit=1)[0].id == third.id
    assert search(ctx, reader, DirectoryQuery(), "lv", before=second.position, limit=1)[0].id == first.id


@contextmanager
def _asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []
    kind = type(database.obj)
    run = kind.execute_sql

    def listen(self: Any, sql: str, params: Any = None, *more: Any) -> Any:
        asked.append((sql, params))
        return run(self, sql, params, *more)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "execute_sql", listen)
        yield asked


@pytest.mark.parametrize(
    "text", ["", "i", "iestade", "iestade plumber", "iestade plumber riga inspekcija", "iestde 0001"]
)
def test_the_number_of_queries_does_not_grow(
    ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    actor = Actor(world.user(world.authority("Pirmā", modules=["services"])))
    with _asked(monkeypatch) as few:
        search(ctx, actor, DirectoryQuery(text), "lv")
    _many(ctx, 500)
    with _asked(monkeypatch) as many:
        assert len(search(ctx, actor, DirectoryQuery(text), "lv", limit=100))
    words = len(text.split())
    assert max(len(few), len(many)) <= (8 if not text else 28 + 3 * words)
    with _asked(monkeypatch) as again:
        search(ctx, actor, DirectoryQuery(text), "lv", limit=10)
    assert abs(len(again) - len(many)) <= 1  # the descriptions, where a word is left for them


@pytest.mark.parametrize("query", [DirectoryQuery(), DirectoryQuery(country="LV"), DirectoryQuery(status="active")])
def test_a_page_without_a_text_runs_along_an_index(
    ctx: Context, reader: Actor, monkeypatch: pytest.MonkeyPatch, query: DirectoryQuery, database_file: Path
) -> None:
    with _asked(monkeypatch) as asked:
        search(ctx, reader, query, "lv")
    for sql, params in asked:
        if sql.startswith("SELECT") and '"authority"' in sql:
            plan = " ".join(str(row[-1]) for row in database.execute_sql("EXPLAIN QUERY PLAN " + sql, params))
            assert "SCAN t1" not in plan or "USING" in plan, sql


HOSTILE = [
    '"', "'", "*", "a*", "^a", "a AND", "OR", "NOT a", "NEAR(a b)", "official:a", "{official} : a", "a + b", "-a", "(",
    ")", '"a', 'a"b', "a\x00b", "\x00", "%", "_", "\\", "; DROP TABLE authority", "\ud800", "a" * 10_000, "a " * 5_000,
    "\u202e", "@", "@@", "a@", "@a", "http://", "http://[", "www.", ".", "1", "11 22", "ß", "İ", "ﷺ", "½", "\u0301",
    "\u200b", "[/x]",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_answered(ctx: Context, reader: Actor, text: str) -> None:
    found = search(ctx, reader, DirectoryQuery(text), "lv")
    assert found_count(ctx, reader, DirectoryQuery(text), "lv") == len(found)
    search(ctx, reader, DirectoryQuery("darba", text, text, text, text, text), "lv")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from('abdi "*()^-+:{}@.\x00ēαи')), max_size=40))
def test_any_text_at_all_is_answered_with_spans_in_the_text(ctx: Context, reader: Actor, text: str) -> None:
    for one in search(ctx, reader, DirectoryQuery(text), "lv"):
        for match in one.matches:
            assert all(0 <= begin < end <= len(match.text) for begin, end in match.spans)
            assert list(match.spans) == sorted(match.spans)


def test_hostile_names_are_found_as_they_are(ctx: Context, world: World, reader: Actor) -> None:
    name = '\x1b[31mPréfecture\x1b[0m "AND" [bold]x[/bold] \u202eelpmexE'
    number = world.authority(name, email="x@x.example")
    for text in ("prefecture", '"AND"', "[bold]x", "31mPréfecture", "elpmexe"):
        found = search(ctx, reader, DirectoryQuery(text), "lv")
        assert number in [one.id for one in found], text
        assert all(one.official_name == name for one in found if one.id == number)


def test_everybody_with_a_password_in_order_may_search_and_nobody_else(ctx: Context, world: World) -> None:
    authority = world.authority()
    assert search(ctx, Actor(world.user(authority)), DirectoryQuery("darba"), "lv")
    for stranger in (
        Actor(world.user(authority, temporary=True)),
        Actor(world.user(authority, blocked=True)),
        Actor(9999),
    ):
        for call in (search, found_count):
            with pytest.raises(NotAllowed):
                call(ctx, stranger, DirectoryQuery("darba"), "lv")
    Authority.update(status="inactive").where(Authority.id == authority).execute()
    assert search(ctx, Actor(world.user(authority)), DirectoryQuery("darba"), "lv")


def test_the_detail_is_that_of_the_authority_without_its_users(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("köln"), "lv")
    shown = detail(ctx, reader, one.id)
    assert (shown.official_name, shown.may_edit, shown.may_see_users) == (KOELN, False, False)


def test_a_save_is_found_at_once_and_one_that_fails_is_not(
    ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = world.authority()
    anna = world.administrator(authority)
    old = view(ctx, anna, authority)
    draft = replace(old.draft(), official_name="Ostu uzraudzība", town="Ventspils", keywords=frozenset({"plumber"}))

    def fail(*_args: object, **_more: object) -> None:
        raise Refused("nothing_to_save")

    with monkeypatch.context() as patch:
        patch.setattr("imi_tui.services.authority_mail.queue", fail)
        with pytest.raises(Refused):
            save(ctx, anna, authority, old.version, draft)
    assert search(ctx, anna, DirectoryQuery("ostu"), "lv") == ()
    assert names(search(ctx, anna, DirectoryQuery("valsts"), "lv")) == ["Valsts darba inspekcija"]

    save(ctx, anna, authority, old.version, draft)
    for text in ("ostu", "ventspils", "plumber", "ostu uzraudziiba"):
        assert names(search(ctx, anna, DirectoryQuery(text), "lv")) == ["Ostu uzraudzība"], text
    assert search(ctx, anna, DirectoryQuery("valsts"), "lv") == ()


def test_what_was_entered_wrongly_is_not_indexed(ctx: Context, world: World) -> None:
    authority = world.authority()
    anna = world.administrator(authority)
    old = view(ctx, anna, authority)
    draft = replace(old.draft(), official_name="Ostu uzraudzība", email="nothing")
    with pytest.raises(Invalid):
        save(ctx, anna, authority, old.version, draft)
    assert search(ctx, anna, DirectoryQuery("ostu"), "lv") == ()


def test_a_module_that_is_given_and_withdrawn_is_found_and_lost(ctx: Context, world: World) -> None:
    authority = world.authority(modules=["services"])
    reader = Actor(world.user(authority))
    query = DirectoryQuery("gdpr")
    assert search(ctx, reader, query, "lv") == ()
    access.give_module(ctx, SYSTEM, authority, "gdpr")
    assert [one.id for one in search(ctx, reader, query, "lv")] == [authority]
    access.withdraw_module(ctx, SYSTEM, authority, "gdpr")
    assert search(ctx, reader, query, "lv") == ()


def test_status_roles_and_access_are_those_of_now(ctx: Context, reader: Actor) -> None:
    (one,) = search(ctx, reader, DirectoryQuery("köln"), "lv")
    assert {(held.module, held.role, held.access) for held in one.roles} == {
        ("authority_administration", "authority", "given"),
        ("services", "coordinator", "given"),
    }
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == one.id).execute()
        here = (AuthorityModule.authority == one.id) & (AuthorityModule.module == "services")
        AuthorityModule.update(role="authority", access="suspended").where(here).execute()
    (now,) = search(ctx, reader, DirectoryQuery("köln"), "lv")
    assert now.status == "inactive"
    assert ("services", "authority", "suspended") in {(held.module, held.role, held.access) for held in now.roles}
    assert names(search(ctx, reader, DirectoryQuery("köln", status="inactive"), "lv")) == [KOELN]
    assert search(ctx, reader, DirectoryQuery("köln", role="coordinator"), "lv") == ()


def test_the_first_authority_is_found_once_it_is_founded(ctx: Context) -> None:
    number = found(ctx, SYSTEM, NewAuthority("LV", "lv", "Ekonomikas ministrija", "pasts@em.example"))
    assert [one.id for one in search(ctx, SYSTEM, DirectoryQuery("ekonomikas"), "lv")] == [number]


def test_a_name_that_grows_when_it_is_folded_can_be_founded(ctx: Context) -> None:
    name = "㎢㏒ ﷺ" * 50
    authority = found(ctx, SYSTEM, NewAuthority("LV", "lv", name, "first@vdi.example"))
    with ctx.store.reading():
        assert len(Authority.get_by_id(authority).name_key) == 600


def test_the_index_is_made_anew_and_says_so(ctx: Context, reader: Actor) -> None:
    before = names(search(ctx, reader, DirectoryQuery("darba"), "lv"))
    with ctx.store.writing():
        database.execute_sql("DELETE FROM search_index")
        gone = Authority.select(Authority.id).where(Authority.official_name == SOFIA).scalar()
        index.put({gone: index.Document("darba", *[""] * 6)})
        Authority.delete().where(Authority.id == gone).execute()
    assert Meta.get_or_none(Meta.name == INDEXED) is None
    told: list[int] = []
    search_index.rebuild(ctx.store, ctx.catalogue, told.append)
    assert sum(told) == Authority.select().count() == 4
    assert Meta.get(Meta.name == INDEXED).value == VERSION
    assert names(search(ctx, reader, DirectoryQuery("darba"), "lv")) == before != []
    assert User.select().count() == 1
