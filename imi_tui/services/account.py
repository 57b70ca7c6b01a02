"""My account: what everybody may change of their own, contact data and working language (S1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules import contact
from imi_tui.rules.accounts import Status
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import user_rights
from imi_tui.services.door import first_or_gone, read, write
from imi_tui.services.status import account_status
from imi_tui.services.user_checks import checked, email_errors, in_form_order, language_code
from imi_tui.services.user_edit import changed_meanwhile


@dataclass(frozen=True)
class OwnAccount:
    """Somebody's own account; `version` is what an edit begins from."""

    first_name: str
    surname: str
    username: str
    authority: str
    email: str
    phone: str
    language: str
    status: Status
    registered_at: datetime
    rights: tuple[Right, ...]
    version: int


@dataclass(frozen=True)
class OwnData:
    """What everybody may change of their own account."""

    email: str
    phone: str
    language: str


def view(ctx: Context, actor: Actor) -> OwnAccount:
    """The actor's own account. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT, None):
        return _view(ctx, actor)


def save(ctx: Context, actor: Actor, version: int, mine: OwnData) -> OwnAccount:
    """Save the own contact data and working language; returns the account as it is now.

    Raises `Invalid` with an error per field, `Refused("nothing_to_save")`, `Conflict("changed_meanwhile")` where
    somebody saved since `version`, `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT, None) as facts:
        country = Authority.select(Authority.country).where(Authority.id == facts.authority_id).scalar()
    errors: list[FieldError] = []
    new = {
        "language": checked(errors, mine.language, language_code),
        "email": checked(errors, mine.email, contact.email),
        "phone": checked(errors, mine.phone, lambda text: contact.phone(text, country)),
    }
    user_id = actor.user_id or 0
    with write(ctx, actor, May.CHANGE_OWN_ACCOUNT, facts.authority_id, Verb.ACCOUNT_EDITED, user_id) as change:
        row = _row(actor)
        if row.version != version:
            raise changed_meanwhile(user_id)
        errors += email_errors(new["email"], user_id)
        if errors:
            raise Invalid(*in_form_order(errors))
        made = [name for name, value in new.items() if getattr(row, name) != value]
        if not made:
            raise Refused("nothing_to_save")
        for name in made:
            change.note(name, getattr(row, name), new[name])
        User.update(**new, email_key=identity(new["email"]), version=User.version + 1).where(
            User.id == user_id
        ).execute()
        return _view(ctx, actor)


def _row(actor: Actor) -> Any:
    query = User.select(User, Authority).join(Authority).where(User.id == actor.user_id)
    return first_or_gone(query, "account_gone")


def _view(ctx: Context, actor: Actor) -> OwnAccount:
    row = _row(actor)
    return OwnAccount(
        first_name=row.first_name,
        surname=row.surname,
        username=row.username,
        authority=row.authority.official_name,
        email=row.email,
        phone=row.phone,
        language=row.language,
        status=account_status(row, ctx.now()),
        registered_at=row.registered_at,
        rights=tuple(user_rights.in_order(ctx, user_rights.rights_of(row.id))),
        version=row.version,
    )
