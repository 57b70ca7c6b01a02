"""Deletion to the end (B14, Regulation (EU) 1024/2012, Art. 15(3)): who ceased to be a user is blocked at once and kept
as proof only, in the record; after three years the worker erases that too.

Blocked means: the row is gone from the live tables, and with it from every screen, search and export, and the e-mail is
free again; what the record holds of the person is shown on no screen. The username is given to nobody meanwhile.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from db.models import Entry, Mail, RetiredUsername
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.verbs import Verb
from imi_tui.services import record
from imi_tui.services.door import housekeeping, read, write

BITE = 50
"""People erased in one run at most, so that nobody who saves waits for long; the next run goes on."""


def erase_due(ctx: Context, actor: Actor) -> int:
    """Erase what the record keeps of those who were deleted so long ago that it is due; returns how many people.

    Usernames that were kept from being given again, and mails that were sent or given up, go when they are as old.
    System actors only. Raises `NotAllowed`, `StoreAway`.
    """
    before = kept_until(ctx)
    with read(ctx, actor, May.OPERATE, None):
        due = list(_due(before).limit(BITE).tuples())
        rest = _old_mails(before).exists() or _old_usernames(before).exists()
    for user_id, authority_id in due:
        forget(ctx, actor, user_id, authority_id)
    if rest:
        with housekeeping(ctx, actor):
            Mail.delete().where(Mail.id.in_(_old_mails(before))).execute()
            RetiredUsername.delete().where(RetiredUsername.username_key.in_(_old_usernames(before))).execute()
    return len(due)


def forget(ctx: Context, actor: Actor, user_id: int, authority_id: int | None) -> None:
    """Erase what the record knows of a person who was deleted; the chain stays verifiable. Raises as `erase_due`."""
    with write(ctx, actor, May.OPERATE, authority_id, Verb.PERSON_FORGOTTEN, user_id) as change:
        change.note("erased", None, record.forget(user_id))


def kept_until(ctx: Context) -> datetime:
    """Who was deleted at this instant or before is to be erased now."""
    from dateutil.relativedelta import relativedelta

    return ctx.now() - relativedelta(years=ctx.settings.kept_years)


def _due(before: datetime) -> Any:
    """Subject and authority of each deletion from before this instant that no erasure followed."""
    later = Entry.alias()
    forgotten = later.select(later.id).where(
        later.subject_id == Entry.subject_id, later.verb == Verb.PERSON_FORGOTTEN.code, later.id > Entry.id
    )
    deleted = Entry.select(Entry.subject_id, Entry.authority_id)
    return deleted.where(Entry.verb == Verb.USER_DELETED.code, Entry.at <= before, ~fn.EXISTS(forgotten)).order_by(
        Entry.id
    )


def _old_mails(before: datetime) -> Any:
    return Mail.select(Mail.id).where(Mail.state.in_(["sent", "given_up"]), Mail.created_at <= before).limit(1000)


def _old_usernames(before: datetime) -> Any:
    return RetiredUsername.select(RetiredUsername.username_key).where(RetiredUsername.retired_at <= before).limit(1000)
