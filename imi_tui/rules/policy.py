"""Who may do what to whom: the whole policy, as pure functions over facts.

An `Actor` is an identity, not a bag of rights: its rights are read anew in each transaction and come here as `Facts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from imi_tui.rules.holders import Right

ADMINISTRATOR = Right("authority_administration", "administrator")
"""The right to manage the authority's entry and its users (S1.3, S1.4)."""


class May(StrEnum):
    """What somebody may wish to do."""

    SEE_AUTHORITY = "see_authority"
    SEE_USERS = "see_users"
    SEE_ACTIVITY = "see_activity"
    EDIT_AUTHORITY = "edit_authority"
    MANAGE_USERS = "manage_users"
    MANAGE_ACCESS = "manage_access"
    SEE_MANAGED = "see_managed"
    REGISTER_AUTHORITY = "register_authority"
    TAKE_OVER = "take_over"
    TRANSLATE = "translate"
    CHANGE_OWN_ACCOUNT = "change_own_account"
    KEEP_DRAFT = "keep_draft"
    OWN_DRAFTS = "own_drafts"
    CHOOSE_PASSWORD = "choose_password"  # noqa: S105  # the name of a permission
    OPERATE = "operate"


@dataclass(frozen=True)
class Actor:
    """Who acts: a user by id, or the system under a name (a command line, the log-in, the worker).

    `session` is the id of the session in which a user acts: when that is over, they may do nothing more in it (B22).
    """

    user_id: int | None
    system: str = ""
    session: str = ""

    @property
    def kind(self) -> str:
        """`user`, or the system's name: what the record keeps."""
        return self.system or "user"


def system_actor(name: str) -> Actor:
    """The actor of a command or of the house itself; `name` (at most 10 letters) stands in the record."""
    return Actor(None, name)


@dataclass(frozen=True)
class Facts:
    """What is true of an actor at this moment; nothing for a user who is gone (`authority_id` is None).

    `ended` says that the actor's session is over, and nothing else is known then. `active` and the two functions are
    those of the actor's own authority; `commission` runs the translation desk.
    """

    system: bool = False
    authority_id: int | None = None
    active: bool = True
    access_manager: bool = False
    commission: bool = False
    rights: frozenset[Right] = frozenset()
    password_in_order: bool = False
    blocked: bool = False
    ended: bool = False

    @property
    def administrator(self) -> bool:
        """Whether the actor holds the administrator right of the own authority."""
        return ADMINISTRATOR in self.rights


@dataclass(frozen=True)
class Place:
    """The authority that is acted upon, the access manager that manages it, and the one it is offered to, if any."""

    authority_id: int
    manager_id: int | None = None
    offered_to: int | None = None


def allowed(may: May, facts: Facts, place: Place | None) -> bool:
    """Whether an actor of whom `facts` hold may do this at `place` (None: nowhere in particular).

    Without a password in order nothing but choosing a new one is allowed; an administrator manages the own authority
    and, for an access manager, those it manages (S1.7, S1.8). Whoever is of an authority that was deactivated only
    reads. What somebody typed until their session was ended is kept for them, whatever ended it (B6).
    """
    if facts.system:
        return True
    if facts.authority_id is None or ((facts.blocked or facts.ended) and may is not May.KEEP_DRAFT):
        return False
    if may in {May.CHOOSE_PASSWORD, May.KEEP_DRAFT}:
        return True
    if not facts.password_in_order:
        return False
    own = place is not None and place.authority_id == facts.authority_id
    acting = facts.active and facts.administrator
    managing = acting and facts.access_manager
    managed = managing and place is not None and place.manager_id == facts.authority_id
    match may:
        case May.SEE_AUTHORITY | May.CHANGE_OWN_ACCOUNT | May.OWN_DRAFTS:
            return True
        case May.SEE_USERS | May.SEE_ACTIVITY:
            seeing = own if may is May.SEE_USERS else facts.administrator and (own or place is None)
            return seeing or managed
        case May.EDIT_AUTHORITY | May.MANAGE_USERS:
            return (own and acting) or managed
        case May.MANAGE_ACCESS:
            return managed or (own and managing)
        case May.SEE_MANAGED | May.REGISTER_AUTHORITY:
            return managing
        case May.TAKE_OVER:
            return managing and place is not None and place.offered_to == facts.authority_id
        case May.TRANSLATE:
            return acting and facts.commission
        case _:
            return False
