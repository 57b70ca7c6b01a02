"""The outbox's way in: a mail is a row, written in the transaction of the change that it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import Store
from db.models import Mail
from imi_tui.rules.kinds import OF_A_PASSWORDS_LIFE, WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.mailing import UNSENT


@dataclass(frozen=True)
class Queued:
    """A mail to a user, or to the authority (or the Commission) where `user_id` is None; `params` for its words."""

    kind: MailKind
    authority_id: int
    user_id: int | None
    params: Mapping[str, object]


def queue(now: datetime, kind: MailKind, authority_id: int, user_id: int | None, params: Mapping[str, object]) -> int:
    """Queue a mail as `queue_all` does; returns its id."""
    _drop_pointless([Queued(kind, authority_id, user_id, params)])
    queued: int = Mail.insert(
        kind=kind,
        authority=authority_id,
        user=user_id,
        params=_json(params),
        next_try_at=now,
        created_at=now,
    ).execute()
    return queued


def queue_all(store: Store, now: datetime, mails: Sequence[Queued]) -> None:
    """Queue mails, in this order.

    A second mail with a temporary password makes an unsent first one pointless, as does a later reminder an earlier
    one: that one is dropped.
    """
    _drop_pointless(mails)
    last = {(_TOGETHER.get(mail.kind), mail.user_id): number for number, mail in enumerate(mails)}
    rows = [
        (mail.kind.value, mail.authority_id, mail.user_id, _json(mail.params), now, now)
        for number, mail in enumerate(mails)
        if mail.kind not in _TOGETHER or last[_TOGETHER[mail.kind], mail.user_id] == number
    ]
    if rows:
        store.insert_rows(Mail, ("kind", "authority", "user", "params", "next_try_at", "created_at"), rows)


_TOGETHER = {kind: kinds for kinds in (WITH_TEMPORARY_PASSWORD, OF_A_PASSWORDS_LIFE) for kind in kinds}
"""By kind: the kinds among which a user's last mail alone is of use."""

_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

_AT_ONCE = 500
"""Users of whom mails are dropped by one statement."""


def _drop_pointless(mails: Sequence[Queued]) -> None:
    for together in {_TOGETHER[mail.kind] for mail in mails if mail.kind in _TOGETHER}:
        users = [mail.user_id for mail in mails if mail.kind in together]
        for at in range(0, len(users), _AT_ONCE):
            these = Mail.user.in_(users[at : at + _AT_ONCE])
            Mail.delete().where(these, Mail.kind.in_(list(together)), Mail.state.in_(UNSENT)).execute()
