"""The cost curve: milliseconds of each operation in houses of 10³, 10⁴, 10⁵ and 10⁶ users, against that of 10³.

The authority at hand is the one that has a tenth of all the users. Fails on shape: an operation that costs more than
`GROWTH` times as much in the largest house as in the one before, a tenth as large, in which pages are full, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.policy import Actor
from imi_tui.services import access_view, authorities, managed, twins, user_view, users_list
from imi_tui.services.activity import ActivityQuery, activity_page
from imi_tui.services.directory_search import DirectoryQuery, found_count, search
from imi_tui.services.keyword_advice import others_like_mine
from imi_tui.services.login import session
from imi_tui.services.managed import ManagedQuery
from imi_tui.services.managed_problems import Problem
from imi_tui.services.users_list import UserQuery
from tests.bench.bench import Bench
from tests.bench.house import LARGE, MANAGER, context, somebody
from tests.bench.result import Result, growth, in_turns
from tests.bench.save import saver

ROUNDS = 15
GROWTH = 3.0
LEAST = 2.0
"""Milliseconds below which nothing is said of growth: what is hardly anything may be twice that."""

Calls = dict[str, Callable[[], object]]


def measure(bench: Bench) -> Iterator[Result]:
    """Every operation in every house."""
    found: dict[str, dict[int, list[float]]] = {}
    sizes = [bench.users] if bench.database else bench.decades()
    for users in sizes:
        with tempfile.TemporaryDirectory() as folder:
            bench.say(f"operations among {users:,} users")
            ctx = context(bench.houses.fresh(users, Path(folder)))
            calls = operations(ctx)
            for name, call in calls.items():
                (found.setdefault(name, {})[users],) = in_turns(bench.rounds(ROUNDS), call)
            ctx.store.close()
    for name, by_size in found.items():
        for users in sizes:
            grown = users == sizes[-1] and len(sizes) > 1
            broken = growth(by_size[sizes[-2]], by_size[users], GROWTH, LEAST) if grown else ""
            yield Result(
                "curve",
                f"{name}, {users:,} users",
                by_size[users],
                by_size[sizes[0]],
                of_floor="10³ users",
                broken=broken,
            )


def operations(ctx: Context) -> Calls:
    """What is done most, by name."""
    anna, home = somebody(ctx)
    boss, _own = somebody(ctx, MANAGER)
    large = Actor(_someone_of(ctx, LARGE))
    return {
        **_users(ctx, large),
        "users: details": lambda: user_view.user_detail(ctx, anna, home, 2),
        "user saved": saver(ctx, anna, home),
        "session looked up": lambda: session(ctx, anna),
        "authority shown": lambda: authorities.view(ctx, anna, home),
        "find: first page": lambda: search(ctx, anna, DirectoryQuery(), "lv"),
        "find: count": lambda: found_count(ctx, anna, DirectoryQuery(), "lv"),
        "find: a word": lambda: search(ctx, anna, DirectoryQuery("inspekcija"), "lv"),
        "find: misspelt": lambda: search(ctx, anna, DirectoryQuery("inspektcija"), "lv"),
        "find: a country": lambda: search(ctx, anna, DirectoryQuery(country="LV"), "lv"),
        "find: a module": lambda: search(ctx, anna, DirectoryQuery(module="services"), "lv"),
        "find: a role": lambda: search(ctx, anna, DirectoryQuery(role="coordinator"), "lv"),
        "find: a keyword": lambda: search(ctx, anna, DirectoryQuery(keyword="labour_law"), "lv"),
        "find: a word in a country": lambda: search(ctx, anna, DirectoryQuery("inspekcija", country="LV"), "lv"),
        "desk: first page": lambda: managed.managed_page(ctx, boss, ManagedQuery()),
        "desk: counts": lambda: managed.desk(ctx, boss),
        "desk: with a problem": lambda: managed.managed_page(ctx, boss, ManagedQuery(problem=Problem.UNCONFIRMED)),
        "desk: a part of a name": lambda: managed.managed_page(ctx, boss, ManagedQuery(text="insp")),
        "access shown": lambda: access_view.module_access(ctx, boss, home),
        "withdrawal looked into": lambda: access_view.withdrawal(ctx, boss, home, "services"),
        "twins": lambda: twins.likely_twins(ctx, boss, "Valsts darba inspekcija", "", "", "Rīga", "LV"),
        "others like mine": lambda: others_like_mine(ctx, anna, home, frozenset()),
        "activity: first page": lambda: activity_page(ctx, boss, None, ActivityQuery(), "lv"),
    }


def _users(ctx: Context, large: Actor) -> Calls:
    """The list of the authority that has a tenth of all the users."""
    blocked = UserQuery(status=PasswordStatus.BLOCKED)
    return {
        "users: first page": lambda: users_list.users_page(ctx, large, LARGE, UserQuery()),
        "users: last page": lambda: users_list.users_page(ctx, large, LARGE, UserQuery(), last=True),
        "users: counts": lambda: users_list.users_counts(ctx, large, LARGE),
        "users: blocked": lambda: users_list.users_page(ctx, large, LARGE, blocked),
        "users: how many blocked": lambda: users_list.users_found(ctx, large, LARGE, blocked),
        "users: a part of a name": lambda: users_list.users_page(ctx, large, LARGE, UserQuery("berz")),
        "users: how many of that name": lambda: users_list.users_found(ctx, large, LARGE, UserQuery("berz")),
        "users: a name nobody has": lambda: users_list.users_page(ctx, large, LARGE, UserQuery("qqqq")),
    }


def _someone_of(ctx: Context, authority: int) -> int:
    """Somebody of an authority whose password is in order."""
    in_order = "blocked_at IS NULL AND NOT password_temporary"
    sql = f"SELECT id FROM users WHERE authority_id = {authority} AND {in_order} ORDER BY password_until DESC LIMIT 1"
    with ctx.store.reading():
        return int(ctx.store.database.execute_sql(sql).fetchone()[0])
