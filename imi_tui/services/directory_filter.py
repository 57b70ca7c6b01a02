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
from db.search import HIT, Only
from imi_tui.context import Context

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

    @property
    def narrows(self) -> bool:
        """Whether anything but the text narrows it down."""
        return bool(self.country or self.module or self.role or self.keyword or self.status)


def few(ctx: Context, query: DirectoryQuery) -> list[Position] | None:
    """The names (in normal form) and ids of all that the filter leaves, in that order; None for more than `FEW`."""
    # By its index, whatever else the engine may think: a country or a keyword leaves a twentieth at most.
    driven = bool(query.country or query.keyword or query.status == "inactive")
    found = Authority.select(Authority.name_key, Authority.id).where(_condition(ctx, query, correlated=driven))
    keys = list(found.limit(FEW + 1).tuples())
    return sorted(keys) if len(keys) <= FEW else None


def only(ctx: Context, query: DirectoryQuery) -> Only:
    """The same for a search in texts."""
    if not query.narrows:
        return Only()
    keys = few(ctx, query)
    if keys is not None:
        return Only(tuple(number for _name, number in keys))
    here = Authority.select(SQL("1")).where(Authority.id == SQL(HIT), _condition(ctx, query, correlated=True))
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
    where: Any = _condition(ctx, query, correlated=True)
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


def _condition(ctx: Context, query: DirectoryQuery, *, correlated: bool) -> Any:
    """What the filter asks of an authority; `correlated` for a look at each row, else for a walk along an index."""
    where: Any = Authority.id > 0
    query = replace(query, **{name: _storable(code) for name, code in vars(query).items()})
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
        if correlated:
            where &= fn.EXISTS(held.where(AuthorityModule.authority == Authority.id))
        else:
            where &= Authority.id.in_(held)
    if query.keyword:
        codes = _under(ctx, query.keyword)
        general, special = (
            table.select(table.authority).where(table.keyword.in_(codes)) for table in (AuthorityKeyword, ModuleKeyword)
        )
        where &= Authority.id.in_(general | special)
    return where


def _storable(code: str) -> str:
    """A code as the store can be asked for it: no store takes half characters, and no code has any."""
    return code.encode("utf-8", "replace").decode("utf-8")


def _under(ctx: Context, keyword: str) -> list[str]:
    """A keyword with those under it."""
    found = [keyword]
    for code in found:
        if code in ctx.catalogue.keywords:
            found += ctx.catalogue.keywords[code].children
    return found
