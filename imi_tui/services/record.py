"""The record's way in: an entry joins the chain; its values stand beside it and can be erased without breaking it.

Canonical form: JSON with sorted keys, no spaces, UTF-8. `values_digest` is SHA-256 over salt and values; `digest` is
SHA-256 over the digest before and the entry's own fields.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from db.models import Entry, EntryValues
from imi_tui.rules.policy import Actor
from imi_tui.rules.verbs import Verb

FIRST = "0" * 64
"""What stands before the first entry."""


def append(
    now: datetime,
    verb: Verb,
    actor: Actor,
    authority_id: int | None,
    subject_id: int | None,
    values: Mapping[str, tuple[object, object]],
) -> int:
    """Append an entry to the chain, inside a write transaction; returns its id. `values` is field → (old, new)."""
    salt = secrets.token_hex(16) if values else ""
    told = canonical({name: list(pair) for name, pair in values.items()})
    values_digest = _sha256(salt + told)
    last = Entry.select(Entry.digest).order_by(Entry.id.desc()).limit(1).tuples().first()
    previous = last[0] if last else FIRST
    fields = [now.isoformat(), verb.code, actor.kind, actor.user_id, authority_id, subject_id, values_digest]
    entry_id: int = Entry.insert(
        at=now,
        verb=verb.code,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        authority_id=authority_id,
        subject_id=subject_id,
        values_digest=values_digest,
        previous=previous,
        digest=_sha256(previous + canonical(fields)),
    ).execute()
    if values:
        EntryValues.insert(entry=entry_id, salt=salt, values=told).execute()
    return entry_id


def canonical(value: object) -> str:
    """The one form in which values are digested."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
