"""Activity (B8): the entries of the record that the reader may see, by pages, the newest first.

An administrator sees those of the own authority and, of an access manager, of the authorities it manages. Of somebody
who was deleted the screens show no personal data (B14); the command line, which is the server's own, does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from db.models import Authority, Entry, EntryValues, User
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.activity import Kind, Names, codes_of
from imi_tui.rules.chain import PERSONAL
from imi_tui.rules.policy import Actor, Facts, May
from imi_tui.rules.text import fold, identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import activity_names
from imi_tui.services.door import first_or_gone, read

FEW = 50
"""Authorities up to which the entries are gathered authority by authority; of more, entry by entry."""

MOST_NAMED = 500
"""People and authorities that a filter's words may mean at most."""

LARGEST = 2**63 - 1
_VERBS = {verb.code: verb for verb in Verb}


@dataclass(frozen=True)
class ActivityQuery:
    """Which entries: whose actor, subject or authority is called so; of a kind; from an instant on, up to another.

    `person_id` is somebody who did it or about whom it is; `actor_id` and `subject_id` are only the one or the other.
    """

    text: str = ""
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None
    person_id: int | None = None
    actor_id: int | None = None
    subject_id: int | None = None


@dataclass(frozen=True)
class ActivityRow:
    """An entry: when, what, by whom (`actor_kind` is `user` or the system's name), about whom, of which authority.

    `verb` is None where this version does not know it. Ids without a name in `names` are of who is gone.
    """

    id: int
    at: datetime
    code: str
    verb: Verb | None
    actor_kind: str
    actor_id: int | None
    subject_id: int | None
    authority_id: int | None
    module: str
    names: Names

    @property
    def position(self) -> tuple[int]:
        """The row's place in the list."""
        return (self.id,)


@dataclass(frozen=True)
class ActivityEntry:
    """An entry with its values: field → (old, new).

    `erased` says that personal values were erased, `withheld` that they are those of somebody who was deleted.
    """

    row: ActivityRow
    values: dict[str, tuple[object, object]]
    erased: bool
    withheld: bool


def activity_page(
    ctx: Context,
    actor: Actor,
    authority_id: int | None,
    query: ActivityQuery,
    language: str,
    *,
    after: tuple[object, ...] | None = None,
    before: tuple[object, ...] | None = None,
    at: tuple[object, ...] | None = None,
    last: bool = False,
    limit: int = 50,
) -> tuple[ActivityRow, ...]:
    """At most `limit` entries, the newest first: those after a position, before it, or from it on.

    Of one authority or, with None, of all that the actor may see. Names of modules are in `language`. Raises
    `NotAllowed`, `Gone`, `StoreAway`.
    """
    backwards = before is not None or last
    with read(ctx, actor, May.SEE_ACTIVITY, authority_id) as facts:
        where = _scope(facts, authority_id) & _matching(facts, authority_id, query)
        if after is not None:
            where &= Entry.id < after[0]
        elif before is not None:
            where &= Entry.id > before[0]
        elif at is not None:
            where &= Entry.id <= at[0]
        order = Entry.id.asc() if backwards else Entry.id.desc()
        found = list(Entry.select(*_COLUMNS).where(where).order_by(order).limit(limit).tuples())
        rows = _rows(ctx, actor, reversed(found) if backwards else found, language)
    return tuple(rows)


def activity_entry(ctx: Context, actor: Actor, authority_id: int | None, entry_id: int, language: str) -> ActivityEntry:
    """One entry with its values. Raises `Gone("entry_gone")` for one that the actor may not see, and as the page."""
    with read(ctx, actor, May.SEE_ACTIVITY, authority_id) as facts:
        query = Entry.select(*_COLUMNS).where(_scope(facts, authority_id), Entry.id == entry_id)
        found = first_or_gone(query.tuples(), "entry_gone")
        digest = Entry.select(Entry.personal_digest).where(Entry.id == entry_id).scalar()
        (values, kinds) = _values(entry_id)
        (row,) = _rows(ctx, actor, [found], language, values)
    personal = row.verb.value.personal if row.verb else frozenset(values)
    gone = row.subject_id is not None and row.subject_id not in row.names.users and not actor.system
    shown = {name: pair for name, pair in values.items() if not (gone and name in personal)}
    return ActivityEntry(row, shown, erased=bool(digest) and PERSONAL not in kinds, withheld=len(shown) < len(values))


_COLUMNS = (
    Entry.id,
    Entry.at,
    Entry.verb,
    Entry.actor_kind,
    Entry.actor_id,
    Entry.subject_id,
    Entry.authority_id,
)


def _scope(facts: Facts, authority_id: int | None) -> Any:
    """The condition that an entry is of the authority, or of one that the actor sees."""
    if authority_id is not None:
        return Entry.authority_id == authority_id
    if facts.system:
        return Entry.id > 0
    managing = facts.active and facts.access_manager
    managed = Authority.select(Authority.id).where(Authority.manager == facts.authority_id)
    if not managing or not managed.exists():
        return Entry.authority_id == facts.authority_id
    few = [one for (one,) in managed.limit(FEW).tuples()]
    if len(few) < FEW:
        return Entry.authority_id.in_([facts.authority_id, *few])
    # Not along the index of the authority: the entries of thousands of them would all have to be sorted.
    number = Entry.authority_id + 0
    return (number == facts.authority_id) | number.in_(managed)


def _matching(facts: Facts, authority_id: int | None, query: ActivityQuery) -> Any:
    where = Entry.id > 0
    if query.kind is not None:
        where &= Entry.verb.in_(codes_of(query.kind))
    if query.since is not None:
        where &= Entry.at >= query.since
    if query.until is not None:
        where &= Entry.at < query.until
    if query.person_id is not None:
        where &= (Entry.actor_id == query.person_id) | (Entry.subject_id == query.person_id)
    if query.actor_id is not None:
        where &= Entry.actor_id == query.actor_id
    if query.subject_id is not None:
        where &= Entry.subject_id == query.subject_id
    if query.text.strip():
        where &= _called(facts, authority_id, query.text)
    return where


def _called(facts: Facts, authority_id: int | None, text: str) -> Any:
    """Somebody in the entry, or its authority where there are several, is called so; a number is somebody's id."""
    people = User.select(User.id)
    here = authority_id or (None if facts.system or facts.access_manager else facts.authority_id)
    if here is not None:
        manager = Authority.select(Authority.manager).where(Authority.id == here)
        people = people.where((User.authority == here) | User.authority.in_(manager))
    places = Authority.select(Authority.id)
    for word in text.split():
        name, same = fold(word), identity(word)
        people = people.where(
            has_part(User.surname_key, name) | has_part(User.first_name_key, name) | has_part(User.username_key, same)
        )
        places = places.where(has_part(Authority.name_key, name))
    ids = [one for (one,) in people.limit(MOST_NAMED).tuples()]
    if text.strip().isdecimal():
        ids.append(min(int(text), LARGEST))
    found = Entry.actor_id.in_(ids) | Entry.subject_id.in_(ids)
    if here is None:
        found |= Entry.authority_id.in_([one for (one,) in places.limit(MOST_NAMED).tuples()])
    return found


def _rows(
    ctx: Context,
    actor: Actor,
    found: Iterable[Sequence[Any]],
    language: str,
    values: dict[str, tuple[object, object]] | None = None,
) -> list[ActivityRow]:
    """Entries with the names of whom and what they are about."""
    rows = list(found)
    modules = _modules([row[0] for row in rows if row[2].startswith("module:")])
    users = {one for row in rows for one in (row[4], row[5]) if one is not None}
    authorities = {row[6] for row in rows if row[6] is not None}
    if values:
        more_users, more_authorities = activity_names.ids_in(values)
        users |= more_users
        authorities |= more_authorities
    names = activity_names.names(ctx, users, authorities, language, of_the_gone=bool(actor.system))
    return [
        ActivityRow(
            id=entry_id,
            at=at,
            code=code,
            verb=_VERBS.get(code),
            actor_kind=kind,
            actor_id=actor_id,
            subject_id=subject_id,
            authority_id=authority_id,
            module=modules.get(entry_id, ""),
            names=names,
        )
        for entry_id, at, code, kind, actor_id, subject_id, authority_id in rows
    ]


def _modules(entry_ids: list[int]) -> dict[int, str]:
    """The module that an entry on access is about."""
    found = EntryValues.select(EntryValues.entry, EntryValues.values).where(
        EntryValues.entry.in_(entry_ids), EntryValues.kind != PERSONAL
    )
    told = {entry_id: told_in(values).get("module", (None, None)) for entry_id, values in found.tuples()}
    return {entry_id: str(old if new is None else new) for entry_id, (old, new) in told.items() if old or new}


def _values(entry_id: int) -> tuple[dict[str, tuple[object, object]], set[str]]:
    """What an entry tells, and which rows of values are there."""
    query = (
        Entry.select(EntryValues.kind, EntryValues.values)
        .join(EntryValues, JOIN.INNER, on=(EntryValues.entry == Entry.id))
        .where(Entry.id == entry_id)
    )
    rows = dict(query.tuples())
    told = {name: pair for values in rows.values() for name, pair in told_in(values).items()}
    return told, set(rows)


def told_in(values: str) -> dict[str, tuple[object, object]]:
    """Field → (old, new) of a row of values; what is not of that form, as somebody may have made it, is shown whole."""
    try:
        told = json.loads(values)
    except ValueError:
        told = values
    if not isinstance(told, dict):
        return {"—": (None, str(told))}
    return {
        name: (pair[0], pair[1]) if isinstance(pair, list) and len(pair) == 2 else (None, str(pair))
        for name, pair in told.items()
    }
