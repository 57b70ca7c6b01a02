"""The record's way in: an entry joins the chain; its values stand beside it, what is personal in a row of its own.

What the chain is made of, and its canonical form, `imi_tui.rules.chain` says; the key, `record_key`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from db.models import Entry, EntryValues
from db.prepared import Prepared
from imi_tui.context import Context
from imi_tui.rules.chain import (
    FIRST,
    KEYED,
    PERSONAL,
    PUBLIC,
    WHOLE,
    Checkpoint,
    Key,
    Link,
    canonical,
    instant,
    keyed,
    values_digest,
)
from imi_tui.rules.policy import Actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import record_key

COLUMNS = (
    Entry.id,
    Entry.at,
    Entry.verb,
    Entry.actor_kind,
    Entry.actor_id,
    Entry.authority_id,
    Entry.subject_id,
    Entry.values_digest,
    Entry.personal_digest,
    Entry.algorithm,
    Entry.previous,
    Entry.digest,
)
"""Of an entry, in the order in which `record_faults.Stored` takes them."""

_FIELDS = {Entry: [column.name for column in COLUMNS], EntryValues: ["entry", "kind", "salt", "values"]}

WITH_PERSONAL = tuple(verb.code for verb in Verb if verb.value.personal)
"""The verbs of which a `whole` row may hold personal values."""


@dataclass(frozen=True)
class Appended:
    """The record's new end, and the key that it was made with."""

    key: Key
    point: Checkpoint


@dataclass(frozen=True)
class Told:
    """What an entry tells: what was done, where and to whom; `values` is field → (old, new)."""

    at: datetime
    verb: Verb
    authority_id: int | None
    subject_id: int | None
    values: Mapping[str, tuple[object, object]]


def append(
    ctx: Context,
    now: datetime,
    verb: Verb,
    by: Actor,
    authority_id: int | None,
    subject_id: int | None,
    values: Mapping[str, tuple[object, object]],
) -> Appended:
    """Append an entry to the chain, inside a write transaction. Raises as `append_all`."""
    return append_all(ctx, by, [Told(now, verb, authority_id, subject_id, values)])


def append_all(ctx: Context, by: Actor, all_told: Iterable[Told]) -> Appended:
    """Append entries to the chain in this order, at least one, inside a write transaction.

    The end of the chain is read once: nobody else can append until this transaction is over. Raises
    `StoreAway("record_key_missing")` where the record has entries but its key is gone.
    """
    entry_id, digest, algorithm = _LAST.first() or (0, FIRST, "")
    key = record_key.load(ctx.settings) if algorithm == KEYED else record_key.load_or_make(
        ctx.settings, (entry_id, digest)
    )  # fmt: skip
    new: list[tuple[type, tuple[object, ...]]] = []
    for told in all_told:
        entry_id, previous = entry_id + 1, digest
        rows = _rows(told)
        digests = [values_digest(*row) if row else "" for row in rows.values()]
        at, code = instant(told.at), told.verb.code
        link = Link(at, code, by.kind, by.user_id, told.authority_id, told.subject_id, *digests)
        digest = keyed(key, entry_id, link, previous)
        who = (by.kind, by.user_id, told.authority_id, told.subject_id)
        new.append((Entry, (entry_id, told.at, code, *who, *digests, KEYED, previous, digest)))
        new += [(EntryValues, (entry_id, kind, *row)) for kind, row in rows.items() if row]
    ctx.store.insert_in_order(_FIELDS, new)  # the store takes values with their entry only, not later
    return Appended(key, Checkpoint(entry_id, digest, at))


_LAST = Prepared(lambda: Entry.select(Entry.id, Entry.digest, Entry.algorithm).order_by(Entry.id.desc()).limit(1))


def forget(subject_id: int) -> int:
    """Erase the personal values about a subject; returns how many entries they were of.

    Inside a write transaction whose verb is `PERSON_FORGOTTEN` and whose subject is this one: `verify` takes the gap
    for a loss otherwise. Of entries from before there was a key the whole row goes: they did not keep the two apart.
    """
    about = Entry.select(Entry.id).where(Entry.subject_id == subject_id)
    old = about.where(Entry.verb.in_(WITH_PERSONAL))
    personal = (EntryValues.kind == PERSONAL) & EntryValues.entry.in_(about)
    whole = (EntryValues.kind == WHOLE) & EntryValues.entry.in_(old)
    return int(EntryValues.delete().where(personal | whole).execute())


def _rows(told: Told) -> dict[str, tuple[str, str] | None]:
    """The public and the personal row of an entry's values."""
    personal = told.verb.value.personal & told.values.keys()
    if personal and told.subject_id is None:
        raise ValueError(f"{told.verb} tells personal values of nobody")
    return {PUBLIC: _row(told.values, told.values.keys() - personal), PERSONAL: _row(told.values, personal)}


def _row(values: Mapping[str, tuple[object, object]], names: Iterable[str]) -> tuple[str, str] | None:
    """Salt and canonical values of some fields; None for none."""
    told = {name: list(values[name]) for name in names}
    return (secrets.token_hex(16), canonical(told)) if told else None
