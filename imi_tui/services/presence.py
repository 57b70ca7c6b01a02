"""Who edits what at this moment: told to colleagues, never a lock (B7). No matter of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.models import Presence, User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May, system_actor
from imi_tui.services.door import housekeeping, read

LEASE = timedelta(seconds=150)
"""How long a form counts as open that does not say again that it is."""

HOUSE = system_actor("presence")


@dataclass(frozen=True)
class Others:
    """Colleagues who edit the same: the name of whoever said so last, and how many they are."""

    name: str = ""
    count: int = 0


def keep(ctx: Context, actor: Actor, authority_id: int, token: str, subject_id: int | None = None) -> Others:
    """Say that a form, named by its `token`, is open (again): on the authority's data, or on one of its users.

    Forgets what has run out. Returns the others who edit the same. Raises `NotAllowed`, `Gone`, `StoreAway`; a user who
    is not there (any more) is nobody's to edit, and nothing is written.
    """
    own = subject_id is not None and subject_id == actor.user_id
    may = May.CHANGE_OWN_ACCOUNT if own else May.EDIT_AUTHORITY if subject_id is None else May.MANAGE_USERS
    with read(ctx, actor, may, authority_id):
        pass
    with housekeeping(ctx, HOUSE) as now:
        Presence.delete().where(Presence.lease_until < now).execute()
        known = subject_id is None or User.select().where(User.id == subject_id).exists()
        if known and User.select().where(User.id == actor.user_id).exists():
            Presence.delete().where(Presence.token == token).execute()
            Presence.insert(
                token=token,
                user=actor.user_id,
                authority=authority_id,
                subject=subject_id,
                lease_until=now + LEASE,
            ).execute()
        return _others(actor, authority_id, subject_id, now)


def look(ctx: Context, actor: Actor, authority_id: int, subject_id: int | None = None) -> Others:
    """The others who edit the same now. Raises `NotAllowed`, `Gone`, `StoreAway`."""
    own = subject_id is not None and subject_id == actor.user_id
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT if own else May.SEE_USERS, authority_id):
        return _others(actor, authority_id, subject_id, ctx.now())


def end(ctx: Context, actor: Actor, token: str) -> None:
    """The form is closed; whoever may nothing any more, or has logged out, may say so, too. Raises `StoreAway`."""
    with housekeeping(ctx, HOUSE):
        Presence.delete().where(Presence.token == token).execute()


def _others(actor: Actor, authority_id: int, subject_id: int | None, now: datetime) -> Others:
    """Each colleague counts once, however many forms are open."""
    subject: Any = Presence.subject.is_null() if subject_id is None else Presence.subject == subject_id
    rows = (
        Presence.select(User.id, User.first_name, User.surname)
        .join(User, on=(Presence.user == User.id))
        .where(
            Presence.authority == authority_id,
            subject,
            Presence.lease_until >= now,
            Presence.user != (actor.user_id or 0),
        )
        .order_by(Presence.lease_until.desc(), Presence.token)
        .tuples()
    )
    names = list({user_id: f"{first_name} {surname}" for user_id, first_name, surname in rows}.values())
    return Others(names[0], len(names)) if names else Others()
