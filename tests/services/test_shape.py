"""The shape of what the store is asked: as many statements for many rows as for few, and no list that is read whole.

Nothing here is measured in time. Two houses of the demo are asked the same: one with a few rows in each list, one with
pages full of them; a query for each row would show as more statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from db import demo, schema
from db.catalogue import load
from db.models import database
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.policy import system_actor
from imi_tui.services import managed, translations_list, users_list
from imi_tui.services.activity import ActivityQuery, activity_page
from imi_tui.services.directory_search import DirectoryQuery, search
from imi_tui.services.hashing import Hasher
from imi_tui.services.managed import ManagedQuery
from imi_tui.services.translations_list import TaskQuery
from imi_tui.services.users_list import UserQuery
from imi_tui.settings import Settings
from tests.bench.curve import operations
from tests.bench.house import MANAGER, somebody
from tests.statements import Statement, statements
from tests.world import NOW, Clock, demo_ways

CLI = system_actor("cli")
FEW, MANY = (20, 100), (300, 1_500)
"""Authorities and users: the lists have some ten rows in the one, more than a page in the other."""

BY_CHANCE = {"find: a word": 3, "find: misspelt": 8, "find: a word in a country": 4, "twins": 6, "others like mine": 1}
"""What asks further questions where the first have found little, and how many more at most; never one for each row."""

MOST = 30
"""Statements of a save."""


def _house(folder: Path, authorities: int, users: int) -> Context:
    url = f"sqlite:///{folder}/{users}.db"
    store, catalogue, hasher = schema.create(url), load(), Hasher(memory_kib=8, time=1)
    demo.make(store, catalogue, demo_ways(hasher.hash("-")), NOW, authorities=authorities, users=users)
    return Context(store, catalogue, Settings(database=url), hasher, Clock())


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, Context]]:
    folder = tmp_path_factory.mktemp("houses")
    few, many = (_house(folder, *size) for size in (FEW, MANY))
    yield few, many
    for one in (few, many):
        _into(one)
        one.store.close()


def _into(ctx: Context) -> None:
    """The models speak to one database at a time."""
    database.initialize(ctx.store.database)


def _lists(ctx: Context) -> dict[str, Callable[[], object]]:
    return {
        **operations(ctx),
        "translations: first page": lambda: translations_list.tasks_page(ctx, CLI, TaskQuery()),
        "translations: counts": lambda: translations_list.tasks_counts(ctx, CLI),
        "activity of everybody": lambda: activity_page(ctx, CLI, None, ActivityQuery(), "lv"),
    }


def _sent(ctx: Context) -> dict[str, list[Statement]]:
    _into(ctx)
    found = {}
    for name, call in _lists(ctx).items():
        with statements(ctx) as sent:
            call()
        found[name] = sent
    return found


def test_as_many_statements_for_many_rows_as_for_few(houses: tuple[Context, Context]) -> None:
    few, many = (_sent(ctx) for ctx in houses)
    more = {
        name: (len(few[name]), len(many[name]))
        for name in few
        if len(many[name]) > len(few[name]) + BY_CHANCE.get(name, 0)
    }
    assert more == {}
    assert len(many["user saved"]) <= MOST


def _plans(ctx: Context, call: Callable[[], object]) -> list[tuple[str, str]]:
    """Each line of the plan of each statement, with the statement."""
    with statements(ctx) as sent:
        call()
    lines = []
    for sql, values in sent:
        told = [str(value) if hasattr(value, "isoformat") else value for value in values]
        plan = ctx.store.database.connection().execute(f"EXPLAIN QUERY PLAN {sql}", told).fetchall()
        lines += [(line[3], sql) for line in plan]
    return lines


def _whole(line: str) -> bool:
    """Whether a step of a plan reads all of a table, or sorts what it has found."""
    harmless = ("USING COVERING INDEX", "VIRTUAL TABLE", "SCAN _wrapped", "SCAN CONSTANT ROW")
    scans = line.startswith("SCAN ") and not any(one in line for one in harmless)
    return scans or "TEMP B-TREE FOR ORDER BY" in line


_FILTERS: list[Any] = [None, *AccountStatus, *PasswordStatus]
_ENDS: list[dict[str, Any]] = [{}, {"last": True}]


def _users(ctx: Context) -> dict[str, Callable[[], object]]:
    actor, home = somebody(ctx)
    found: dict[str, Callable[[], object]] = {}
    for sort, wanted, down, end in product(users_list.Sort, _FILTERS, (False, True), _ENDS):
        query = UserQuery(status=wanted, sort=sort, descending=down)
        found[f"users: {query} {end}"] = lambda query=query, end=end: users_list.users_page(  # type: ignore[misc]  # bound at once
            ctx, actor, home, query, **end
        )
    return found


def _others(ctx: Context) -> dict[str, Callable[[], object]]:
    boss, _home = somebody(ctx, MANAGER)
    found: dict[str, Callable[[], object]] = {}
    for sort, down in product(managed.Sort, (False, True)):
        asked = ManagedQuery(sort=sort, descending=down)
        found[f"managed: {asked}"] = lambda asked=asked: managed.managed_page(ctx, boss, asked)  # type: ignore[misc]  # bound at once
    for end in _ENDS:
        found[f"authorities {end}"] = lambda end=end: search(ctx, boss, DirectoryQuery(), "lv", **end)  # type: ignore[misc]  # bound at once
        found[f"activity {end}"] = lambda end=end: activity_page(  # type: ignore[misc]  # bound at once
            ctx, boss, None, ActivityQuery(), "lv", **end
        )
    return found


SORTED = ("status=<PasswordStatus.BLOCKED", "status=<PasswordStatus.EXPIRED", "sort=<Sort.CONFIRMED", "activity")
"""What sorts part of a list: a status that few have; by date the authorities, and the entries, of one manager."""


def test_no_list_is_read_whole_for_a_page(houses: tuple[Context, Context]) -> None:
    ctx = houses[1]
    _into(ctx)
    bad = []
    for name, call in {**_users(ctx), **_others(ctx)}.items():
        for line, sql in _plans(ctx, call):
            sorts = "ORDER BY" in line and any(one in name for one in SORTED)
            if _whole(line) and not sorts and "(0 = 1)" not in sql:
                bad.append((name, line, sql))
    assert bad == []


@pytest.mark.parametrize("wanted", [PasswordStatus.BLOCKED, PasswordStatus.EXPIRED])
def test_a_status_that_many_have_is_met_along_the_sort(
    houses: tuple[Context, Context], wanted: PasswordStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few are sorted; of many not all are read: the walk and the list say the same."""
    ctx = houses[1]
    _into(ctx)
    actor, home = somebody(ctx)
    query = UserQuery(status=wanted)
    sorted_ones = users_list.users_page(ctx, actor, home, query)
    monkeypatch.setattr("imi_tui.services.users_query._few", lambda *_asked: False)
    assert users_list.users_page(ctx, actor, home, query) == sorted_ones != ()
    assert [
        line for line, _sql in _plans(ctx, lambda: users_list.users_page(ctx, actor, home, query)) if _whole(line)
    ] == []


def test_a_part_of_a_name_is_looked_for_in_the_index(houses: tuple[Context, Context]) -> None:
    """The columns of the filter are all in the index by name: no row is read that does not match."""
    ctx = houses[1]
    _into(ctx)
    actor, home = somebody(ctx)
    plans = _plans(ctx, lambda: users_list.users_found(ctx, actor, home, UserQuery("berz")))
    assert any("USING COVERING INDEX users_authority_id_surname_key" in line for line, _sql in plans)
