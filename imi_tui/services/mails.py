"""The mails of an authority and its users, as the screens and commands show them; send one again (B16)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Mail, User
from imi_tui.context import Context
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD
from imi_tui.rules.mailing import UNSENT, MailState
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import outbox
from imi_tui.services.door import first_or_gone, read, write


@dataclass(frozen=True)
class MailRow:
    """A mail: to whom (`user_id` None: to the authority or the Commission), and what has become of it.

    `error` is why the last try failed, as `i18n.mail_failures` reads it; `at` is when it was sent, else when it was
    queued. `again` says whether it can be sent again.
    """

    id: int
    kind: str
    user_id: int | None
    name: str
    state: MailState
    error: str
    tries: int
    next_try_at: datetime
    at: datetime
    again: bool


def mails_page(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    *,
    user_id: int | None = None,
    state: MailState | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[MailRow, ...]:
    """The newest mails of an authority, of one of its users or in one state, before a mail's id.

    Raises `NotAllowed`, `Gone`, `StoreAway`.
    """
    with read(ctx, actor, May.SEE_USERS, authority_id):
        where = Mail.authority == authority_id
        if user_id is not None:
            where &= Mail.user == user_id
        if state is not None:
            where &= Mail.state == state
        if before is not None:
            where &= Mail.id < before
        return tuple(_row(mail) for mail in _select().where(where).order_by(Mail.id.desc()).limit(limit))


def mail_row(ctx: Context, actor: Actor, authority_id: int, mail_id: int) -> MailRow:
    """One mail of an authority. Raises `Gone("mail_gone")` and as `mails_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        return _row(_mail_of(authority_id, mail_id))


def last(ctx: Context, actor: Actor, authority_id: int) -> MailRow | None:
    """The mail to the authority itself that matters: one not delivered, else the newest. Raises as `mails_page`."""
    with read(ctx, actor, May.SEE_USERS, authority_id):
        return last_mail(None, authority_id)


def resend(ctx: Context, actor: Actor, authority_id: int, mail_id: int) -> MailRow:
    """Queue a mail again, to the address of today (B16); one with a temporary password gets another password.

    What a sent mail was about is not kept: of those, only one with a temporary password can be sent again, while the
    password still is one. Raises `Refused("mail_under_way")`, `Refused("mail_not_kept")`, `Gone("mail_gone")`,
    `NotAllowed`, `StoreAway`.
    """
    with write(ctx, actor, May.MANAGE_USERS, authority_id, Verb.MAIL_RESENT) as change:
        mail = _mail_of(authority_id, mail_id)
        if mail.state == MailState.SENDING:
            raise Refused("mail_under_way")
        if not _again(mail):
            raise Refused("mail_not_kept")
        change.subject_id = mail.user_id
        change.note("kind", None, mail.kind)
        if mail.state in UNSENT:
            Mail.delete().where(Mail.id == mail_id).execute()
        queued = outbox.queue(change.now, mail.kind, authority_id, mail.user_id, json.loads(mail.params))
        return _row(_mail_of(authority_id, queued))


def last_mail(user_id: int | None, authority_id: int) -> MailRow | None:
    """The mail that matters of a user, or of the authority itself: one that did not go out, else the newest.

    Inside a transaction.
    """
    theirs = (Mail.authority == authority_id) & (Mail.user.is_null() if user_id is None else Mail.user == user_id)
    newest = _select().order_by(Mail.id.desc()).limit(1)
    unsent = newest.where(theirs, Mail.state.in_([MailState.GIVEN_UP, MailState.FAILED])).first()
    found = unsent or newest.where(theirs).first()
    return _row(found) if found else None


@dataclass(frozen=True)
class Undelivered:
    """How many mails of an authority were given up, and to whom the first few were; empty: to no user."""

    count: int
    names: tuple[str, ...]


def undelivered(authority_id: int, named: int = 3) -> Undelivered:
    """The mails that could not be delivered; inside a transaction."""
    given_up = (Mail.authority == authority_id) & (Mail.state == MailState.GIVEN_UP)
    rows: Sequence[Any] = list(_select().where(given_up).order_by(Mail.id.desc()).limit(named))
    count = int(Mail.select().where(given_up).limit(1001).count()) if len(rows) == named else len(rows)
    return Undelivered(count, tuple(dict.fromkeys(_row(mail).name for mail in rows)))


def _select() -> Any:
    return Mail.select(Mail, User).left_outer_join(User, on=(Mail.user == User.id))


def _mail_of(authority_id: int, mail_id: int) -> Any:
    return first_or_gone(_select().where(Mail.id == mail_id, Mail.authority == authority_id), "mail_gone")


def _again(mail: Any) -> bool:
    if mail.state == MailState.SENT:
        return mail.kind in WITH_TEMPORARY_PASSWORD and bool(mail.user.password_temporary)
    return bool(mail.state != MailState.SENDING)


def _row(mail: Any) -> MailRow:
    user = mail.user
    return MailRow(
        id=mail.id,
        kind=mail.kind,
        user_id=user.id if user else None,
        name=f"{user.first_name} {user.surname}" if user else "",
        state=MailState(mail.state),
        error=mail.error,
        tries=mail.tries,
        next_try_at=mail.next_try_at,
        at=mail.sent_at or mail.created_at,
        again=_again(mail),
    )
