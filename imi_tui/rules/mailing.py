"""When a mail is tried again, and the codes of what can keep it from being sent. Without words and without a clock."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

LEASE = timedelta(minutes=10)
"""How long a worker may take over one mail; then it counts as killed, and the mail is due again."""

_WAITS = (1, 5, 15, 60, 240)
"""Minutes from one try to the next; the last one for all that follow."""


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
    UNEXPECTED = "unexpected"


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain (1 or more)."""
    return timedelta(minutes=_WAITS[min(tries, len(_WAITS)) - 1])
