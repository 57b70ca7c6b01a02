"""The mail to a newly registered user: the temporary password, and where the username comes from (S3.9)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, password_paragraphs, written


def words(letter: Letter) -> Words:
    """The welcome, with `letter.temporary`; it never holds the username."""
    _ = letter.gettext
    return written(
        letter,
        _("Your access to IMI"),
        _("You have been registered in the Internal Market Information System (IMI) as a user of {authority}.").format(
            authority=letter.authority
        ),
        *password_paragraphs(letter),
        _(
            "For security your username is not sent by e-mail. Your administrator tells you the username in another"
            " way, such as in person or by phone."
        ),
    )
