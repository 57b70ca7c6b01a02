"""Which module has the words of which kind of mail."""

from __future__ import annotations

from collections.abc import Callable

from imi_tui.mail import (
    authority_changed,
    authority_deactivated,
    authority_reactivated,
    authority_registered,
    handover_declined,
    handover_done,
    handover_offered,
    mandatory_right,
    module_given,
    module_resumed,
    module_role,
    module_suspended,
    module_withdrawn,
    password_blocked,
    password_expired,
    password_lapsed,
    password_reminder,
    password_reset,
    rights_changed,
    translation_done,
    translation_wanted,
    user_blocked,
    welcome,
)
from imi_tui.mail.words import Letter, Words
from imi_tui.rules.kinds import MailKind

WORDS: dict[MailKind, Callable[[Letter], Words]] = {
    MailKind.WELCOME: welcome.words,
    MailKind.PASSWORD_RESET: password_reset.words,
    MailKind.PASSWORD_REMINDER: password_reminder.words,
    MailKind.PASSWORD_LAPSED: password_lapsed.words,
    MailKind.PASSWORD_EXPIRED: password_expired.words,
    MailKind.PASSWORD_BLOCKED: password_blocked.words,
    MailKind.USER_BLOCKED: user_blocked.words,
    MailKind.RIGHTS_CHANGED: rights_changed.words,
    MailKind.MODULE_GIVEN: module_given.words,
    MailKind.MODULE_WITHDRAWN: module_withdrawn.words,
    MailKind.MANDATORY_RIGHT: mandatory_right.words,
    MailKind.AUTHORITY_CHANGED: authority_changed.words,
    MailKind.MODULE_SUSPENDED: module_suspended.words,
    MailKind.MODULE_RESUMED: module_resumed.words,
    MailKind.MODULE_ROLE: module_role.words,
    MailKind.AUTHORITY_REGISTERED: authority_registered.words,
    MailKind.AUTHORITY_DEACTIVATED: authority_deactivated.words,
    MailKind.AUTHORITY_REACTIVATED: authority_reactivated.words,
    MailKind.HANDOVER_OFFERED: handover_offered.words,
    MailKind.HANDOVER_DONE: handover_done.words,
    MailKind.HANDOVER_DECLINED: handover_declined.words,
    MailKind.TRANSLATION_WANTED: translation_wanted.words,
    MailKind.TRANSLATION_DONE: translation_done.words,
}
