"""Activity: who sees which entries, by pages, filtered, in words, and what is not shown of whom (B8, B14, B19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import Authority, Entry
from imi_tui import i18n
from imi_tui.context import Context
from imi_tui.i18n.activity import FIELDS, SYSTEMS, changes, kind_words, person_words, what_words, who_words
from imi_tui.rules.activity import Kind, Names, codes_of, kind_of
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, NotAllowed
from imi_tui.rules.verbs import Verb
from imi_tui.services import access, activity, authorities, login, user_edit, users
from imi_tui.services.activity import ActivityQuery, ActivityRow, activity_entry, activity_page
from imi_tui.services.rights_on import rights_on
from imi_tui.services.user_edit import EditedUser
from imi_tui.services.users import NewUser
from tests.databases import stored
from tests.record import CLI, write
from tests.services.access_house import House, house
from tests.world import PASSWORD, Clock, World


@pytest.fixture
def home(ctx: Context, world: World) -> House:
    return house(ctx, world)


def _page(home: House, actor: Actor, query: ActivityQuery | None = None, **more: object) -> tuple[ActivityRow, ...]:
    authority_id = more.pop("authority_id", None)
    return activity_page(home.ctx, actor, authority_id, query or ActivityQuery(), "en", **more)  # type: ignore[arg-type]  # what a test names


def _codes(rows: Iterable[ActivityRow]) -> list[str]:
    return [row.code for row in rows]


def _edit(home: House, user_id: int, **changed: object) -> None:
    with home.ctx.store.reading():
        row = users.user_of(home.authority, user_id)
    values = {name: getattr(row, name) for name in ("first_name", "surname", "language", "email", "phone", "version")}
    user_edit.edit(
        home.ctx, home.anna, home.authority, user_id, EditedUser(**{**values, "rights": frozenset(), **changed})
    )


# Who sees what


def test_an_administrator_sees_the_own_authority_and_a_manager_those_it_manages(home: House) -> None:
    elsewhere = home.world.authority("Cita")
    for authority_id in (home.authority, home.manager, elsewhere):
        write(home.ctx, authority_id=authority_id)
    assert [row.authority_id for row in _page(home, home.anna)] == [home.authority]
    assert [row.authority_id for row in _page(home, home.maris)] == [home.manager, home.authority]
    assert len(_page(home, CLI)) == 3
    plain = Actor(home.world.user(home.authority))
    with pytest.raises(NotAllowed):
        _page(home, plain)
    with pytest.raises(NotAllowed):
        _page(home, home.anna, authority_id=elsewhere)
    with pytest.raises(NotAllowed):
        _page(home, home.maris, authority_id=elsewhere)


def test_an_entry_of_another_authority_is_not_there(home: House) -> None:
    entry_id = write(home.ctx, authority_id=home.world.authority("Cita"))
    for authority_id in (None, home.authority):
        with pytest.raises(Gone) as gone:
            activity_entry(home.ctx, home.anna, authority_id, entry_id, "en")
        assert gone.value.code == "entry_gone"


def test_one_that_manages_many_sees_all_of_them(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    home.world.authority("Cita")
    ids = [home.world.authority(f"Iestāde {number}", manager=home.manager) for number in range(4)]
    for authority_id in [*ids, home.authority]:
        write(home.ctx, authority_id=authority_id)
    write(home.ctx, authority_id=ids[0] + 100)
    found = _page(home, home.maris)
    monkeypatch.setattr(activity, "FEW", 3)
    assert [row.id for row in _page(home, home.maris)] == [row.id for row in found] == [5, 4, 3, 2, 1]


# Pages


def test_pages_join(home: House) -> None:
    for _number in range(11):
        write(home.ctx, authority_id=home.authority)
    whole = [row.id for row in _page(home, home.anna)]
    assert whole == sorted(whole, reverse=True)
    first = _page(home, home.anna, limit=4)
    second = _page(home, home.anna, limit=4, after=first[-1].position)
    assert [row.id for row in (*first, *second)] == whole[:8]
    assert _page(home, home.anna, limit=4, before=second[0].position) == first
    assert _page(home, home.anna, limit=4, at=first[2].position)[0] == first[2]
    assert [row.id for row in _page(home, home.anna, limit=3, last=True)] == whole[-3:]


# Filters


def test_filters_by_person_kind_period_and_authority(home: House, clock: Clock) -> None:
    janis = home.world.user(home.authority, "Jānis", "Kalniņš", username="kalnijan")
    zane = home.world.user(home.authority, "Zane", "Ozola")
    write(home.ctx, Verb.LOGIN, zane, authority_id=home.authority, by=Actor(None, "login"))
    clock.move(days=10)
    write(
        home.ctx, Verb.PASSWORD_RESET, janis, authority_id=home.authority, by=home.anna, status=("valid", "temporary")
    )
    write(home.ctx, Verb.AUTHORITY_EDITED, None, authority_id=home.authority, by=Actor(zane))

    def found(**query: object) -> list[str]:
        return _codes(_page(home, home.anna, ActivityQuery(**query)))  # type: ignore[arg-type]  # what a test names

    assert found(text="kaln") == ["password:reset"]
    assert found(text="ozola zane") == ["authority:edited", "login:done"]
    assert found(text=str(zane)) == ["authority:edited", "login:done"]
    assert found(text="nobody") == found(text="9" * 30) == []
    assert found(kind=Kind.LOGINS) == ["login:done"]
    assert found(kind=Kind.AUTHORITY) == ["authority:edited"]
    assert found(since=clock() - timedelta(days=1)) == ["authority:edited", "password:reset"]
    assert found(until=clock() - timedelta(days=1)) == ["login:done"]
    assert found(person_id=janis) == found(subject_id=janis) == ["password:reset"]
    assert found(actor_id=zane) == ["authority:edited"]
    manager = _page(home, home.maris, ActivityQuery(text="darba inspekcija"))
    assert {row.authority_id for row in manager} == {home.authority}


def test_log_ins_count_for_the_authority_and_what_was_typed_is_never_kept(home: House) -> None:
    janis = home.world.user(home.authority, username="kalnijan")
    for name, password in (("kalnijan", PASSWORD), ("kalnijan", "wrong-Password-1"), ("my-Secret-1", "whatever")):
        try:
            login.log_in(home.ctx, Actor(None), name, password)
        except NotAllowed:
            pass
    rows = _page(home, home.anna, ActivityQuery(kind=Kind.LOGINS))
    assert [(row.code, row.subject_id) for row in rows] == [("login:failed", janis), ("login:done", janis)]
    assert _codes(_page(home, CLI))[0] == "login:unknown"
    assert b"kalnijan" in stored(home.ctx.store)
    assert b"my-Secret-1" not in stored(home.ctx.store)
    for path in home.ctx.settings.record_key_path().parent.iterdir():
        if path.is_file():
            assert b"my-Secret-1" not in path.read_bytes()


# In words


def test_old_and_new_values_in_the_readers_words(home: House) -> None:
    janis = home.world.user(home.authority, "Jānis", "Kalniņš", phone="+371 67 000 000")
    _edit(home, janis, phone="", language="de", rights=frozenset({Right("services", "request_handler")}))
    (row,) = _page(home, home.anna)
    entry = activity_entry(home.ctx, home.anna, None, row.id, "en")
    names = entry.row.names
    assert who_words(row.verb, row.actor_kind, row.actor_id, row.subject_id, names) == "Anna Bērziņa"
    what = what_words(row.verb, row.code, row.subject_id, row.authority_id, row.module, names)
    assert what == "User's account changed: Jānis Kalniņš"
    told = {one.label: (one.old, one.new) for one in changes(entry.values, names)}
    assert told["Phone"] == ("+371 67 000 000", "")
    assert told["Language"] == ("Latvian", "German")
    assert told["Rights"][0] == ""
    assert ":" in told["Rights"][1] and "request_handler" not in told["Rights"][1]
    i18n.use("lv")
    told = {one.label: (one.old, one.new) for one in changes(entry.values, names)}
    assert told["Valoda"] == ("latviešu", "vācu")


def test_everything_of_an_authority_has_words(home: House) -> None:
    seen = authorities.view(home.ctx, home.anna, home.authority)
    mine = replace(
        seen.draft(),
        town="Ogre",
        informal_name={"lv": "DI", "en": "LI"},
        keywords=frozenset({"roofer"}),
    )
    authorities.save(home.ctx, home.anna, home.authority, seen.version, mine)
    access.give_module(home.ctx, home.maris, home.authority, "solvit")
    access.withdraw_module(home.ctx, home.maris, home.authority, "solvit")
    withdrawn, given, edited = _page(home, home.anna)[:3]
    names = withdrawn.names
    for row in (given, withdrawn):
        assert what_words(row.verb, row.code, None, row.authority_id, row.module, names).endswith(": SOLVIT")
    entry = activity_entry(home.ctx, home.anna, None, edited.id, "en")
    told = {one.label: one.new for one in changes(entry.values, entry.row.names)}
    assert told["Town"] == "Ogre"
    assert told["Informal name (English)"] == "LI"
    assert told["Keywords"] == home.ctx.catalogue.keywords["roofer"].name("en")
    entry = activity_entry(home.ctx, home.anna, None, withdrawn.id, "en")
    assert any("Anna Bērziņa: " in one.old for one in changes(entry.values, entry.row.names) if one.label == "Rights")


def test_whoever_is_gone_is_a_number_on_screens_and_a_name_for_the_servers_own(home: House) -> None:
    new = NewUser("Zane", "Ozola", "lv", "zane@people.example")
    zane = users.register(home.ctx, home.anna, home.authority, new).user_id
    shown = activity_entry(home.ctx, home.anna, None, 1, "en")
    assert shown.values["email"] == (None, "zane@people.example") and not shown.withheld
    users.delete(home.ctx, home.anna, home.authority, zane)
    for row in _page(home, home.anna):
        assert person_words(row.subject_id, row.names) == f"somebody who was deleted (no. {zane})"
        entry = activity_entry(home.ctx, home.anna, None, row.id, "en")
        assert set(entry.values) <= {"rights", "language"} and entry.withheld
    assert _page(home, home.anna, ActivityQuery(text="ozola")) == ()
    row = _page(home, CLI)[0]
    assert person_words(row.subject_id, row.names) == "Zane Ozola"
    assert activity_entry(home.ctx, CLI, None, row.id, "en").values["email"] == ("zane@people.example", None)


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_has_a_kind_and_its_fields_have_labels(verb: Verb) -> None:
    assert verb.code in codes_of(kind_of(verb))
    assert verb.value.fields <= FIELDS.keys()
    assert what_words(verb, verb.code, 1, 2, "services", Names(users={1: "{x}"}, authorities={2: "[/y]"}))
    assert all(map(kind_words, Kind)) and SYSTEMS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(field=st.sampled_from(sorted(FIELDS)) | st.text(), old=JSON, new=JSON)
def test_whatever_stands_in_the_record_has_words(field: str, old: object, new: object) -> None:
    for one in changes({field: (old, new)}, Names()):
        assert isinstance(one.old, str) and isinstance(one.new, str)


@pytest.mark.parametrize("values", ["no json", "[1]", '{"town": 3}', '{"town": [1, 2, 3]}', "null"])
def test_what_somebody_made_of_the_values_is_shown(values: str) -> None:
    assert changes(activity.told_in(values), Names())


# Who held which right


def test_the_rights_of_a_day_are_those_of_today_with_what_came_since_undone(home: House, clock: Clock) -> None:
    handler = Right("services", "basic_user")
    janis = home.world.user(home.authority, "Jānis", "Kalniņš")
    days = [clock()]

    def next_day() -> None:
        clock.move(days=1)
        days.append(clock())
        clock.move(hours=1)

    next_day()
    _edit(home, janis, rights=frozenset({handler}))
    next_day()
    zane = users.register(
        home.ctx, home.anna, home.authority, NewUser("Zane", "O", "lv", "z@people.example", rights=frozenset({handler}))
    ).user_id
    next_day()
    _edit(home, janis, rights=frozenset())
    next_day()
    users.delete(home.ctx, home.anna, home.authority, zane)
    next_day()

    def held(at: object) -> dict[int, tuple[str, ...]]:
        return {one.user_id: one.rights for one in rights_on(home.ctx, CLI, home.authority, at)}  # type: ignore[arg-type]  # an instant

    anna = {home.anna.user_id: ("authority_administration:administrator",)}
    his = ("services:basic_user",)
    assert [held(day) for day in days] == [
        anna,
        anna,
        {**anna, janis: his},
        {**anna, janis: his, zane: his},
        {**anna, zane: his},
        anna,
    ]
    assert [one.name for one in rights_on(home.ctx, CLI, home.authority, days[4])] == ["Anna Bērziņa", "Zane O"]
    assert [one.name for one in rights_on(home.ctx, home.anna, home.authority, days[4])] == ["Anna Bērziņa", ""]


def test_what_fell_away_with_a_module_is_told_with_it(home: House, clock: Clock) -> None:
    handler = Right("services", "request_handler")
    janis = home.world.user(home.authority, rights=[handler])
    before = clock()
    clock.move(days=1)
    access.withdraw_module(home.ctx, home.maris, home.authority, "services")
    held = {one.user_id: one.rights for one in rights_on(home.ctx, home.anna, home.authority, before)}
    assert held[janis] == ("services:request_handler",)
    with home.ctx.store.reading():
        assert Entry.select().count() == 1 and Authority.select().count() == 2
