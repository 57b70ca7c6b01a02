"""Find an authority: everything there is by name, or what was typed, best first, with the reason for each (B1, S1.1).

`search` answers the table's requests for pages. Without a text it pages all authorities by official name; with one it
ranks a bounded number of candidates, so that the cost is the same however many authorities there are.
"""

from __future__ import annotations

from db.models import Authority
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, Facts, May
from imi_tui.services import authorities
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.directory_filter import FEW, DirectoryQuery, Position, few, narrowing, only, page, walk
from imi_tui.services.directory_rows import Found, RoleHeld, by_name, with_reasons
from imi_tui.services.door import read
from imi_tui.services.search_matches import Field, Match
from imi_tui.services.search_query import asked
from imi_tui.services.search_ranking import Ranked, Within, ranked
from imi_tui.services.search_words import catalogue_words

__all__ = [
    "MANY",
    "RANKED",
    "DirectoryQuery",
    "Field",
    "Found",
    "Match",
    "Position",
    "RoleHeld",
    "detail",
    "found_count",
    "most",
    "search",
]

MANY = FEW
"""Counts without a text go up to here; `MANY + 1` stands for more."""

RANKED = 200
"""With a text this many are found at most, the best ones; `RANKED + 1` stands for more."""


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
    with read(ctx, actor, May.SEE_AUTHORITY, None) as facts:
        if query.text.strip():
            best = {one.key: one for one in _ranked(ctx, query, facts)[:RANKED]}
            keys = page(list(best), after=after, before=before, at=at, last=last, limit=limit)
            return with_reasons(ctx, [best[key] for key in keys], language)
        found = few(ctx, query)
        if found is not None:
            keys = page(found, after=after, before=before, at=at, last=last, limit=limit)
        else:
            keys = walk(ctx, query, after=after, before=before, at=at, last=last, limit=limit)
        return by_name(ctx, keys, language)


def found_count(ctx: Context, actor: Actor, query: DirectoryQuery, language: str) -> int:
    """How many `search` finds, counted no further than one more than `most`. Raises as `search`."""
    with read(ctx, actor, May.SEE_AUTHORITY, None) as facts:
        if query.text.strip():
            return min(len(_ranked(ctx, query, facts)), RANKED + 1)
        found = few(ctx, query)
        return MANY + 1 if found is None else len(found)


def most(query: DirectoryQuery) -> int:
    """How many a query is counted up to: `RANKED` with a text, `MANY` without."""
    return RANKED if query.text.strip() else MANY


def detail(ctx: Context, actor: Actor, authority_id: int) -> AuthorityView:
    """A found authority in full. Raises `NotAllowed`, `Gone("authority_gone")`, `StoreAway`."""
    return authorities.view(ctx, actor, authority_id)


def _ranked(ctx: Context, query: DirectoryQuery, facts: Facts) -> list[Ranked]:
    known = catalogue_words(ctx.catalogue)
    words = asked(query.text, known)
    if not words.words:
        return []
    own = Authority.select(Authority.country).where(Authority.id == facts.authority_id).scalar()
    return ranked(words, known, own or "", Within(narrowing(query), only(ctx, query)))
