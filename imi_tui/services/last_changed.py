"""Who changed a field last, and when, as the record knows it: what somebody is told who runs into that change (B7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from db.models import Entry, EntryValues
from imi_tui.rules.merge import Clash, Theirs
from imi_tui.rules.policy import Actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail

LOOKED_BACK = 200
"""Entries of the record that are looked through at most: whoever edits began a short while ago."""

Fields = Callable[[str, Mapping[str, Any]], Iterable[str]]


def of_authority(authority_id: int, names: Collection[str]) -> dict[str, Theirs]:
    """Who changed each of an authority's fields last, by the field's name; inside a transaction.

    A field of which the record does not know it (any more) is there without a name.
    """
    entries = _entries().where(
        Entry.authority_id == authority_id,
        Entry.verb.in_([Verb.AUTHORITY_EDITED.code, Verb.TRANSLATION_SETTLED.code, Verb.MODULE_WITHDRAWN.code]),
    )
    return _found(entries, names, _of_authority, authority_id)


def of_user(user_id: int, authority_id: int, names: Collection[str]) -> dict[str, Theirs]:
    """The same of a user's fields."""
    verbs = [Verb.USER_EDITED.code, Verb.ACCOUNT_EDITED.code]
    entries = _entries().where(Entry.subject_id == user_id, Entry.verb.in_(verbs))
    return _found(entries, names, lambda _verb, values: values, authority_id)


def signed(clashes: Iterable[Clash], who: Mapping[str, Theirs]) -> list[Clash]:
    """The clashes with who changed the stored value, and when."""
    return [replace(one, who=who[one.field].who, at=who[one.field].at) for one in clashes]


def _entries() -> Any:
    return (
        Entry.select(Entry.at, Entry.verb, Entry.actor_kind, Entry.actor_id, EntryValues.values)
        .join(EntryValues, on=(EntryValues.entry == Entry.id))
        .order_by(Entry.id.desc())
        .limit(LOOKED_BACK)
    )


def _found(entries: Any, names: Collection[str], fields: Fields, authority_id: int) -> dict[str, Theirs]:
    missing, found = set(names), {name: Theirs(name) for name in names}
    if not missing:
        return found
    for at, verb, kind, actor_id, told in entries.tuples():
        here = missing.intersection(fields(verb, json.loads(told)))
        if here:
            who = authority_mail.by(Actor(actor_id), authority_id) if kind == "user" else ""
            found |= {name: Theirs(name, who, at) for name in here}
            missing -= here
        if not missing:
            break
    return found


def _of_authority(verb: str, values: Mapping[str, Any]) -> Iterable[str]:
    """The names of an authority's fields that an entry tells of, a language or module behind a dot."""
    if verb == Verb.TRANSLATION_SETTLED.code:
        return [f"{values['kind'][1]}.{language}" for language in values.get("text", ({}, {}))[1]]
    if verb == Verb.MODULE_WITHDRAWN.code:
        module = next((one for one in values.get("module", ()) if one), "")
        return [f"module_keywords.{module}", f"coordinators.{module}"]
    return [
        name if not isinstance(new, dict) else f"{name}.{part}"
        for name, (_old, new) in values.items()
        for part in (new if isinstance(new, dict) else [""])
    ]
