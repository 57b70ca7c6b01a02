"""When a mail is tried again, and the codes of what can keep it from being sent. Without words and without a clock."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

LEASE = timedelta(minutes=10)
"""How long a worker may take over one mail; then it counts as killed, and the mail is due again."""

_WAITS = (1, 5, 15, 60, 240)
"""Minutes from one try to the next; the last one for all that follow."""

_JITTER = 0.25
"""The share of a wait that chance adds, so that mails that failed together do not all come back together."""

MOST_TRIES = 30
"""Tries after which a mail that is put off again and again is given up: about five days. Where the server itself is
away, that is not the mail's fault, and it is tried as long as that lasts."""


class MailState(StrEnum):
    """What has become of a mail: `failed` is tried again, `given_up` is not."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


UNSENT = (MailState.QUEUED, MailState.FAILED, MailState.GIVEN_UP)
"""States of a mail that did not go out and is not under way."""

WAITING = (MailState.QUEUED, MailState.FAILED, MailState.SENDING)
"""States of a mail that is sent as soon as it can be."""


class MailFailure(StrEnum):
    """Why a mail was not sent. Stored as `code` or `code: detail`; what a mail server answered is stored as it is."""

    OUT_OF_REACH = "out_of_reach"
    LOGIN_REFUSED = "login_refused"
    NOT_ENCRYPTED = "not_encrypted"
    CERTIFICATE = "certificate"
    SENDER_REFUSED = "sender_refused"
    ADDRESS_REFUSED = "address_refused"
    BROKEN_OFF = "broken_off"
    UNKNOWN_OUTCOME = "unknown_outcome"
    FOLDER = "folder"
    ADDRESS = "address"
    BLOCKED = "blocked"
    UNKNOWN_KIND = "unknown_kind"
    NO_ADDRESS = "no_address"
    UNEXPECTED = "unexpected"


def wait_after(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries in vain (1 or more); `chance` is a number from 0 to 1."""
    return timedelta(minutes=_WAITS[min(tries, len(_WAITS)) - 1] * (1 + _JITTER * chance))
