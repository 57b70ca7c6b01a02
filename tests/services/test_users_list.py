"""The list of users: each page of each sort and filter is what a plain sort of everybody gives (S4.1, S4.9, S4.10)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase

from db.models import User, database
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services.users_list import (
    MANY,
    Sort,
    UserQuery,
    UserRow,
    users_counts,
    users_found,
    users_page,
)
from tests.world import World

PEOPLE = [
    ("Jānis", "Kalniņš", "kalnijan"),
    ("Anna", "Kalniņa", "kalnina"),
    ("Līga", "Ozola", "ozolalig"),
    ("Pēteris", "Zariņš", "zarinpet"),
    ("Łukasz", "Żółw", "zolwluk"),
    ("Ελένη", "Παπαδοπούλου", "papadele"),
    ("Иван", "Иванов", "ivanoiva"),
    ("Anna", "Kalniņa", "kalnina2"),
    ("[/x]", "100%_", "hundred"),
]


@pytest.fixture
def place(world: World) -> tuple[Actor, int]:
    """An authority with people in every status, and another one whose people must never show."""
    authority = world.authority()
    other = world.authority("Cita iestāde", email="cita@cita.example")
    actor = world.administrator(authority)
    for number, (first_name, surname, username) in enumerate(PEOPLE):
        world.user(
            authority,
            first_name,
            surname,
            username=username,
            email=f"{username}@vdi.example",
            temporary=number % 4 == 0,
            blocked=number % 4 == 1,
            expired=number % 4 == 2,
            logged_in=number % 3 != 0,
        )
        world.user(other, first_name, surname)
    return actor, authority


def names(rows: tuple[UserRow, ...]) -> list[str]:
    return [row.username for row in rows]


KEYS: dict[Sort, Callable[[User], Any]] = {
    Sort.NAME: lambda row: (row.surname_key, row.first_name_key, row.id),
    Sort.USERNAME: lambda row: (row.username_key, row.id),
    Sort.EMAIL: lambda row: (row.email_key, row.id),
    Sort.STATUS: lambda row: (row.logged_in, row.surname_key, row.first_name_key, row.id),
    Sort.PASSWORD: lambda row: (row.attention_at, row.id),
    Sort.LOGIN: lambda row: (row.last_login_at, row.id),
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_in_both_directions_join_to_the_whole_list(
    ctx: Context, place: tuple[Actor, int], sort: Sort, descending: bool
) -> None:
    actor, authority = place
    query = UserQuery(sort=sort, descending=descending)
    ctx.store.connect()
    people = sorted(User.select().where(User.authority == authority), key=KEYS[sort], reverse=descending)
    expected = [row.username for row in people]

    forwards, page = [], users_page(ctx, actor, authority, query, limit=3)
    while page:
        forwards += names(page)
        page = users_page(ctx, actor, authority, query, after=page[-1].position, limit=3)
    assert forwards == expected

    backwards, page = [], users_page(ctx, actor, authority, query, last=True, limit=3)
    while page:
        backwards = names(page) + backwards
        page = users_page(ctx, actor, authority, query, before=page[0].position, limit=3)
    assert backwards == expected

    there = users_page(ctx, actor, authority, query, limit=5)[-1]
    assert names(users_page(ctx, actor, authority, query, at=there.position, limit=2)) == expected[4:6]


def test_a_position_holds_when_its_row_is_gone(ctx: Context, place: tuple[Actor, int]) -> None:
    _administrator, authority = place
    actor = system_actor("test")  # whoever reads may not be the one who goes
    first, second, third = users_page(ctx, actor, authority, UserQuery(), limit=3)
    with ctx.store.writing():
        User.delete().where(User.id == second.id).execute()
    assert users_page(ctx, actor, authority, UserQuery(), after=second.position, limit=1)[0].id == third.id
    assert users_page(ctx, actor, authority, UserQuery(), before=second.position, limit=1)[0].id == first.id


@pytest.mark.parametrize("status", [*PasswordStatus, *AccountStatus])
def test_the_status_filter_shows_those_whose_badge_says_so(
    ctx: Context, place: tuple[Actor, int], status: PasswordStatus | AccountStatus
) -> None:
    actor, authority = place
    everybody = users_page(ctx, actor, authority, UserQuery(), limit=100)
    expected = [row.id for row in everybody if status in (row.status.password, row.status.account)]
    found = users_page(ctx, actor, authority, UserQuery(status=status), limit=100)
    assert [row.id for row in found] == expected != []
    assert users_found(ctx, actor, authority, UserQuery(status=status)) == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kalnin", ["kalnina", "kalnina2", "kalnijan"]),
        ("KALNIŅ jān", ["kalnijan"]),
        ("ANNA", ["user1", "kalnina", "kalnina2"]),
        ("lukasz zolw", ["zolwluk"]),
        ("παπαδ", ["papadele"]),
        ("иванов", ["ivanoiva"]),
        ("zarinpet@VDI", ["zarinpet"]),
        ("0%_", ["hundred"]),
        ("[/x]", ["hundred"]),
        ("'; DROP TABLE users", []),
        ("%", ["hundred"]),
    ],
)
def test_the_filter_finds_parts_of_names_usernames_and_addresses(
    ctx: Context, place: tuple[Actor, int], text: str, expected: list[str]
) -> None:
    actor, authority = place
    assert sorted(names(users_page(ctx, actor, authority, UserQuery(text=text)))) == sorted(expected)


def test_counts_and_administrators(ctx: Context, place: tuple[Actor, int]) -> None:
    actor, authority = place
    counts = users_counts(ctx, actor, authority)
    everybody = users_page(ctx, actor, authority, UserQuery(), limit=100)
    assert counts.total == len(everybody) == 10
    assert counts.new == sum(row.status.account is AccountStatus.NEW for row in everybody) == 3
    assert counts.blocked == sum(row.status.password is PasswordStatus.BLOCKED for row in everybody) == 2
    assert counts.expired == sum(row.status.password is PasswordStatus.EXPIRED for row in everybody) == 2
    assert counts.administrators == 1


def test_counts_stop_at_more_than_a_thousand(ctx: Context, world: World) -> None:
    authority = world.authority()
    actor = world.administrator(authority)
    template = User.select().where(User.id == actor.user_id).dicts().get()
    with ctx.store.writing():
        for number in range(MANY + 5):
            key = f"many{number}"
            User.insert({**template, "id": 1000 + number, "username_key": key, "email_key": key}).execute()
    assert users_counts(ctx, actor, authority).total == MANY + 1


def test_an_ordinary_user_sees_the_list_and_a_stranger_does_not(ctx: Context, world: World) -> None:
    authority = world.authority()
    colleague = Actor(world.user(authority))
    stranger = Actor(world.user(world.authority("Cita iestāde")))
    assert len(users_page(ctx, colleague, authority, UserQuery())) == 1
    for call in (users_counts, lambda *a: users_page(*a, UserQuery()), lambda *a: users_found(*a, UserQuery())):
        with pytest.raises(NotAllowed):
            call(ctx, stranger, authority)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(Sort))
def test_a_page_runs_along_an_index_and_sorts_nothing(
    ctx: Context,
    place: tuple[Actor, int],
    sort: Sort,
    descending: bool,
    monkeypatch: pytest.MonkeyPatch,
    database_file: Path,
) -> None:
    """The cost must not grow with the number of users: the plan searches one index from a key on."""
    if not isinstance(ctx.store.database, SqliteDatabase):
        pytest.skip("it is SQLite that tells its plan in these words")
    actor, authority = place
    position = users_page(ctx, actor, authority, UserQuery(sort=sort), limit=2)[-1].position
    asked: list[tuple[str, Any]] = []
    run = SqliteDatabase.execute_sql

    def listen(self: SqliteDatabase, sql: str, params: Any = None, *more: Any) -> Any:
        asked.append((sql, params))
        return run(self, sql, params, *more)

    monkeypatch.setattr(SqliteDatabase, "execute_sql", listen)
    users_page(ctx, actor, authority, UserQuery(sort=sort, descending=descending), after=position)
    pages = [(sql, params) for sql, params in asked if "ORDER BY" in sql]
    assert len(pages) == 1
    plan = " ".join(str(row[-1]) for row in run(database.obj, "EXPLAIN QUERY PLAN " + pages[0][0], pages[0][1]))
    assert "USING INDEX" in plan
    assert "TEMP B-TREE" not in plan
