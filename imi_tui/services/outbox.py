"""The outbox's way in: a mail is a row, written in the transaction of the change that it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from db.models import Mail
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind


def queue(now: datetime, kind: MailKind, authority_id: int, user_id: int | None, params: Mapping[str, object]) -> None:
    """Queue a mail to a user, or to the authority where `user_id` is None.

    A second mail with a temporary password makes an unsent first one pointless: that one is dropped.
    """
    if kind in WITH_TEMPORARY_PASSWORD:
        Mail.delete().where(
            Mail.user == user_id, Mail.kind.in_(list(WITH_TEMPORARY_PASSWORD)), Mail.state.in_(["queued", "failed"])
        ).execute()
    Mail.insert(
        kind=kind,
        authority=authority_id,
        user=user_id,
        params=json.dumps(params, ensure_ascii=False, sort_keys=True),
        next_try_at=now,
        created_at=now,
    ).execute()
