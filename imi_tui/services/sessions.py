"""Sessions: what has become of the own one, who is logged in from where, and ending them (B22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.models import User, UserSession
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone
from imi_tui.rules.sessions import Over
from imi_tui.rules.verbs import Verb
from imi_tui.services import session_rows
from imi_tui.services.door import housekeeping, read, write
from imi_tui.services.login import LOGIN, Session, session_of
from imi_tui.services.status import account_status
from imi_tui.services.users import user_of

TOLD_EVERY = timedelta(minutes=1)
"""How often a session in use gives a sign of life."""


@dataclass(frozen=True)
class State:
    """What has become of a session: why it is `over`, or else who acts in it, with the rights of this moment.

    `silent` says that a sign of life is due.
    """

    over: Over | None
    who: Session | None = None
    silent: bool = False


@dataclass(frozen=True)
class SessionRow:
    """A session that is open. `origin` is the address or the terminal it is used from, `own` the one that asks."""

    id: str
    user_id: int
    name: str
    username: str
    origin: str
    started_at: datetime
    last_seen_at: datetime
    own: bool = False


def state(ctx: Context, actor: Actor) -> State:
    """What has become of the actor's session. Tells only of that and refuses nobody. Raises `StoreAway`."""
    with read(ctx, LOGIN, May.OPERATE, None):
        user = User.select().where(User.id == actor.user_id).first()
        if user is None:
            return State(Over.DELETED)
        row, now = UserSession.select().where(*session_rows.of_actor(actor)).first(), ctx.now()
        if row is not None and row.why:
            return State(Over(row.why))
        if row is None or not session_rows.stands(ctx, now, actor):
            return State(Over.LAPSED)
        found = account_status(user, now).password
        if found is PasswordStatus.BLOCKED:
            return State(Over.BLOCKED)
        return State(None, session_of(ctx, found, actor), silent=row.last_seen_at <= now - TOLD_EVERY)


def touch(ctx: Context, actor: Actor) -> None:
    """A sign of life of the actor's own session; one that is over stays so. Raises `StoreAway`."""
    with housekeeping(ctx, LOGIN) as now:
        session_rows.seen(ctx, now, actor)


def close(ctx: Context, actor: Actor) -> None:
    """Log out: the actor's own session is over. Raises `StoreAway`."""
    with housekeeping(ctx, LOGIN) as now:
        session_rows.end(now, Over.LOGGED_OUT, *session_rows.of_actor(actor))


def mine(ctx: Context, actor: Actor) -> list[SessionRow]:
    """The actor's open sessions, the newest first. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT, None):
        return _rows(ctx, actor, User.id == actor.user_id)


def end(ctx: Context, actor: Actor, session_id: str) -> None:
    """End an open session of one's own. Raises `Gone("session_gone")`, `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT, None) as facts:
        authority_id = facts.authority_id
    with write(ctx, actor, May.CHANGE_OWN_ACCOUNT, authority_id, Verb.SESSION_ENDED, actor.user_id) as change:
        which = UserSession.id == session_id, UserSession.user == actor.user_id, session_rows.standing(ctx, change.now)
        if not session_rows.end(change.now, Over.ENDED, *which):
            raise Gone("session_gone")
        change.note("sessions", 1, 0)


def open_in(ctx: Context, actor: Actor, authority_id: int, user_id: int | None = None) -> list[SessionRow]:
    """The open sessions of an authority's users, or of one of them. Raises `NotAllowed`, `Gone`, `StoreAway`."""
    with read(ctx, actor, May.MANAGE_USERS, authority_id):
        of_user = User.id == user_id if user_id is not None else True
        return _rows(ctx, actor, User.authority == authority_id, of_user)


def end_of_user(ctx: Context, actor: Actor, authority_id: int, user_id: int, session_id: str = "") -> int:
    """End a user's open sessions, or the one named; gives how many.

    Raises `Gone("session_gone")` where there is none, `Gone("user_gone")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.SESSION_ENDED, user_id) as change:
        user_of(authority_id, user_id)
        which = [UserSession.user == user_id, session_rows.standing(ctx, change.now)]
        if session_id:
            which.append(UserSession.id == session_id)
        number = session_rows.end(change.now, Over.BY_ADMINISTRATOR, *which)
        if not number:
            raise Gone("session_gone")
        change.note("sessions", number, 0)
        return number


def _rows(ctx: Context, actor: Actor, *which: Any) -> list[SessionRow]:
    query = (
        UserSession.select(UserSession, User)
        .join(User)
        .where(session_rows.standing(ctx, ctx.now()), *which)
        .order_by(UserSession.started_at.desc(), UserSession.id)
    )
    return [
        SessionRow(
            id=row.id,
            user_id=row.user.id,
            name=f"{row.user.first_name} {row.user.surname}",
            username=row.user.username,
            origin=row.origin,
            started_at=row.started_at,
            last_seen_at=row.last_seen_at,
            own=row.id == actor.session,
        )
        for row in query
        if not ctx.process.sees_dead(row.host, row.pid, row.pid_since)
    ]
