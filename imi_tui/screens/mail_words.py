"""What has become of a mail, in a line: the same for a user and for the authority."""

from __future__ import annotations

from textual.content import Content

from imi_tui.i18n import _, date_time
from imi_tui.i18n.mail_failures import mail_failure
from imi_tui.i18n.mails import SIGNS, kind_word, state_word
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD
from imi_tui.rules.mailing import MailState
from imi_tui.services.mails import MailRow
from imi_tui.widgets.text import plain

_STYLES = {
    MailState.QUEUED: "$warning",
    MailState.SENDING: "$warning",
    MailState.SENT: "$muted",
    MailState.FAILED: "$warning",
    MailState.GIVEN_UP: "$error",
}


def mail_line(mail: MailRow) -> Content:
    """Sign, state, when, what the mail is about, and where it did not go out, why and what to do."""
    sent = _("E-mail {state} {when}: {about}").format(
        state=state_word(mail.state), when=date_time(mail.at), about=kind_word(mail.kind)
    )
    words = f"{SIGNS[mail.state]} {sent}"
    if mail.error and mail.state is not MailState.SENT:
        words += f". {mail_failure(mail.error)}"
    if mail.state is MailState.FAILED:
        words += " " + _("Next try: {when}.").format(when=date_time(mail.next_try_at))
    return plain(words, limit=300).stylize(_STYLES[mail.state])


def resent_words(mail: MailRow) -> str:
    """What happens next with a mail that is sent again."""
    words = _("The e-mail is sent again: {about}.").format(about=kind_word(mail.kind))
    if mail.kind in WITH_TEMPORARY_PASSWORD:
        words += " " + _("It brings a new temporary password; an earlier one stops working.")
    return words
