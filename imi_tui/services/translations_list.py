"""The list of the translation desk: pages by key, the oldest task first, for any filter (B3).

A page takes two queries, whatever the number of tasks: the tasks, and which of their translations are stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from db.models import Authority, AuthorityText, TranslationTask
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.authority_changes import TEXT_KINDS
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.text import fold, storable
from imi_tui.services.door import read
from imi_tui.services.users_query import beyond

MANY = 1000
"""Counts go up to here; `MANY + 1` stands for more."""

Position = tuple[datetime, int, str]
"""Where a task stands in the list: when it was asked for, the authority, the kind of text."""


@dataclass(frozen=True)
class TaskQuery:
    """Which tasks: each word of `text` is in the authority's name or is its country's code; with `language`, those
    whose translation into it is stale or missing."""

    text: str = ""
    language: str = ""


@dataclass(frozen=True)
class TaskRow:
    """A task as the list shows one; `stale` are the languages whose translation is older than the original."""

    authority_id: int
    kind: str
    position: Position
    authority: str
    country: str
    language: str
    new: str
    stale: tuple[str, ...]
    asked_at: datetime


@dataclass(frozen=True)
class Counts:
    """How many texts there are to be translated, at most `MANY + 1`, for "more than"."""

    informal_names: int
    descriptions: int


def tasks_page(
    ctx: Context,
    actor: Actor,
    query: TaskQuery,
    *,
    after: Position | None = None,
    before: Position | None = None,
    at: Position | None = None,
    last: bool = False,
    limit: int = 50,
) -> tuple[TaskRow, ...]:
    """At most `limit` tasks, the oldest first: those after a position, before it, or from it on; without one the first.

    With `last` the last ones. A position holds even when its row is gone. Raises `NotAllowed`, `StoreAway`.
    """
    backwards = before is not None or last
    with read(ctx, actor, May.TRANSLATE, None):
        where = _matching(query)
        if after is not None:
            where &= beyond(_KEY, after, downwards=False)
        elif before is not None:
            where &= beyond(_KEY, before, downwards=True)
        elif at is not None:
            where &= beyond(_KEY, at, downwards=False, or_there=True)
        order = [column.desc() if backwards else column.asc() for column in _KEY]
        columns = (TranslationTask.language, TranslationTask.new, Authority.official_name, Authority.country)
        found = TranslationTask.select(*_KEY, *columns).join(Authority).where(where).order_by(*order).limit(limit)
        rows = list(found.tuples())
        stale = _stale_of([authority for _at, authority, *_rest in rows])
    return tuple(_row(row, stale) for row in (reversed(rows) if backwards else rows))


def tasks_counts(ctx: Context, actor: Actor) -> Counts:
    """How many tasks there are, by kind. Raises as `tasks_page`."""
    with read(ctx, actor, May.TRANSLATE, None):
        return Counts(*(_count(TranslationTask.kind == kind) for kind in TEXT_KINDS))


def tasks_found(ctx: Context, actor: Actor, query: TaskQuery) -> int:
    """How many tasks a filter leaves, at most `MANY + 1`. Raises as `tasks_page`."""
    with read(ctx, actor, May.TRANSLATE, None):
        return _count(_matching(query))


_KEY = (TranslationTask.asked_at, TranslationTask.authority, TranslationTask.kind)


def _matching(query: TaskQuery) -> Any:
    where = TranslationTask.kind.in_(TEXT_KINDS)
    for word in query.text.split():
        where &= has_part(Authority.name_key, fold(word)) | (Authority.country == storable(word.upper()))
    if query.language:
        fresh = AuthorityText.select(AuthorityText.authority).where(
            AuthorityText.authority == TranslationTask.authority,
            AuthorityText.kind == TranslationTask.kind,
            AuthorityText.language == query.language,
            ~AuthorityText.stale,
        )
        where &= (TranslationTask.language != query.language) & ~fn.EXISTS(fresh)
    return where


def _count(where: Any) -> int:
    return int(TranslationTask.select(TranslationTask.kind).join(Authority).where(where).limit(MANY + 1).count())


def _stale_of(authorities: Iterable[int]) -> dict[tuple[int, str], list[str]]:
    """The stale languages of each text of these authorities."""
    found: dict[tuple[int, str], list[str]] = {}
    texts = AuthorityText.select(AuthorityText.authority, AuthorityText.kind, AuthorityText.language)
    stale = texts.where(AuthorityText.authority.in_(list(authorities)), AuthorityText.stale)
    for authority, kind, language in stale.order_by(AuthorityText.language).tuples():
        found.setdefault((authority, kind), []).append(language)
    return found


def _row(values: Sequence[Any], stale: dict[tuple[int, str], list[str]]) -> TaskRow:
    asked_at, authority, kind, language, new, name, country = values
    return TaskRow(
        authority_id=authority,
        kind=kind,
        position=(asked_at, authority, kind),
        authority=name,
        country=country,
        language=language,
        new=new,
        stale=tuple(stale.get((authority, kind), ())),
        asked_at=asked_at,
    )
