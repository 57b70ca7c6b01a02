"""The words for the kinds and states of mail: the same on the screens and in the commands."""

from __future__ import annotations

from imi_tui.i18n import N_, _, pgettext
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import MailState

KINDS: dict[str, str] = {
    MailKind.WELCOME: N_("welcome with temporary password"),
    MailKind.PASSWORD_RESET: N_("temporary password"),
    MailKind.PASSWORD_REMINDER: N_("reminder: password expires soon"),
    MailKind.PASSWORD_LAPSED: N_("temporary password has lapsed"),
    MailKind.PASSWORD_EXPIRED: N_("password has expired"),
    MailKind.PASSWORD_BLOCKED: N_("password is blocked"),
    MailKind.USER_BLOCKED: N_("a colleague's password is blocked"),
    MailKind.RIGHTS_CHANGED: N_("rights changed"),
    MailKind.MODULE_GIVEN: N_("access to a module given"),
    MailKind.MODULE_WITHDRAWN: N_("access to a module withdrawn"),
    MailKind.MANDATORY_RIGHT: N_("mandatory right received"),
    MailKind.AUTHORITY_CHANGED: N_("authority's data changed"),
    MailKind.MODULE_SUSPENDED: N_("access to a module suspended"),
    MailKind.MODULE_RESUMED: N_("access to a module resumed"),
    MailKind.MODULE_ROLE: N_("role in a module changed"),
    MailKind.AUTHORITY_REGISTERED: N_("authority registered"),
    MailKind.AUTHORITY_DEACTIVATED: N_("authority deactivated"),
    MailKind.AUTHORITY_REACTIVATED: N_("authority reactivated"),
    MailKind.HANDOVER_OFFERED: N_("an authority to take over"),
    MailKind.HANDOVER_DONE: N_("another access manager"),
    MailKind.HANDOVER_DECLINED: N_("hand-over declined"),
    MailKind.TRANSLATION_WANTED: N_("translation wanted"),
    MailKind.TRANSLATION_DONE: N_("translations corrected or confirmed"),
}

SIGNS = {
    MailState.QUEUED: "◔",
    MailState.SENDING: "◔",
    MailState.SENT: "✓",
    MailState.FAILED: "!",
    MailState.GIVEN_UP: "✖",
}


def kind_word(kind: str) -> str:
    """What a mail is about, in a few words."""
    return _(KINDS[kind]) if kind in KINDS else kind


def state_word(state: MailState) -> str:
    """The word for what has become of a mail."""
    match state:
        case MailState.QUEUED:
            # Translators: states of an e-mail: waits to be sent; is being sent; was sent; is tried again; is not.
            return pgettext("mail", "queued")
        case MailState.SENDING:
            return pgettext("mail", "being sent")
        case MailState.SENT:
            return pgettext("mail", "sent")
        case MailState.FAILED:
            return pgettext("mail", "failed, tried again")
        case MailState.GIVEN_UP:
            return pgettext("mail", "not delivered")
