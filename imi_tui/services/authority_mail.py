"""Who is told of a change of an authority's data, and the mails that tell them (S2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db.models import Authority, User, UserRight
from db.prepared import Prepared, Slot
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.services.door import Change

NAMED = 10
"""Administrators that are named; more are only counted."""


@dataclass(frozen=True)
class Notified:
    """The authority's address, and its administrators: the first few by name, and how many there are."""

    email: str
    administrators: tuple[str, ...]
    count: int


def notified(authority_id: int) -> Notified:
    """Who is told of a change of this authority; inside a transaction."""
    ((email,),) = _EMAIL.rows(authority=authority_id)
    people = _administrators(authority_id)
    return Notified(email, tuple(name for _id, name in people[:NAMED]), len(people))


def queue(change: Change, actor: Actor, authority_id: int, fields: Iterable[str]) -> Notified:
    """Queue the mails of a change: to the authority's address as it is now, and to each administrator."""
    params: dict[str, Any] = {"fields": list(dict.fromkeys(fields)), "by": by(actor, authority_id)}
    tell(change, MailKind.AUTHORITY_CHANGED, authority_id, **params)
    return notified(authority_id)


def tell(change: Change, kind: MailKind, authority_id: int, **params: object) -> None:
    """Queue a mail to the authority's address and one to each of its administrators (S2.5)."""
    for to_user in (None, *administrators(authority_id)):
        change.mail(kind, authority_id, to_user, **params)


def administrators(authority_id: int) -> list[int]:
    """The ids of the authority's administrators, by name; inside a transaction."""
    return [user_id for user_id, _name in _administrators(authority_id)]


def by(actor: Actor, authority_id: int) -> str:
    """Who did it, as mails name it: the person, with the own authority where that is another one (S1.8)."""
    row = _BY.first(user=actor.user_id)
    if row is None:
        return actor.system
    first_name, surname, own, authority = row
    return f"{first_name} {surname}" if own == authority_id else f"{first_name} {surname} ({authority})"


def name_of(user_id: int | None) -> str:
    """First name and surname of a user; empty where there is none (any more)."""
    row = User.select(User.first_name, User.surname).where(User.id == user_id).tuples().first()
    return " ".join(row) if row else ""


def _administrators(authority_id: int) -> list[tuple[int, str]]:
    rows = _ADMINISTRATORS.rows(authority=authority_id)
    return [(user_id, f"{first_name} {surname}") for user_id, first_name, surname in rows]


_EMAIL = Prepared(lambda: Authority.select(Authority.email).where(Authority.id == Slot("authority")))
_BY = Prepared(
    lambda: (
        User.select(User.first_name, User.surname, User.authority_id, Authority.official_name)
        .join(Authority)
        .where(User.id == Slot("user"))
    )
)
_ADMINISTRATORS = Prepared(
    lambda: (
        UserRight.select(User.id, User.first_name, User.surname)
        .join(User)
        .where(
            UserRight.authority == Slot("authority"),
            UserRight.module == ADMINISTRATOR.module,
            UserRight.right == ADMINISTRATOR.right,
        )
        .order_by(User.surname_key, User.first_name_key, User.id)
    )
)
