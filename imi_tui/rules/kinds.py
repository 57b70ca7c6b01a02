"""The kinds of mail. Services queue a mail by its kind; the words of each are in `imi_tui.mail`."""

from __future__ import annotations

from enum import StrEnum


class MailKind(StrEnum):
    """Why a mail is sent."""

    WELCOME = "welcome"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # the name of a kind
    PASSWORD_REMINDER = "password_reminder"  # noqa: S105  # likewise
    PASSWORD_LAPSED = "password_lapsed"  # noqa: S105  # likewise
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105  # likewise
    PASSWORD_BLOCKED = "password_blocked"  # noqa: S105  # likewise
    USER_BLOCKED = "user_blocked"
    RIGHTS_CHANGED = "rights_changed"
    MODULE_GIVEN = "module_given"
    MODULE_WITHDRAWN = "module_withdrawn"
    MANDATORY_RIGHT = "mandatory_right"
    AUTHORITY_CHANGED = "authority_changed"
    MODULE_SUSPENDED = "module_suspended"
    MODULE_RESUMED = "module_resumed"
    MODULE_ROLE = "module_role"
    AUTHORITY_REGISTERED = "authority_registered"
    AUTHORITY_DEACTIVATED = "authority_deactivated"
    AUTHORITY_REACTIVATED = "authority_reactivated"
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_DONE = "handover_done"
    HANDOVER_DECLINED = "handover_declined"
    TRANSLATION_WANTED = "translation_wanted"
    TRANSLATION_DONE = "translation_done"


WITH_TEMPORARY_PASSWORD = frozenset({MailKind.WELCOME, MailKind.PASSWORD_RESET})
"""Kinds in which a temporary password is made at the moment of sending."""

OF_A_PASSWORDS_LIFE = frozenset({MailKind.PASSWORD_REMINDER, MailKind.PASSWORD_LAPSED, MailKind.PASSWORD_EXPIRED})
"""Kinds that are about one password's last day: pointless once the user has another one."""

TO_THE_COMMISSION = frozenset({MailKind.TRANSLATION_WANTED})
"""Kinds that go to the European Commission's address of the settings (S2.4)."""
