"""What the record can say: each verb with its sentence, its fields, and which of them are personal data.

A verb without that declaration does not import. The sentences are translated where they are shown; `{actor}`,
`{subject}` and `{authority}` are filled in there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


def N_(sentence: str) -> str:  # noqa: N802  # the name that gettext's tools look for
    """Mark a sentence for the translators."""
    return sentence


@dataclass(frozen=True)
class Telling:
    """How a verb is told: its code in the record, its sentence, its fields, the personal ones among them."""

    code: str
    sentence: str
    fields: frozenset[str]
    personal: frozenset[str]


def _telling(code: str, sentence: str, fields: str = "", personal: str = "") -> Telling:
    named, kept_private = frozenset(fields.split()), frozenset(personal.split())
    if not sentence or len(code.split(":")) != 2:
        raise TypeError(f"verb {code!r} lacks its sentence or is not subject:action")
    return Telling(code, sentence, named | kept_private, kept_private)


_PERSON = "first_name surname email phone username"
_AUTHORITY = (
    "official_name official_language informal_name description address postcode town phone email website "
    "languages keywords module_keywords coordinators status confirmed significant"
)


class Verb(Enum):
    """What was done."""

    AUTHORITY_REGISTERED = _telling(
        "authority:registered",
        N_("{actor} registered the authority {authority}"),
        _AUTHORITY + " country manager modules roles access_coordinator",
    )
    AUTHORITY_EDITED = _telling("authority:edited", N_("{actor} changed the data of {authority}"), _AUTHORITY)
    USER_REGISTERED = _telling("user:registered", N_("{actor} registered {subject}"), "language rights", _PERSON)
    USER_EDITED = _telling("user:edited", N_("{actor} changed the account of {subject}"), "language rights", _PERSON)
    USER_DELETED = _telling("user:deleted", N_("{actor} deleted {subject}"), "language rights", _PERSON)
    ACCOUNT_EDITED = _telling("account:edited", N_("{actor} changed the own account"), "language", _PERSON)
    PERSON_FORGOTTEN = _telling("person:forgotten", N_("What the record knew of {subject} was erased"), "erased")
    PASSWORD_RESET = _telling("password:reset", N_("{actor} reset the password of {subject}"), "status")
    PASSWORD_CHANGED = _telling("password:changed", N_("{actor} chose a new password"))
    PASSWORD_BLOCKED = _telling("password:blocked", N_("The password of {subject} was blocked"), "tries")
    PASSWORD_MAILED = _telling("password:mailed", N_("A temporary password was mailed to {subject}"), "lapses")
    MAIL_RESENT = _telling("mail:resent", N_("{actor} had a mail to {subject} sent again"), "kind")
    MODULE_GIVEN = _telling(
        "module:given", N_("{actor} gave {authority} access to a module"), "module role rights access_coordinator"
    )
    MODULE_WITHDRAWN = _telling(
        "module:withdrawn",
        N_("{actor} withdrew access to a module from {authority}"),
        "module role rights keywords coordinators access_coordinator",
    )
    MODULE_SUSPENDED = _telling(
        "module:suspended", N_("{actor} suspended the access of {authority} to a module"), "module"
    )
    MODULE_RESUMED = _telling("module:resumed", N_("{actor} resumed the access of {authority} to a module"), "module")
    MODULE_ROLE_CHANGED = _telling(
        "module:role_changed", N_("{actor} changed the role of {authority} in a module"), "module role"
    )
    ACCESS_COORDINATOR_CHANGED = _telling(
        "module:access_coordinator_changed",
        N_("{actor} changed who answers for the access of {authority} to a module"),
        "module access_coordinator",
    )
    AUTHORITY_DEACTIVATED = _telling("authority:deactivated", N_("{actor} deactivated {authority}"), "status")
    AUTHORITY_REACTIVATED = _telling("authority:reactivated", N_("{actor} reactivated {authority}"), "status")
    AUTHORITY_CONFIRMED = _telling(
        "authority:confirmed", N_("{actor} confirmed that the data of {authority} is current"), "confirmed"
    )
    HANDOVER_OFFERED = _telling(
        "handover:offered", N_("{actor} offered {authority} to another access manager"), "manager"
    )
    HANDOVER_ENDED = _telling("handover:ended", N_("The offer to hand over {authority} was taken back"), "manager")
    HANDOVER_DECLINED = _telling("handover:declined", N_("{actor} declined to take over {authority}"), "manager")
    HANDOVER_ACCEPTED = _telling("handover:accepted", N_("{actor} took over {authority}"), "manager")
    FUNCTION_CHANGED = _telling(
        "authority:function", N_("{actor} changed the function of {authority}"), "access_manager commission"
    )
    TRANSLATION_SETTLED = _telling(
        "translation:settled", N_("{actor} settled a translation of {authority}"), "kind language text"
    )
    LOGIN = _telling("login:done", N_("{subject} logged in"))
    LOGIN_FAILED = _telling("login:failed", N_("A log-in as {subject} failed"), "tries")
    LOGIN_UNKNOWN = _telling("login:unknown", N_("A log-in with an unknown username failed"))

    @property
    def code(self) -> str:
        """The verb's code in the record, `subject:action`."""
        return self.value.code


if len({verb.code for verb in Verb}) != len(Verb.__members__):
    raise TypeError("two verbs share a code")
