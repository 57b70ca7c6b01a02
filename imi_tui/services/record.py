"""The record's way in: an entry joins the chain; its values stand beside it, what is personal in a row of its own.

What the chain is made of, and its canonical form, `imi_tui.rules.chain` says; the key, `record_key`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from db.models import Entry, EntryValues
from db.prepared import Prepared, Slot
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

WITH_PERSONAL = tuple(verb.code for verb in Verb if verb.value.personal)
"""The verbs of which a `whole` row may hold personal values."""


@dataclass(frozen=True)
class Appended:
    """The record's new end, and the key that it was made with."""

    key: Key
    point: Checkpoint


def append(
    ctx: Context,
    now: datetime,
    verb: Verb,
    by: Actor,
    authority_id: int | None,
    subject_id: int | None,
    values: Mapping[str, tuple[object, object]],
) -> Appended:
    """Append an entry to the chain, inside a write transaction. `values` is field → (old, new).

    Raises `StoreAway("record_key_missing")` where the record has entries but its key is gone.
    """
    last = _LAST.first()
    last_id, previous, algorithm = last or (0, FIRST, "")
    key = record_key.load(ctx.settings) if algorithm == KEYED else record_key.load_or_make(
        ctx.settings, (last_id, previous)
    )  # fmt: skip
    personal = verb.value.personal & values.keys()
    if personal and subject_id is None:
        raise ValueError(f"{verb} tells personal values of nobody")
    entry_id = last_id + 1
    rows = {
        PUBLIC: _row(values, values.keys() - personal),
        PERSONAL: _row(values, personal),
    }
    digests = {kind: values_digest(*row) if row else "" for kind, row in rows.items()}
    link = Link(
        instant(now), verb.code, by.kind, by.user_id, authority_id, subject_id, digests[PUBLIC], digests[PERSONAL]
    )
    digest = keyed(key, entry_id, link, previous)
    _ENTRY.run(
        id=entry_id,
        at=now,
        verb=verb.code,
        actor_kind=by.kind,
        actor_id=by.user_id,
        authority_id=authority_id,
        subject_id=subject_id,
        algorithm=KEYED,
        values_digest=digests[PUBLIC],
        personal_digest=digests[PERSONAL],
        previous=previous,
        digest=digest,
    )
    for kind, row in rows.items():
        if row:
            _VALUES.run(entry=entry_id, kind=kind, salt=row[0], values=row[1])
    return Appended(key, Checkpoint(entry_id, digest, link.at))


_LAST = Prepared(lambda: Entry.select(Entry.id, Entry.digest, Entry.algorithm).order_by(Entry.id.desc()).limit(1))
_ENTRY = Prepared(lambda: Entry.insert({field: Slot(field.column_name) for field in COLUMNS}))
_VALUES = Prepared(lambda: EntryValues.insert({name: Slot(name) for name in ("entry", "kind", "salt", "values")}))


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


def _row(values: Mapping[str, tuple[object, object]], names: Iterable[str]) -> tuple[str, str] | None:
    """Salt and canonical values of some fields; None for none."""
    told = {name: list(values[name]) for name in names}
    return (secrets.token_hex(16), canonical(told)) if told else None
