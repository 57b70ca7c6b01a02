"""An authority handed over to another access manager: offered, taken back, accepted, declined (B2).

Until the other one accepts, nothing changes hands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Authority, Handover, Mail, User
from db.parts import has_part
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import UNSENT
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.rules.text import fold
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_mail
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.door import Change, read, write


@dataclass(frozen=True)
class Offer:
    """An authority that is offered: from which access manager (None: it had none), to which, by whom and when."""

    authority_id: int
    name: str
    country: str
    manager: str | None
    to_id: int
    to_manager: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Offers:
    """The offers that concern an access manager: those to accept or decline, and its own."""

    to_me: tuple[Offer, ...]
    by_me: tuple[Offer, ...]


def managers(ctx: Context, actor: Actor, text: str, limit: int = 50) -> tuple[Coordinator, ...]:
    """The active access managers other than one's own whose name has this text, by name; an empty text finds all.

    Raises `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        found = (
            Authority.select(Authority.id, Authority.official_name, Authority.country)
            .where(_can_manage(), has_part(Authority.name_key, fold(text).strip()))
            .order_by(Authority.name_key, Authority.id)
            .limit(limit)
        )
        if facts.authority_id is not None:
            found = found.where(Authority.id != facts.authority_id)
        return tuple(Coordinator(*row) for row in found.tuples())


def offers(ctx: Context, actor: Actor, limit: int = 100) -> Offers:
    """What is offered to the actor's access manager and by it, the newest first, at most `limit` of each.

    Raises `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_MANAGED, None) as facts:
        return Offers(
            _offers(Handover.to_manager == facts.authority_id, limit),
            _offers(Authority.manager == facts.authority_id, limit),
        )


def offer(ctx: Context, actor: Actor, authority_id: int, to_manager_id: int) -> None:
    """Offer an authority to another access manager, who is told; an earlier offer of it ends.

    Raises `Refused("own_handover")` for the actor's own authority, `Refused("not_an_access_manager")`,
    `Refused("manages_already")`, `Refused("handover_loop")`, `Refused("already_so")` where that offer stands,
    `Gone("authority_gone")`, `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.HANDOVER_OFFERED) as change:
        if change.facts.authority_id == authority_id:
            raise Refused("own_handover")
        _refuse_who_cannot_manage(authority_id, to_manager_id)
        before = Handover.get_or_none(Handover.authority == authority_id)
        if before is not None and before.to_manager_id == to_manager_id:
            raise Refused("already_so")
        if before is not None:
            _drop(authority_id, before.to_manager_id)
        Handover.insert(
            authority=authority_id, to_manager=to_manager_id, offered_by=actor.user_id, offered_at=change.now
        ).execute()
        change.note("manager", before and before.to_manager_id, to_manager_id)
        name, by = _name(authority_id), authority_mail.by(actor, to_manager_id)
        authority_mail.tell(change, MailKind.HANDOVER_OFFERED, to_manager_id, name=name, by=by, offered=authority_id)


def take_back(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Take an offer back; a mail about it that waits does not go out any more.

    Raises `Gone("handover_gone")`, `NotAllowed`, `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_ACCESS, authority_id, Verb.HANDOVER_ENDED) as change:
        _end(change, authority_id)


def accept(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Take over an authority that is offered; it, its administrators and its access manager until now are told.

    Raises `NotAllowed("handover_gone")` or `Gone("handover_gone")` where it is not offered (any more),
    `Refused("not_an_access_manager")`, `Refused("handover_loop")`, `NotAllowed`, `Gone("authority_gone")`,
    `StoreAway`.
    """
    with write(ctx, actor, May.TAKE_OVER, authority_id, Verb.HANDOVER_ACCEPTED) as change:
        before = Authority.select(Authority.manager).where(Authority.id == authority_id).scalar()
        to_manager_id = _end(change, authority_id)
        _refuse_who_cannot_manage(authority_id, to_manager_id)
        Authority.update(manager=to_manager_id).where(Authority.id == authority_id).execute()
        change.note("manager", before, to_manager_id)
        told = {"name": _name(authority_id), "manager": _name(to_manager_id)}
        for recipient in (authority_id, before):
            if recipient is not None:
                by = authority_mail.by(actor, recipient)
                authority_mail.tell(change, MailKind.HANDOVER_DONE, recipient, **told, by=by)


def decline(ctx: Context, actor: Actor, authority_id: int) -> None:
    """Decline an offer; the access manager that made it is told.

    Raises `NotAllowed("handover_gone")` or `Gone("handover_gone")` where it is not offered (any more), `NotAllowed`,
    `Gone("authority_gone")`, `StoreAway`.
    """
    with write(ctx, actor, May.TAKE_OVER, authority_id, Verb.HANDOVER_DECLINED) as change:
        _end(change, authority_id)
        manager = Authority.select(Authority.manager).where(Authority.id == authority_id).scalar()
        if manager is not None:
            by = authority_mail.by(actor, manager)
            authority_mail.tell(change, MailKind.HANDOVER_DECLINED, manager, name=_name(authority_id), by=by)


def _can_manage() -> Any:
    return (Authority.access_manager == True) & (Authority.status == "active")  # noqa: E712  # SQL's equals


def _refuse_who_cannot_manage(authority_id: int, to_manager_id: int) -> None:
    """The other one must be an active access manager, and not be managed itself by what it would take over."""
    name = _name(to_manager_id)
    if not Authority.select().where(Authority.id == to_manager_id, _can_manage()).exists():
        raise Refused("not_an_access_manager", authority=name)
    if Authority.select().where(Authority.id == authority_id, Authority.manager == to_manager_id).exists():
        raise Refused("manages_already", authority=name)
    above: int | None = to_manager_id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == authority_id:
            raise Refused("handover_loop", authority=name)
        seen.add(above)
        above = Authority.select(Authority.manager).where(Authority.id == above).scalar()


def _end(change: Change, authority_id: int) -> int:
    """Drop the offer; returns to whom it was made. Raises `Gone("handover_gone")`."""
    to_manager_id: int | None = Handover.select(Handover.to_manager).where(Handover.authority == authority_id).scalar()
    if to_manager_id is None:
        raise Gone("handover_gone")
    _drop(authority_id, to_manager_id)
    change.note("manager", to_manager_id, None)
    return to_manager_id


def _drop(authority_id: int, to_manager_id: int) -> None:
    """Drop the offer, and the mails that ask for an answer to it and have not gone out."""
    Handover.delete().where(Handover.authority == authority_id).execute()
    mails = Mail.select(Mail.id, Mail.params).where(
        Mail.authority == to_manager_id, Mail.state.in_(UNSENT), Mail.kind == MailKind.HANDOVER_OFFERED
    )
    pointless = [number for number, params in mails.tuples() if json.loads(params).get("offered") == authority_id]
    Mail.delete().where(Mail.id.in_(pointless)).execute()


def _name(authority_id: int) -> str:
    """The official name of an authority. Raises `Gone("authority_gone")`."""
    name: str | None = Authority.select(Authority.official_name).where(Authority.id == authority_id).scalar()
    if name is None:
        raise Gone("authority_gone")
    return name


def _offers(condition: Any, limit: int) -> tuple[Offer, ...]:
    manager, other = Authority.alias(), Authority.alias()
    rows = (
        Handover.select(
            Authority.id,
            Authority.official_name,
            Authority.country,
            manager.official_name,
            other.id,
            other.official_name,
            User.first_name,
            User.surname,
            Handover.offered_at,
        )
        .join(Authority, on=(Handover.authority == Authority.id))
        .left_outer_join(manager, on=(Authority.manager == manager.id))
        .join(other, on=(Handover.to_manager == other.id))
        .left_outer_join(User, on=(Handover.offered_by == User.id))
        .where(condition)
        .order_by(Handover.offered_at.desc(), Authority.id)
        .limit(limit)
    )
    return tuple(_offer(*row) for row in rows.tuples())


def _offer(*row: Any) -> Offer:
    *offered, first_name, surname, at = row
    by = " ".join(part for part in (first_name, surname) if part)
    return Offer(*[*offered, by, at])
