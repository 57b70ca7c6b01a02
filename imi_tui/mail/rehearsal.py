"""What the worker would send now, word for word, without sending or changing anything (B16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from imi_tui.context import Context
from imi_tui.mail.delivery import WORKER, words_of
from imi_tui.mail.words import Temporary
from imi_tui.rules.kinds import OF_A_PASSWORDS_LIFE, WITH_TEMPORARY_PASSWORD
from imi_tui.services import deliveries, reminders
from imi_tui.services.deliveries import Claimed

HIDDEN = "••••-••••-••••"
"""Stands for the temporary password, which is made at the moment of sending."""


@dataclass(frozen=True)
class Rehearsed:
    """A mail as it would go out: its kind, to whom, in which language, and its words."""

    kind: str
    authority: str
    name: str
    email: str
    language: str
    subject: str
    body: str


def rehearse(ctx: Context, limit: int = 1000) -> tuple[Rehearsed, ...]:
    """The mails that are due now, at most `limit`, queued ones first. Raises `StoreAway`."""
    told = reminders.due_now(ctx, WORKER, limit)
    anew = {mail.user_id for mail in told}
    queued = [
        mail
        for mail in deliveries.due_now(ctx, WORKER, limit)
        if not (mail.kind in OF_A_PASSWORDS_LIFE and mail.user_id in anew)
    ]
    return tuple(_rehearsed(ctx, mail) for mail in [*queued, *told][:limit])


def _rehearsed(ctx: Context, mail: Claimed) -> Rehearsed:
    lapses = ctx.now() + timedelta(days=ctx.settings.temporary_password_days)
    temporary = Temporary(HIDDEN, lapses) if mail.kind in WITH_TEMPORARY_PASSWORD else None
    words = words_of(ctx, mail, temporary)
    return Rehearsed(mail.kind, mail.authority_name, mail.name, mail.email, mail.language, words.subject, words.body)
