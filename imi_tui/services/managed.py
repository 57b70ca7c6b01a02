"""The access manager's desk: the authorities it manages, by pages, and what is wrong with them (B2, S1.8).

What is wrong is a condition of the query itself, so that the list, its filter and the inbox's counts cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import JOIN, Case, Value, fn

from db.models import NEVER, Authority, AuthorityModule, Handover
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.policy import ADMINISTRATOR, Actor, Facts, May
from imi_tui.rules.text import fold
from imi_tui.services.door import first_or_gone, read
from imi_tui.services.managed_problems import Problem, active, has
from imi_tui.services.users_list import MANY
from imi_tui.services.users_query import Position, beyond


class Sort(StrEnum):
    """What the list can be sorted by."""

    NAME = "name"
    CONFIRMED = "confirmed"


_COLUMNS: dict[Sort, tuple[Any, ...]] = {
    Sort.NAME: (Authority.name_key, Authority.id),
    Sort.CONFIRMED: (Authority.confirmed_at, Authority.id),
}


@dataclass(frozen=True)
class ManagedQuery:
    """Which authorities, in which order. Each word of `text` occurs in the official name; empty filters leave all.

    `manager` is whose desk it is, for a system actor, who has none of its own; people see their own one.
    """

    text: str = ""
    status: str = ""
    module: str = ""
    problem: Problem | None = None
    sort: Sort = Sort.NAME
    descending: bool = False
    manager: int | None = None


@dataclass(frozen=True)
class ManagedRow:
    """An authority as the desk shows it. `modules` counts those besides the one that everybody has.

    `confirmed_at` is None where the data was never confirmed; `offered` says that it is offered to another manager.
    """

    id: int
    position: Position
    country: str
    official_name: str
    town: str
    status: str
    modules: int
    suspended: int
    confirmed_at: datetime | None
    problems: tuple[Problem, ...]
    offered: bool


@dataclass(frozen=True)
class Desk:
    """The counts over all managed authorities, each at most `MANY + 1`, for "more than"."""

    total: int
    inactive: int
    problems: Mapping[Problem, int]


def managed_page(
    ctx: Context,
    actor: Actor,
    query: ManagedQuery,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int = 50,
) -> tuple[ManagedRow, ...]:
    """At most `limit` of the authorities that the actor's own one manages; positions as in `users_page`.

    Raises `NotAllowed`, `StoreAway`.
    """
    columns = _COLUMNS[query.sort]
    backwards = before is not None or last
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        now = ctx.now()
        where = _matching(ctx, facts, query, now)
        if after is not None:
            where &= beyond(columns, after, downwards=query.descending)
        elif before is not None:
            where &= beyond(columns, before, downwards=not query.descending)
        elif at is not None:
            where &= beyond(columns, at, downwards=query.descending, or_there=True)
        down = query.descending != backwards
        order = [column.desc() if down else column.asc() for column in columns]
        found = _shown(ctx, columns, now).where(where).order_by(*order).limit(limit).tuples()
        rows = [_row(values) for values in found]
    return tuple(reversed(rows) if backwards else rows)


def managed_row(ctx: Context, actor: Actor, authority_id: int, sort: Sort) -> ManagedRow:
    """One managed authority as the list shows it in this sort. Raises `Gone("authority_gone")`, `NotAllowed`."""
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        here = (Authority.id == authority_id) & (Authority.manager == facts.authority_id)
        found = _shown(ctx, _COLUMNS[sort], ctx.now()).where(here).tuples()
        return _row(first_or_gone(found, "authority_gone"))


def managed_found(ctx: Context, actor: Actor, query: ManagedQuery) -> int:
    """How many authorities a filter leaves, at most `MANY + 1`. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        return _count(_matching(ctx, facts, query, ctx.now()))


def desk(ctx: Context, actor: Actor) -> Desk:
    """The inbox of the access manager: how many authorities have which problem (B2). Raises `NotAllowed`."""
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        now = ctx.now()
        mine = Authority.manager == facts.authority_id
        return Desk(
            total=_count(mine),
            inactive=_count(mine & (Authority.status != "active")),
            problems={problem: _count(mine & active() & has(ctx, problem, now)) for problem in Problem},
        )


def _matching(ctx: Context, facts: Facts, query: ManagedQuery, now: datetime) -> Any:
    where = Authority.manager == (query.manager if facts.system else facts.authority_id)
    if query.status:
        where &= Authority.status == query.status
    if query.module:
        where &= fn.EXISTS(
            AuthorityModule.select(Value(1)).where(
                AuthorityModule.authority == Authority.id, AuthorityModule.module == query.module
            )
        )
    if query.problem is not None:
        where &= active() & has(ctx, query.problem, now)
    for word in query.text.split():
        where &= has_part(Authority.name_key, fold(word))
    return where


def _shown(ctx: Context, columns: Sequence[Any], now: datetime) -> Any:
    """The query of the rows, whose last columns are those of the position."""
    others = (AuthorityModule.authority == Authority.id) & (AuthorityModule.module != ADMINISTRATOR.module)
    modules = AuthorityModule.select(fn.COUNT(AuthorityModule.module)).where(others)
    suspended = modules.clone().where(AuthorityModule.access != "given")
    problems = [Case(None, [(active() & has(ctx, problem, now), 1)], 0) for problem in Problem]
    return Authority.select(
        Authority.id,
        Authority.country,
        Authority.official_name,
        Authority.town,
        Authority.status,
        modules,
        suspended,
        Authority.confirmed_at,
        Handover.to_manager.is_null(False),
        *problems,
        *columns[:-1],
    ).join(Handover, JOIN.LEFT_OUTER, on=(Handover.authority == Authority.id))


def _row(values: Sequence[Any]) -> ManagedRow:
    authority_id, country, official_name, town, status, modules, suspended, confirmed_at, offered = values[:9]
    flags, position = values[9 : 9 + len(Problem)], values[9 + len(Problem) :]
    return ManagedRow(
        id=authority_id,
        position=(*position, authority_id),
        country=country,
        official_name=official_name,
        town=town,
        status=status,
        modules=modules,
        suspended=suspended,
        confirmed_at=None if confirmed_at == NEVER else confirmed_at,
        problems=tuple(problem for problem, flag in zip(Problem, flags, strict=True) if flag),
        offered=bool(offered),
    )


def _count(where: Any) -> int:
    return int(Authority.select(Authority.id).where(where).limit(MANY + 1).count())
