"""Find an authority: everything there is by name, or what was typed, best first, with the reason for each (B1, S1.1).

`search` answers the table's requests for pages. Without a text it pages all authorities by official name; with one it
ranks a bounded number of candidates, so that the cost is the same however many authorities there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peewee import Tuple, fn

from db.models import Authority, AuthorityKeyword, AuthorityModule, AuthorityText, ModuleKeyword
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.text import fold
from imi_tui.services import authorities
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.door import read

MANY = 1000
"""Counts without a text go up to here; `MANY + 1` stands for more."""

RANKED = 200
"""With a text this many are found at most, the best ones; `RANKED + 1` stands for more."""

Position = tuple[Any, ...]
"""Where an authority stands among the found: opaque, comparable within one query."""

Span = tuple[int, int]
"""From where to where in a text, in characters of the original."""


class Field(StrEnum):
    """Where a word of the query was found."""

    OFFICIAL_NAME = "official_name"
    INFORMAL_NAME = "informal_name"
    TOWN = "town"
    KEYWORD = "keyword"
    MODULE = "module"
    COUNTRY = "country"
    ADDRESS = "address"
    DESCRIPTION = "description"


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


@dataclass(frozen=True)
class Match:
    """Why an authority was found: the words that were found in this field, and where.

    `text` is the original (of a description the part around the word; of a code its name in the reader's language) and
    `spans` the places in it; `language` that of an informal name or a description; `code` that of a keyword, module or
    country. `corrected` holds the words typed that were taken for others, which the spans show.
    """

    field: Field
    words: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    language: str = ""
    code: str = ""
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleHeld:
    """An authority's role in a module, and its access there: `given` or `suspended`."""

    module: str
    role: str
    access: str


@dataclass(frozen=True)
class Found:
    """An authority as the list shows one (B1).

    The informal name is in the reader's language if it is there, else in English, else the original; `matches` says
    why it was found, the fields in the order of `Field`, none without a text.
    """

    id: int
    position: Position
    country: str
    official_name: str
    informal_name: str
    informal_language: str
    town: str
    status: str
    roles: tuple[RoleHeld, ...]
    matches: tuple[Match, ...] = ()


FoundDetail = AuthorityView
"""A found authority in full."""


def search(
    ctx: Context,
    actor: Actor,
    query: DirectoryQuery,
    language: str,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int = 100,
) -> tuple[Found, ...]:
    """At most `limit` of the authorities found, in order: those after a position, before it, or from it on.

    Without any position the first ones, with `last` the last. `language` is the reader's. Raises `NotAllowed`,
    `StoreAway`.
    """
    backwards = before is not None or last
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        where = _filtered(query)
        if query.text.strip():
            where &= Authority.name_key.contains(fold(query.text).strip())
        key = Tuple(Authority.name_key, Authority.id)
        for position, holds in ((after, key.__gt__), (before, key.__lt__), (at, key.__ge__)):
            if position is not None:
                where &= holds(Tuple(*position))
        order = [column.desc() if backwards else column.asc() for column in (Authority.name_key, Authority.id)]
        columns = (Authority.id, Authority.name_key, Authority.country, Authority.official_name)
        shown = Authority.select(*columns, Authority.town, Authority.status)
        rows = list(shown.where(where).order_by(*order).limit(limit).tuples())
        ids = [row[0] for row in rows]
        names, roles = _names(ids, language), _roles(ctx, ids)
    found = [
        Found(
            number, (name_key, number), country, name, *names.get(number, ("", "")), town, status, roles.get(number, ())
        )
        for number, name_key, country, name, town, status in rows
    ]
    return tuple(reversed(found) if backwards else found)


def found_count(ctx: Context, actor: Actor, query: DirectoryQuery, language: str) -> int:
    """How many are found, counted no further than one more than `most`. Raises as `search`."""
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        where = _filtered(query)
        if query.text.strip():
            where &= Authority.name_key.contains(fold(query.text).strip())
        return int(Authority.select(Authority.id).where(where).limit(most(query) + 1).count())


def most(query: DirectoryQuery) -> int:
    """How many a query is counted up to: `RANKED` with a text, `MANY` without."""
    return RANKED if query.text.strip() else MANY


def detail(ctx: Context, actor: Actor, authority_id: int, language: str) -> FoundDetail:
    """A found authority in full. Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`."""
    return authorities.view(ctx, actor, authority_id)


def _filtered(query: DirectoryQuery) -> Any:
    where: Any = Authority.id > 0
    if query.country:
        where &= Authority.country == query.country
    if query.status:
        where &= Authority.status == query.status
    if query.module or query.role:
        held = AuthorityModule.select(AuthorityModule.authority).where(AuthorityModule.authority == Authority.id)
        if query.module:
            held = held.where(AuthorityModule.module == query.module)
        if query.role:
            held = held.where(AuthorityModule.role == query.role)
        where &= fn.EXISTS(held)
    if query.keyword:
        where &= fn.EXISTS(_with(AuthorityKeyword, query.keyword)) | fn.EXISTS(_with(ModuleKeyword, query.keyword))
    return where


def _with(table: Any, keyword: str) -> Any:
    return table.select(table.authority).where(table.authority == Authority.id, table.keyword == keyword)


def _names(ids: list[int], language: str) -> dict[int, tuple[str, str]]:
    """The informal name that a reader is shown, with its language, by authority."""
    texts = AuthorityText.select(
        AuthorityText.authority_id, AuthorityText.language, AuthorityText.text, Authority.official_language
    ).join(Authority)
    best: dict[int, tuple[int, str, str]] = {}
    wanted = AuthorityText.authority.in_(ids) & (AuthorityText.kind == "informal_name")
    for number, spoken, text, official in texts.where(wanted).tuples():
        place = 0 if spoken == language else 1 if spoken == "en" else 2 if spoken == official else 3
        best[number] = min(best.get(number, (9, "", "")), (place, text, spoken))
    return {number: (text, spoken) for number, (_place, text, spoken) in best.items()}


def _roles(ctx: Context, ids: list[int]) -> dict[int, tuple[RoleHeld, ...]]:
    """The roles per module, modules in the order of the catalogue, by authority."""
    columns = (AuthorityModule.authority_id, AuthorityModule.module, AuthorityModule.role, AuthorityModule.access)
    order = {code: place for place, code in enumerate(ctx.catalogue.modules)}
    held: dict[int, list[RoleHeld]] = {}
    for number, *role in AuthorityModule.select(*columns).where(AuthorityModule.authority.in_(ids)).tuples():
        held.setdefault(number, []).append(RoleHeld(*role))
    return {
        number: tuple(sorted(roles, key=lambda role: (order.get(role.module, len(order)), role.module)))
        for number, roles in held.items()
    }
