"""What an authority is for the whole system: an access manager, the Commission. Said by whoever runs the server."""

from __future__ import annotations

from db.models import Authority, Meta
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import access_rules
from imi_tui.services.door import COMMISSION, commission_id, write


def set_access_manager(ctx: Context, actor: Actor, authority_id: int, on: bool) -> None:
    """Make an authority an access manager (S1.8), or no longer one.

    Raises `Refused("already_so")`, `Refused("still_managing")` while it manages others, `NotAllowed` to all but
    the system, `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.OPERATE, authority_id, Verb.FUNCTION_CHANGED) as change:
        before = Authority.select(Authority.access_manager).where(Authority.id == authority_id).scalar()
        if before == on:
            raise Refused("already_so")
        if not on:
            access_rules.refuse_if_managing(authority_id)
        change.note("access_manager", before, on)
        Authority.update(access_manager=on).where(Authority.id == authority_id).execute()


def set_commission(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Say which authority is the Commission's own, which runs the translation desk (B3).

    Raises `Refused("already_so")`, `Refused("commission_inactive")`, `NotAllowed` to all but the system,
    `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.OPERATE, authority_id, Verb.FUNCTION_CHANGED) as change:
        before = commission_id()
        if before == authority_id:
            raise Refused("already_so")
        if Authority.select(Authority.status).where(Authority.id == authority_id).scalar() != "active":
            raise Refused("commission_inactive")
        change.note("commission", before, authority_id)
        Meta.delete().where(Meta.name == COMMISSION).execute()
        Meta.insert(name=COMMISSION, value=str(authority_id)).execute()
