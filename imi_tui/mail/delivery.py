"""Deliver what is queued: claim, make the temporary password, write, send, mark. At least once, said plainly.

A temporary password exists in clear only here, in memory, and in the mail. Its hash is stored before the mail leaves,
so that whoever receives it can log in. If the mail did not leave, the hash is taken back, and that of an earlier try,
which may have arrived, is good again; the next try makes a new one. What became of a mail that left is noted however
long the database is away. Only where the server's answer was lost, or the worker was ended before it could note it,
does a mail go out twice: under the same Message-ID, but for one with a temporary password, which is another one then.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from imi_tui.context import Context
from imi_tui.log import places
from imi_tui.mail.compose import BadAddress, compose, one_line
from imi_tui.mail.messages import WORDS
from imi_tui.mail.transports import Away, NotSent, Permanent, Transport
from imi_tui.mail.words import Letter, Temporary, Words
from imi_tui.rules import passwords
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.mailing import MOST_TRIES, MailFailure
from imi_tui.rules.policy import system_actor
from imi_tui.rules.refusals import Gone, StoreAway
from imi_tui.services import deliveries
from imi_tui.services.deliveries import Claimed, Given

WORKER = system_actor("worker")
"""Mail is delivered as this actor, and the record says so."""

NOTING = 60.0
"""Seconds at least that a worker waits for a database that is away, to note what has become of a mail that left; less
than the lease of the mail, and one that serves waits on until it is stopped."""

_ERROR_LENGTH = 300

_log = logging.getLogger("imi_tui.mail")


@dataclass(frozen=True)
class Delivered:
    """What a run did: mails sent, mails given up, and mails left in the queue for another try."""

    sent: int
    given_up: int
    left: int


class _Outcome(Enum):
    SENT = auto()
    GIVEN_UP = auto()
    LATER = auto()
    AWAY = auto()
    DROPPED = auto()


@dataclass(frozen=True)
class _Password:
    clear: str
    given: Given

    @property
    def lapses(self) -> datetime:
        return self.given.lapses

    def __repr__(self) -> str:
        return "_Password()"


def deliver(
    ctx: Context,
    transport: Transport,
    stop: threading.Event | None = None,
    told: Callable[[Delivered], None] | None = None,
) -> Delivered:
    """Deliver every mail that is due now, one at a time (S2.5, S3.4, S4.6). Raises `StoreAway`.

    Ends early once `stop` is set, or when the transport can send nothing just now. What is temporary is tried again
    later; what is permanent is given up, with its reason. `told` is called after each mail with what was done so far,
    but for what is left.
    """
    counted = dict.fromkeys(_Outcome, 0)
    while not (stop and stop.is_set()) and deliveries.anything_due(ctx, WORKER):
        mail = deliveries.claim(ctx, WORKER)
        if mail is None:
            continue
        outcome = _deliver(ctx, transport, mail)
        counted[outcome] += 1
        _log.info("mail %s (%s), try %s: %s", mail.id, mail.kind, mail.tries, outcome.name.lower())
        if told is not None:
            told(Delivered(counted[_Outcome.SENT], counted[_Outcome.GIVEN_UP], 0))
        if outcome is _Outcome.AWAY:
            break
    return Delivered(counted[_Outcome.SENT], counted[_Outcome.GIVEN_UP], deliveries.waiting(ctx, WORKER))


def _deliver(ctx: Context, transport: Transport, mail: Claimed) -> _Outcome:
    password = None
    if mail.kind in WITH_TEMPORARY_PASSWORD:
        given = _give_password(ctx, mail)
        if not isinstance(given, _Password):
            return given
        password = given
    try:
        transport.send(_message(ctx, mail, password))
    except NotSent as error:
        return _not_sent(ctx, mail, password, error)
    except Exception as error:  # whatever is wrong with one mail must not stop the others
        _log.error("mail %s: %s", mail.id, places(error))  # not its words, which could hold a secret
        return _not_sent(ctx, mail, password, NotSent(MailFailure.UNEXPECTED, type(error).__name__))
    lapses = password.lapses if password else None
    try:
        ctx.outage.patiently(lambda: deliveries.sent(ctx, WORKER, mail, lapses), at_least=NOTING)
    except Gone:  # the authority went while its mail was under way
        pass
    except StoreAway as away:
        _log.error("mail %s was sent, which could not be noted (%s): it will be sent again", mail.id, away.code)
        raise
    return _Outcome.SENT


def _give_password(ctx: Context, mail: Claimed) -> _Password | _Outcome:
    clear = passwords.generate_temporary()
    given = deliveries.give_password(ctx, WORKER, mail, ctx.hasher.hash(clear))
    if given is None:
        return _Outcome.DROPPED
    if isinstance(given, MailFailure):
        return _Outcome.GIVEN_UP
    return _Password(clear, given)


def words_of(ctx: Context, mail: Claimed, temporary: Temporary | None) -> Words:
    """The words of a mail in its reader's language. Raises `Permanent` where its kind is not known."""
    if mail.kind not in WORDS:
        raise Permanent(MailFailure.UNKNOWN_KIND)
    letter = Letter(
        language=mail.language,
        name=one_line(mail.name),
        authority=one_line(mail.authority_name),
        now=ctx.now(),
        catalogue=ctx.catalogue,
        params={name: _cleaned(value) for name, value in mail.params.items()},
        temporary=temporary,
    )
    return WORDS[MailKind(mail.kind)](letter)


def _message(ctx: Context, mail: Claimed, password: _Password | None) -> Any:
    if not mail.email:
        raise Permanent(MailFailure.NO_ADDRESS)
    words = words_of(ctx, mail, Temporary(password.clear, password.lapses) if password else None)
    try:
        return compose(
            words,
            sender=("IMI", ctx.settings.mail_from),
            to=(mail.name, mail.email),
            language=mail.language,
            message_id=mail.message_id,
            now=ctx.now(),
        )
    except BadAddress:
        raise Permanent(MailFailure.ADDRESS) from None


def _not_sent(ctx: Context, mail: Claimed, password: _Password | None, error: NotSent) -> _Outcome:
    """Mark the mail; a password that may have reached the user stays good until the next try makes another."""
    reason = error.reason.replace(password.clear, "***") if password else error.reason
    arrived = password is None or error.reason.startswith(MailFailure.UNKNOWN_OUTCOME)
    given_up = isinstance(error, Permanent) or (mail.tries >= MOST_TRIES and not isinstance(error, Away))
    ctx.outage.patiently(
        lambda: deliveries.not_sent(
            ctx,
            WORKER,
            mail,
            one_line(reason, _ERROR_LENGTH),
            again=not given_up,
            unsent=None if arrived or password is None else password.given,
        ),
        at_least=NOTING,
    )
    if given_up:
        return _Outcome.GIVEN_UP
    return _Outcome.AWAY if isinstance(error, Away) else _Outcome.LATER


def _cleaned(value: Any) -> Any:
    """A value of a mail's params, each text in it on one line."""
    if isinstance(value, str):
        return one_line(value)
    return [_cleaned(item) for item in value] if isinstance(value, list) else value
