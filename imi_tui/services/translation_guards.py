"""What keeps the translation desk from writing over somebody else's work, or past a wording nobody has seen (B7)."""

from __future__ import annotations

import json
from datetime import datetime

from db.models import Entry, EntryValues
from imi_tui.rules.chain import PERSONAL
from imi_tui.rules.refusals import Conflict
from imi_tui.rules.verbs import Verb
from imi_tui.services.authority_mail import name_of

LOOKED_BACK = 50
"""Entries of the record in which is looked for who changed a translation."""


def refuse_older_original(now: str, seen: str | None) -> None:
    """Refuse what was held against a wording that the authority has changed since; None is the one of now.

    Raises `Conflict("original_changed")`.
    """
    if seen is not None and now != seen:
        raise Conflict("original_changed")


def changed_meanwhile(authority_id: int, kind: str, language: str, now: str) -> Conflict:
    """The refusal to write over a translation that somebody changed: who, when, and its text of now."""
    at, who = _last_change(authority_id, kind, language)
    if who:
        return Conflict("translation_changed", language=language, who=who, when=at, text=now or "—")
    return Conflict("translation_changed_by_another", language=language, text=now or "—")


def _last_change(authority_id: int, kind: str, language: str) -> tuple[datetime | None, str]:
    """When and by whom a translation was changed last; no name where that user is gone or it is not known."""
    entries = (
        Entry.select(Entry.at, Entry.verb, Entry.actor_id, EntryValues.values)
        .join(EntryValues, on=(EntryValues.entry == Entry.id))
        .where(
            Entry.authority_id == authority_id,
            EntryValues.kind != PERSONAL,
            Entry.verb.in_([Verb.AUTHORITY_EDITED.code, Verb.TRANSLATION_SETTLED.code]),
        )
        .order_by(Entry.id.desc())
        .limit(LOOKED_BACK)
    )
    for at, verb, actor_id, values in entries.tuples():
        told = json.loads(values)
        settled = verb == Verb.TRANSLATION_SETTLED.code and told["kind"][1] == kind
        changed = told.get("text" if settled else kind)
        if changed and isinstance(changed[1], dict) and language in changed[1]:
            return at, name_of(actor_id)
    return None, ""
