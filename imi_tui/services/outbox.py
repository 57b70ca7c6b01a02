"""The outbox's way in: a mail is a row, written in the transaction of the change that it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from db.models import Mail
from imi_tui.rules.kinds import OF_A_PASSWORDS_LIFE, WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.mailing import UNSENT


def queue(now: datetime, kind: MailKind, authority_id: int, user_id: int | None, params: Mapping[str, object]) -> int:
    """Queue a mail to a user, or to the authority (or the Commission) where `user_id` is None; returns its id.

    A second mail with a temporary password makes an unsent first one pointless, as does a later reminder an earlier
    one: that one is dropped.
    """
    for together in (WITH_TEMPORARY_PASSWORD, OF_A_PASSWORDS_LIFE):
        if kind in together:
            Mail.delete().where(Mail.user == user_id, Mail.kind.in_(list(together)), Mail.state.in_(UNSENT)).execute()
    queued: int = Mail.insert(
        kind=kind,
        authority=authority_id,
        user=user_id,
        params=json.dumps(params, ensure_ascii=False, sort_keys=True),
        next_try_at=now,
        created_at=now,
    ).execute()
    return queued
