"""What the system holds of one person, as data to be handed over when that person asks (B14)."""

from __future__ import annotations

import json
from typing import Any

from db.models import Draft, Entry, EntryValues, Mail, User, UserRight, UserSession
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone
from imi_tui.services.door import read

_LIVE = (
    *("id", "authority_id", "first_name", "surname", "language", "email", "phone", "username"),
    *("registered_at", "last_login_at", "password_until", "blocked_at"),
)
"""Of the account; what only proves a password is no information about a person and stays here."""


def own_file(ctx: Context, actor: Actor, user_id: int) -> dict[str, Any]:
    """Everything about a user, or about somebody who was deleted and is not erased yet; for JSON.

    Account, rights, sessions, drafts, mails, and each entry of the record about the person or by them. System actors
    only: an administrator hands it over, the server's own answers. Raises `Gone("user_gone")`, `NotAllowed`,
    `StoreAway`.
    """
    with read(ctx, actor, May.OPERATE, None):
        user = User.get_or_none(User.id == user_id)
        entries = _entries(user_id)
        if user is None and not entries:
            raise Gone("user_gone")
        return {
            "account": {name: getattr(user, name) for name in _LIVE} if user else None,
            "rights": _rows(UserRight, ("module", "right", "granted_at"), user_id),
            "sessions": _rows(UserSession, ("origin", "started_at", "last_seen_at"), user_id),
            "drafts": _rows(Draft, ("kind", "origin", "saved_at", "mine"), user_id),
            "mails": _rows(Mail, ("kind", "state", "created_at", "sent_at"), user_id),
            "record": entries,
        }


def _rows(model: Any, names: tuple[str, ...], user_id: int) -> list[dict[str, Any]]:
    return list(model.select(*(getattr(model, name) for name in names)).where(model.user == user_id).dicts())


def _entries(user_id: int) -> list[dict[str, Any]]:
    """Entries about the person with their values, and those by the person without: these may tell of others."""
    found = []
    for entry in Entry.select().where((Entry.subject_id == user_id) | (Entry.actor_id == user_id)).order_by(Entry.id):
        about = entry.subject_id == user_id
        values = EntryValues.select(EntryValues.values).where(EntryValues.entry == entry.id).tuples() if about else ()
        told = {name: pair for (one,) in values for name, pair in json.loads(one).items()}
        found.append({"id": entry.id, "at": entry.at, "what": entry.verb, "about_you": about, "values": told})
    return found
