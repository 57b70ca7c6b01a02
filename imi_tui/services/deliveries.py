"""The outbox's way out, for the worker: a mail is claimed, given its password, marked by what became of it.

A claimed mail is `sending` and due again when its lease ends, so that one whose worker was killed is not lost. Each
claim counts a try, and only the latest claim may change the mail: a worker that was overtaken changes nothing. What
could not be sent is `failed` and tried again, until it is `given_up`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from db.models import Authority, Mail, User
from imi_tui.context import Context
from imi_tui.rules.kinds import OF_A_PASSWORDS_LIFE, TO_THE_COMMISSION, WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.mailing import LEASE, WAITING, MailFailure, MailState, wait_after
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.verbs import Verb
from imi_tui.services import credentials
from imi_tui.services.credentials import Before
from imi_tui.services.door import housekeeping, read, write


@dataclass(frozen=True)
class Claimed:
    """A mail that this worker sends now: to whom, in which language, about what; `tries` counts this one.

    `user_id` is None for a mail to the authority itself or to the Commission. `message_id` stays the same from try to
    try, except with a temporary password: that is another one each time, so it is another message.
    """

    id: int
    kind: str
    tries: int
    authority_id: int
    authority_name: str
    user_id: int | None
    name: str
    email: str
    language: str
    params: Mapping[str, Any]
    message_id: str


@dataclass(frozen=True)
class Given:
    """A temporary password that was stored for a mail: when it lapses, and what it took the place of."""

    password_hash: str = field(repr=False)
    lapses: datetime
    before: Before


def anything_due(ctx: Context, actor: Actor) -> bool:
    """Whether a mail is due now; takes no turn as a writer. Raises `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        now = ctx.now()
        return _next_due(now) is not None


def waiting(ctx: Context, actor: Actor) -> int:
    """How many mails are not sent yet and will be tried again. Raises `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        return int(Mail.select().where(Mail.state.in_(WAITING)).count())


def due_since(ctx: Context, actor: Actor) -> datetime | None:
    """Since when the mail that has been due longest is due, or None: a long time says that no worker runs (B13).

    Raises `StoreAway`.
    """
    with read(ctx, actor, May.OPERATE, None):
        now = ctx.now()
        due = [mail.next_try_at for state in WAITING if (mail := _due(state, now).limit(1).first()) is not None]
        return min(due, default=None)


def claim(ctx: Context, actor: Actor) -> Claimed | None:
    """Take the mail that has been due longest, or None; what has become pointless is dropped. Raises `StoreAway`.

    One that another program holds just now, of whichever kind, is passed over.
    """
    with housekeeping(ctx, actor) as now:
        while (mail := _next_due(now, partial(ctx.store.claimed, model=Mail))) is not None and _is_pointless(mail):
            Mail.delete().where(Mail.id == mail.id).execute()
        if mail is None:
            return None
        message_id = mail.message_id
        if not message_id or mail.kind in WITH_TEMPORARY_PASSWORD:
            message_id = _new_message_id(ctx.settings.mail_from)
        Mail.update(
            state=MailState.SENDING, tries=mail.tries + 1, next_try_at=now + LEASE, message_id=message_id
        ).where(Mail.id == mail.id).execute()
        return _claimed(ctx, mail, message_id)


def due_now(ctx: Context, actor: Actor, limit: int = 1000) -> tuple[Claimed, ...]:
    """The mails that a worker would send now, at most `limit`; nothing is claimed. Raises `StoreAway`."""
    with read(ctx, actor, May.OPERATE, None):
        now = ctx.now()
        found = [mail for state in WAITING for mail in _due(state, now).limit(limit)]
        return tuple(_claimed(ctx, mail, "") for mail in found[:limit] if not _is_pointless(mail))


def give_password(ctx: Context, actor: Actor, mail: Claimed, password_hash: str) -> Given | MailFailure | None:
    """Store the hash of the temporary password that goes into this mail (S4.6).

    Returns None where the mail has become pointless and was dropped: the user has a newer mail of the kind or has
    chosen a password. Returns a `MailFailure` where it must not be sent: the password was blocked meanwhile, and only
    a new reset lifts that. Raises `StoreAway`.
    """
    with housekeeping(ctx, actor) as now:
        if not Mail.select().where(*_ours(mail)).exists():
            return None
        user = User.get_by_id(mail.user_id)
        if not user.password_temporary or _superseded(mail):
            Mail.delete().where(Mail.id == mail.id).execute()
            return None
        if user.blocked_at is not None:
            Mail.update(state=MailState.GIVEN_UP, error=MailFailure.BLOCKED.value).where(Mail.id == mail.id).execute()
            return MailFailure.BLOCKED
        before = Before(user.password_hash, user.password_until)
        lapses = credentials.give_temporary(user.id, password_hash, now, credentials.lives_of(ctx.settings))
        return Given(password_hash, lapses, before)


def sent(ctx: Context, actor: Actor, mail: Claimed, lapses: datetime | None = None) -> None:
    """Mark a mail as sent; with a temporary password the record says so, and until when it is valid.

    What the mail was about is forgotten. Raises `Gone` where the authority is no longer there, `StoreAway`.
    """
    if lapses is None:
        with housekeeping(ctx, actor) as now:
            _mark_sent(mail, now)
        return
    with write(ctx, actor, May.OPERATE, mail.authority_id, Verb.PASSWORD_MAILED, mail.user_id) as change:
        _mark_sent(mail, change.now)
        change.note("lapses", None, lapses.isoformat())


def not_sent(
    ctx: Context, actor: Actor, mail: Claimed, error: str, *, again: bool, unsent: Given | None = None
) -> None:
    """Mark a mail that was not sent: tried `again` after a growing wait, or given up.

    `error` is a `MailFailure` (with detail) or the server's answer, at most 300 characters, cleaned of secrets. The
    temporary password `unsent` reached nobody and is taken back; one of an earlier try that may have arrived is good
    again. Raises `StoreAway`.
    """
    with housekeeping(ctx, actor) as now:
        if unsent is not None and mail.user_id is not None:
            credentials.take_back(mail.user_id, unsent.password_hash, unsent.before)
        if mail.kind in WITH_TEMPORARY_PASSWORD and _superseded(mail):
            Mail.delete().where(*_ours(mail)).execute()
        elif again:
            later = now + wait_after(mail.tries, random.random())  # noqa: S311  # jitter, no secret
            Mail.update(state=MailState.FAILED, next_try_at=later, error=error).where(*_ours(mail)).execute()
        else:
            Mail.update(state=MailState.GIVEN_UP, error=error).where(*_ours(mail)).execute()


def _next_due(now: datetime, looked_for: Callable[[Any], Any] = lambda query: query) -> Any:
    """The mail that has been due longest, fresh ones before those that somebody is at or was killed over.

    `looked_for` is how it is asked for.
    """
    asked = (looked_for(_due(state, now).limit(1)) for state in WAITING)
    return next((mail for query in asked if (mail := query.first()) is not None), None)


def _due(state: MailState, now: datetime) -> Any:
    return (
        Mail.select(Mail, Authority, User)
        .join(Authority)
        .switch(Mail)
        .left_outer_join(User, on=(Mail.user == User.id))
        .where(Mail.state == state, Mail.next_try_at <= now)
        .order_by(Mail.next_try_at, Mail.id)
    )


def _is_pointless(mail: Any) -> bool:
    """Whether what it tells no longer holds: a password replaced or blocked, a block lifted, or a later mail tells."""
    if mail.kind == MailKind.PASSWORD_BLOCKED:
        return bool(mail.user.blocked_at is None)
    if mail.kind not in OF_A_PASSWORDS_LIFE:
        return False
    if mail.user.blocked_at is not None or json.loads(mail.params)["until"] != mail.user.password_until.isoformat():
        return True
    return _is_followed(mail.user_id, mail.id, OF_A_PASSWORDS_LIFE)


def _claimed(ctx: Context, mail: Any, message_id: str) -> Claimed:
    authority, user = mail.authority, mail.user
    if mail.kind in TO_THE_COMMISSION:
        name, email, language = "European Commission", ctx.settings.commission_mail, "en"
    elif user:
        name, email, language = f"{user.first_name} {user.surname}", user.email, user.language
    else:
        name, email, language = authority.official_name, authority.email, authority.official_language
    return Claimed(
        id=mail.id,
        kind=mail.kind,
        tries=mail.tries + 1,
        authority_id=authority.id,
        authority_name=authority.official_name,
        user_id=user.id if user else None,
        name=name,
        email=email,
        language=language if language in WORKING_LANGUAGES else "en",
        params=json.loads(mail.params),
        message_id=message_id,
    )


def _new_message_id(sender: str) -> str:
    from email.utils import make_msgid

    return make_msgid(domain=sender.rpartition("@")[2])


def _mark_sent(mail: Claimed, now: datetime) -> None:
    Mail.update(state=MailState.SENT, sent_at=now, error="", params="{}").where(*_ours(mail)).execute()


def _ours(mail: Claimed) -> tuple[Any, ...]:
    """Whether the mail is still there and nobody else has claimed it since.

    The Message-ID tells it from a later mail that got the number of a deleted one.
    """
    same = (Mail.id == mail.id, Mail.message_id == mail.message_id)
    return (*same, Mail.state == MailState.SENDING, Mail.tries == mail.tries)


def _superseded(mail: Claimed) -> bool:
    """Whether the user has a newer mail with a temporary password."""
    return _is_followed(mail.user_id, mail.id, WITH_TEMPORARY_PASSWORD)


def _is_followed(user_id: int | None, mail_id: int, kinds: frozenset[MailKind]) -> bool:
    """Whether the user has a newer mail of these kinds."""
    return bool(Mail.select().where(Mail.user == user_id, Mail.kind.in_(list(kinds)), Mail.id > mail_id).exists())
