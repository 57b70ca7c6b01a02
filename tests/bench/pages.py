"""Pages of 50 rows out of the whole house, for each sort, against the same SQL by the engine's own driver.

Measured is the query through Peewee (what the bar is about) and the whole service, its door and rows included. Fails on
shape: a last page of more than `GROWTH` times the first, or more statements than `STATEMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.policy import Actor
from imi_tui.services import managed, users_list, users_query
from imi_tui.services.activity import ActivityQuery, activity_page
from imi_tui.services.directory_search import DirectoryQuery, search
from imi_tui.services.managed import ManagedQuery
from imi_tui.services.users_query import Part, Sort, UserQuery
from tests.bench.bench import Bench
from tests.bench.house import MANAGER, context, somebody
from tests.bench.result import Result, growth, in_turns
from tests.statements import statements

ROUNDS = 60
PAGE = 50
LAST = 2.0
GROWTH = 3.0
STATEMENTS = 12


def measure(bench: Bench) -> Iterator[Result]:
    """Each list's first and last page."""
    url = bench.database or bench.houses.listed(bench.sizes()[-1])
    ctx = context(url)
    actor, home = somebody(ctx)
    with ctx.store.reading():
        size = User.select().where(User.authority == home).count()
    bench.say(f"pages of {size:,} users")
    cases = {f"users by {sort.value}": UserQuery(sort=sort) for sort in Sort}
    cases |= {
        f"users by {sort.value}, turned": UserQuery(sort=sort, descending=True) for sort in (Sort.NAME, Sort.LOGIN)
    }
    cases |= {f"users, {one.value}": UserQuery(status=one) for one in PasswordStatus}
    for name, query in cases.items():
        yield from _users(bench, ctx, actor, home, name, query)
    if bench.database == "":
        ctx.store.close()
        ctx = context(bench.houses.house(bench.users))
    manager, _home = somebody(ctx, MANAGER)
    with ctx.store.reading():
        number = Authority.select().count()
    bench.say(f"pages of {number:,} authorities")
    yield from _ends(
        bench,
        ctx,
        f"authorities by name ({number:,})",
        lambda **where: search(ctx, manager, DirectoryQuery(), "lv", limit=PAGE, **where),
    )
    yield from _ends(
        bench,
        ctx,
        "managed authorities",
        lambda **where: managed.managed_page(ctx, manager, ManagedQuery(), limit=PAGE, **where),
    )
    yield from _ends(
        bench,
        ctx,
        "activity",
        lambda **where: activity_page(ctx, manager, None, ActivityQuery(), "lv", limit=PAGE, **where),
    )
    ctx.store.close()


def _users(bench: Bench, ctx: Context, actor: Actor, home: int, name: str, query: UserQuery) -> Iterator[Result]:
    def page(**where: Any) -> Any:
        return users_list.users_page(ctx, actor, home, query, limit=PAGE, **where)

    def by_peewee() -> object:
        return users_query.page(home, query, now, Part(), PAGE)

    now = ctx.now()
    ctx.store.connect()
    with statements(ctx) as sent:
        by_peewee()
    sql, values = max(sent, key=lambda one: len(one[0]))
    raw = ctx.store.database.connection()
    floor, through = in_turns(bench.rounds(ROUNDS), lambda: raw.execute(sql, values).fetchall(), by_peewee)
    yield Result("page of 50, query", name, through, floor, times=6, of_floor="the same SQL by the driver")
    yield from _ends(bench, ctx, name, page, floor)


def _ends(
    bench: Bench, ctx: Context, name: str, page: Callable[..., Any], floor: list[float] | None = None
) -> Iterator[Result]:
    with statements(ctx) as sent:
        page()
    first, last = in_turns(bench.rounds(ROUNDS), page, lambda: page(last=True))
    broken = f"{len(sent)} statements" if len(sent) > STATEMENTS else ""
    grown = growth(first, last, GROWTH)
    if grown:
        broken = f"the last page against the first: {grown}"
    yield Result(
        "page of 50, service",
        f"{name} ({len(sent)} statements)",
        first,
        floor or (),
        of_floor="the same SQL by the driver",
    )
    yield Result("last page", name, last, first, times=LAST, of_floor="the first page", broken=broken)
