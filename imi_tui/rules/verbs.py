"""What the record can say: each verb with its sentence, its fields, and which of them are personal data.

A verb without that declaration does not import. The sentences are translated where they are shown; `{subject}`,
`{authority}` and `{module}` are filled in there; who did it is told beside them.
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
        N_("Authority registered: {authority}"),
        _AUTHORITY + " country manager modules roles access_coordinator",
    )
    AUTHORITY_EDITED = _telling("authority:edited", N_("Authority's data changed"), _AUTHORITY)
    USER_REGISTERED = _telling("user:registered", N_("User registered: {subject}"), "language rights", _PERSON)
    USER_EDITED = _telling("user:edited", N_("User's account changed: {subject}"), "language rights", _PERSON)
    USER_DELETED = _telling("user:deleted", N_("User deleted: {subject}"), "language rights", _PERSON)
    ACCOUNT_EDITED = _telling("account:edited", N_("Own account changed"), "language", _PERSON)
    PERSON_FORGOTTEN = _telling("person:forgotten", N_("Erased from this record what it knew of: {subject}"), "erased")
    PASSWORD_RESET = _telling("password:reset", N_("Password reset: {subject}"), "status")
    PASSWORD_CHANGED = _telling("password:changed", N_("New password chosen"))
    PASSWORD_BLOCKED = _telling("password:blocked", N_("Password blocked after wrong tries: {subject}"), "tries")
    PASSWORD_MAILED = _telling("password:mailed", N_("Temporary password e-mailed: {subject}"), "lapses")
    MAIL_RESENT = _telling("mail:resent", N_("E-mail sent again: {subject}"), "kind")
    MODULE_GIVEN = _telling(
        "module:given", N_("Access to a module given: {module}"), "module role rights access_coordinator"
    )
    MODULE_WITHDRAWN = _telling(
        "module:withdrawn",
        N_("Access to a module withdrawn: {module}"),
        "module role rights keywords coordinators access_coordinator",
    )
    MODULE_SUSPENDED = _telling("module:suspended", N_("Access to a module suspended: {module}"), "module")
    MODULE_RESUMED = _telling("module:resumed", N_("Access to a module resumed: {module}"), "module")
    MODULE_ROLE_CHANGED = _telling("module:role_changed", N_("Role in a module changed: {module}"), "module role")
    ACCESS_COORDINATOR_CHANGED = _telling(
        "module:access_coordinator_changed",
        N_("Access coordinator changed: {module}"),
        "module access_coordinator",
    )
    AUTHORITY_DEACTIVATED = _telling("authority:deactivated", N_("Authority deactivated"), "status")
    AUTHORITY_REACTIVATED = _telling("authority:reactivated", N_("Authority reactivated"), "status")
    AUTHORITY_CONFIRMED = _telling("authority:confirmed", N_("Confirmed that the data is current"), "confirmed")
    HANDOVER_OFFERED = _telling("handover:offered", N_("Hand-over offered"), "manager")
    HANDOVER_ENDED = _telling("handover:ended", N_("Offer of a hand-over taken back"), "manager")
    HANDOVER_DECLINED = _telling("handover:declined", N_("Hand-over declined"), "manager")
    HANDOVER_ACCEPTED = _telling("handover:accepted", N_("Authority taken over"), "manager")
    FUNCTION_CHANGED = _telling(
        "authority:function", N_("Function of the authority changed"), "access_manager commission"
    )
    TRANSLATION_SETTLED = _telling(
        "translation:settled", N_("Translation corrected or confirmed"), "kind language text"
    )
    LOGIN = _telling("login:done", N_("Logged in"))
    LOGIN_FAILED = _telling("login:failed", N_("Log-in failed: {subject}"), "tries")
    SESSION_ENDED = _telling("session:ended", N_("Sessions ended: {subject}"), "sessions")
    DATABASE_RESTORED = _telling(
        "database:restored", N_("Database restored from a backup"), "taken entry digest common kept"
    )
    LOGIN_UNKNOWN = _telling("login:unknown", N_("Log-in with an unknown username failed"))

    @property
    def code(self) -> str:
        """The verb's code in the record, `subject:action`."""
        return self.value.code


if len({verb.code for verb in Verb}) != len(Verb.__members__):
    raise TypeError("two verbs share a code")
