"""My account: what everybody may change of their own, contact data and working language (S1.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db.models import Authority, User
from imi_tui.context import Context
from imi_tui.rules import contact
from imi_tui.rules.accounts import Status
from imi_tui.rules.holders import Right
from imi_tui.rules.merge import Choice, Theirs
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import last_changed, user_rights
from imi_tui.services.door import first_or_gone, read, write
from imi_tui.services.status import account_status
from imi_tui.services.user_checks import checked, email_errors, in_form_order, language_code
from imi_tui.services.user_edit import changed_meanwhile
from imi_tui.services.user_merge import merge_fields

FIELDS = ("language", "email", "phone")
"""What everybody may change of the own account, in the order of the form."""


@dataclass(frozen=True)
class OwnAccount:
    """Somebody's own account; `version` is what an edit begins from.

    Just saved, `changed` names what that wrote, and `theirs` is what others had changed meanwhile and what stays
    beside it.
    """

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
    changed: tuple[str, ...] = ()
    theirs: tuple[Theirs, ...] = ()

    def data(self) -> OwnData:
        """What an edit begins with."""
        return OwnData(self.email, self.phone, self.language)


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


def save(
    ctx: Context,
    actor: Actor,
    version: int,
    mine: OwnData,
    base: OwnData | None = None,
    choices: Sequence[Choice] = (),
) -> OwnAccount:
    """Save the own contact data and working language; returns the account as it is now.

    `base` is what the form was filled with. What an administrator saved since is kept and told of
    (`OwnAccount.theirs`); where both changed the same field to other values it is `SameField("same_field_changed")`,
    until `choices` has a decision on just these values (B7). Without `base` a version that moved on is
    `Conflict("changed_meanwhile")`.

    Raises `Invalid` with an error per field, `Refused("nothing_to_save")`, `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.CHANGE_OWN_ACCOUNT, None) as facts:
        country = Authority.select(Authority.country).where(Authority.id == facts.authority_id).scalar()
    errors: list[FieldError] = []
    checked_data = OwnData(
        language=checked(errors, mine.language, language_code),
        email=checked(errors, mine.email, contact.email),
        phone=checked(errors, mine.phone, lambda text: contact.phone(text, country)),
    )
    user_id, authority_id = actor.user_id or 0, facts.authority_id or 0
    try:
        with write(ctx, actor, May.CHANGE_OWN_ACCOUNT, authority_id, Verb.ACCOUNT_EDITED, user_id) as change:
            row = _row(actor)
            if base is None and row.version != version:
                raise changed_meanwhile(user_id)
            merged = merge_fields(row, base or row, mine, checked_data, FIELDS, choices)
            errors += email_errors(merged.texts["email"], user_id)
            if errors:
                raise Invalid(*in_form_order(errors))
            merged.refuse_clashes(user_id, authority_id)
            theirs = tuple(last_changed.of_user(user_id, authority_id, merged.theirs).values())
            if not merged.made:
                raise _Nothing
            for name in merged.made:
                change.note(name, getattr(row, name), merged.texts[name])
            texts = merged.texts
            User.update(**texts, email_key=identity(texts["email"]), version=User.version + 1).where(
                User.id == user_id
            ).execute()
            return replace(_view(ctx, actor), changed=merged.made, theirs=theirs)
    except _Nothing as nothing:
        if mine == (base or mine):
            raise Refused("nothing_to_save") from nothing
    return replace(view(ctx, actor), theirs=theirs)


class _Nothing(Exception):
    """There is nothing to write: leave the write door without an entry."""


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
