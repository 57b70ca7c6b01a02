"""The sentence for each reason that keeps a mail from being sent: what happened, and what to do."""

from __future__ import annotations

from imi_tui.i18n import N_, _
from imi_tui.rules.mailing import MailFailure

SENTENCES: dict[MailFailure, str] = {
    MailFailure.OUT_OF_REACH: N_("The mail server cannot be reached. It is tried again; check IMI_MAIL."),
    MailFailure.LOGIN_REFUSED: N_("The mail server refused the log-in. It is tried again; correct IMI_MAIL."),
    MailFailure.NOT_ENCRYPTED: N_(
        "The mail server offers no encryption. Nothing was sent; it is tried again. Correct IMI_MAIL."
    ),
    MailFailure.CERTIFICATE: N_(
        "The mail server's certificate is not trusted. Nothing was sent; it is tried again. Correct IMI_MAIL."
    ),
    MailFailure.SENDER_REFUSED: N_("The mail server refused the sender's address. Correct the setting mail_from."),
    MailFailure.ADDRESS_REFUSED: N_("The mail server refused the address. Correct the e-mail address."),
    MailFailure.BROKEN_OFF: N_("The mail server broke off. It is tried again."),
    MailFailure.UNKNOWN_OUTCOME: N_(
        "The mail server broke off before it confirmed the mail. It is sent again, so it may arrive twice."
    ),
    MailFailure.FOLDER: N_("The mail folder cannot be written. It is tried again; check IMI_MAIL."),
    MailFailure.ADDRESS: N_("The e-mail address cannot be used. Correct it."),
    MailFailure.BLOCKED: N_("The password was blocked before the mail was sent. Reset it."),
    MailFailure.UNKNOWN_KIND: N_("This version does not know this kind of mail."),
    MailFailure.NO_ADDRESS: N_("There is no address to send it to. Set commission_mail in the settings, then resend."),
    MailFailure.UNEXPECTED: N_("Something unexpected happened. It is tried again; the log says more."),
}


def mail_failure(stored: str) -> str:
    """What is said about a mail's stored error, in the interface's language; a server's own answer stays as it is,
    but is said to be one."""
    code, _colon, detail = stored.partition(": ")
    if code not in set(MailFailure):
        return _("The mail server answered: {answer}").format(answer=stored)
    sentence = _(SENTENCES[MailFailure(code)])
    return f"{sentence} ({detail})" if detail else sentence
