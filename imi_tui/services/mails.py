"""The mails of an authority and its users, as the screens and commands show them; send one again (B16)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from peewee import fn

from db.models import Mail, User
from db.prepared import Prepared, Slot, instant
from imi_tui.context import Context
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind
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
        found = _select().where(where).order_by(Mail.id.desc()).limit(limit)
        return tuple(_row(_Stored(*mail)) for mail in found.tuples())


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
        queued = outbox.queue(change.now, MailKind(mail.kind), authority_id, mail.user_id, json.loads(mail.params))
        return _row(_mail_of(authority_id, queued))


def last_mail(user_id: int | None, authority_id: int) -> MailRow | None:
    """The mail that matters of a user, or of the authority itself: one that did not go out, else the newest.

    Inside a transaction.
    """
    found = None
    for unsent in (True, False):
        found = found or _last(unsent, user_id is None).first(authority=authority_id, user=user_id)
    return _row(_Stored(*found)) if found else None


@cache
def _last(unsent: bool, to_authority: bool) -> Prepared:
    """The newest mail to a user or to the authority itself, with `unsent` of those that did not go out."""

    def build() -> Any:
        whom = Mail.user.is_null() if to_authority else Mail.user == Slot("user")
        found = _select().where(Mail.authority == Slot("authority"), whom).order_by(Mail.id.desc()).limit(1)
        return found.where(Mail.state.in_([MailState.GIVEN_UP, MailState.FAILED])) if unsent else found

    return Prepared(build)


@dataclass(frozen=True)
class Undelivered:
    """How many mails of an authority were given up, and to whom the first few were; empty: to no user."""

    count: int
    names: tuple[str, ...]


def undelivered(authority_id: int, named: int = 3) -> Undelivered:
    """The mails that could not be delivered; inside a transaction."""
    given_up = (Mail.authority == authority_id) & (Mail.state == MailState.GIVEN_UP)
    rows = [_Stored(*mail) for mail in _select().where(given_up).order_by(Mail.id.desc()).limit(named).tuples()]
    count = int(Mail.select().where(given_up).limit(1001).count()) if len(rows) == named else len(rows)
    return Undelivered(count, tuple(dict.fromkeys(_row(mail).name for mail in rows)))


class _Stored(NamedTuple):
    """A row of `_select`; of a mail to no user the last three are None."""

    id: int
    kind: str
    user_id: int | None
    params: str
    state: str
    error: str
    tries: int
    next_try_at: datetime | str
    at: datetime | str
    first_name: str | None
    surname: str | None
    temporary: bool | None


def _select() -> Any:
    columns = (Mail.id, Mail.kind, Mail.user, Mail.params, Mail.state, Mail.error, Mail.tries, Mail.next_try_at)
    at = fn.COALESCE(Mail.sent_at, Mail.created_at)
    person = (User.first_name, User.surname, User.password_temporary)
    return Mail.select(*columns, at, *person).left_outer_join(User, on=(Mail.user == User.id))


def _mail_of(authority_id: int, mail_id: int) -> _Stored:
    found = _select().where(Mail.id == mail_id, Mail.authority == authority_id)
    return _Stored(*first_or_gone(found.tuples(), "mail_gone"))


def _again(mail: _Stored) -> bool:
    if mail.state == MailState.SENT:
        return mail.kind in WITH_TEMPORARY_PASSWORD and bool(mail.temporary)
    return mail.state != MailState.SENDING


def _row(mail: _Stored) -> MailRow:
    return MailRow(
        id=mail.id,
        kind=mail.kind,
        user_id=mail.user_id,
        name="" if mail.user_id is None else f"{mail.first_name} {mail.surname}",
        state=MailState(mail.state),
        error=mail.error,
        tries=mail.tries,
        next_try_at=instant(mail.next_try_at),
        at=instant(mail.at),
        again=_again(mail),
    )
