"""What the directory is asked for, and the authorities that its filter leaves: listed where few, else a condition.

Where a filter leaves few, they are read by an index and the rest of the question is about them; where it leaves many,
whoever walks along the names or the hits of a text soon meets enough of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import SQL, Tuple, fn

from db.models import Authority, AuthorityKeyword, AuthorityModule, ModuleKeyword
from db.search import HIT, Only, Term
from imi_tui.context import Context
from imi_tui.rules.text import storable
from imi_tui.services.search_words import Kind, token

FEW = 1000
"""So many authorities are listed by their keys; more are not counted either."""

Position = tuple[Any, ...]
"""Where an authority stands among the found: opaque, comparable within one query."""


@dataclass(frozen=True)
class DirectoryQuery:
    """Which authorities: each word of `text` is found in one of them; the codes narrow it down, empty ones do not.

    `role` is that in `module`, or without it in any; `keyword` may be one that stands above others; `status` is
    `active` or `inactive`.
    """

    text: str = ""
    country: str = ""
    module: str = ""
    role: str = ""
    keyword: str = ""
    status: str = ""


def few(ctx: Context, query: DirectoryQuery) -> list[Position] | None:
    """The names (in normal form) and ids of all that the filter leaves, in that order; None for more than `FEW`."""
    found = Authority.select(Authority.name_key, Authority.id).where(_condition(ctx, query, listed=True))
    keys = list(found.limit(FEW + 1).tuples())
    return sorted(keys) if len(keys) <= FEW else None


def narrowing(query: DirectoryQuery) -> list[list[Term]]:
    """What the filter asks of the index, for a search in texts: the codes that it knows."""
    wanted = ((Kind.COUNTRY, query.country), (Kind.MODULE, query.module), (Kind.KEYWORD, query.keyword))
    return [[Term(token(kind, code), ("codes",))] for kind, code in wanted if code]


def only(ctx: Context, query: DirectoryQuery) -> Only:
    """What it asks of the store besides: modules, roles and status are those of now."""
    # A role, or being inactive, may be rare; the hits that would be looked at for nothing are many.
    if query.role or query.status == "inactive":
        keys = few(ctx, query)
        if keys is not None:
            return Only(tuple(number for _name, number in keys))
    if not (query.module or query.role or query.status):
        return Only()
    here = Authority.select(SQL("1")).where(Authority.id == SQL(HIT), _condition(ctx, query, listed=False))
    sql, values = here.sql()
    return Only(None, f"EXISTS ({sql})", tuple(values))


def walk(
    ctx: Context,
    query: DirectoryQuery,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int,
) -> list[Position]:
    """A page of names and ids along the index of names, for all authorities or a filter that leaves many."""
    backwards = before is not None or last
    where: Any = _condition(ctx, query, listed=False)
    key = Tuple(Authority.name_key, Authority.id)
    if after is not None:
        where &= key > Tuple(*after)
    elif before is not None:
        where &= key < Tuple(*before)
    elif at is not None:
        where &= key >= Tuple(*at)
    order = [column.desc() if backwards else column.asc() for column in (Authority.name_key, Authority.id)]
    found = list(Authority.select(Authority.name_key, Authority.id).where(where).order_by(*order).limit(limit).tuples())
    return found[::-1] if backwards else found


def page(
    keys: Sequence[Position],
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int,
) -> list[Position]:
    """The same page of keys that are all at hand, in order; a position holds even when its row is gone."""
    if before is not None or last:
        return [key for key in keys if before is None or key < before][-limit:] if limit else []
    return [key for key in keys if (after is None or key > after) and (at is None or key >= at)][:limit]


def _condition(ctx: Context, query: DirectoryQuery, *, listed: bool) -> Any:
    """What the filter asks of an authority: for a list along its narrowest index, or for a look at each row."""
    where: Any = Authority.id > 0
    query = replace(query, **{name: storable(code) for name, code in vars(query).items()})
    if query.country:
        where &= Authority.country == query.country
    if query.status:
        where &= Authority.status == query.status
    if query.module or query.role:
        held = AuthorityModule.select(AuthorityModule.authority)
        if query.module:
            held = held.where(AuthorityModule.module == query.module)
        if query.role:
            held = held.where(AuthorityModule.role == query.role)
        narrower = query.country or query.keyword or query.status == "inactive"
        where &= _among(held, AuthorityModule, listed=listed and not narrower)
    if query.keyword:
        codes = _under(ctx, query.keyword)
        general, special = (
            table.select(table.authority).where(table.keyword.in_(codes)) for table in (AuthorityKeyword, ModuleKeyword)
        )
        if listed:
            where &= Authority.id.in_(general | special)
        else:
            where &= _among(general, AuthorityKeyword, listed=False) | _among(special, ModuleKeyword, listed=False)
    return where


def _among(rows: Any, table: Any, *, listed: bool) -> Any:
    """Whether an authority has one of these rows, by a list of all that have or by a look."""
    return Authority.id.in_(rows) if listed else fn.EXISTS(rows.where(table.authority == Authority.id))


def _under(ctx: Context, keyword: str) -> list[str]:
    """A keyword with those under it."""
    found = [keyword]
    for code in found:
        if code in ctx.catalogue.keywords:
            found += ctx.catalogue.keywords[code].children
    return found
