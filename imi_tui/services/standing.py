"""An authority's standing: deactivated and reactivated by its access manager (B2).

A deactivated authority stays findable as such; it is not offered as a coordinator, and its users only read.
"""

from __future__ import annotations

from db.models import Authority, User, UserSession
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.sessions import Over
from imi_tui.rules.verbs import Verb
from imi_tui.services import access_rules, authority_mail, authority_store, session_rows
from imi_tui.services.door import Change, commission_id, write


def deactivate(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Deactivate an authority; it and its administrators are told, its users' sessions end.

    Raises `Refused("own_standing")` for the actor's own, `Refused("already_inactive")`,
    `Refused("commission_standing")` for the Commission's, while others have it as a coordinator
    `Refused("authority_relied_upon")`, while it manages others itself `Refused("still_managing")`, `NotAllowed`,
    `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.AUTHORITY_DEACTIVATED) as change:
        if change.facts.authority_id == authority_id:
            raise Refused("own_standing")
        _set(change, authority_id, "inactive", refused="already_inactive")
        if authority_id == commission_id():
            raise Refused("commission_standing")
        if (relying := access_rules.relying_on(authority_id)).count:
            raise Refused("authority_relied_upon", names=relying.words)
        access_rules.refuse_if_managing(authority_id)
        people = User.select(User.id).where(User.authority == authority_id)
        session_rows.end(change.now, Over.DEACTIVATED, UserSession.user.in_(people))
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.AUTHORITY_DEACTIVATED, authority_id, by=by)


def reactivate(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Reactivate an authority; it and its administrators are told.

    Raises `Refused("already_active")`, `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.AUTHORITY_REACTIVATED) as change:
        _set(change, authority_id, "active", refused="already_active")
        by = authority_mail.by(actor, authority_id)
        authority_mail.tell(change, MailKind.AUTHORITY_REACTIVATED, authority_id, by=by)


def _set(change: Change, authority_id: int, status: str, *, refused: str) -> None:
    before = Authority.select(Authority.status).where(Authority.id == authority_id).scalar()
    if before == status:
        raise Refused(refused)
    change.note("status", before, status)
    Authority.update(status=status).where(Authority.id == authority_id).execute()
    authority_store.count_up(authority_id)
