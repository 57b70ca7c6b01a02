"""The mail after an administrator has reset a password: the temporary one (S4.6)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, password_paragraphs, written


def words(letter: Letter) -> Words:
    """The new temporary password, with `letter.temporary`; it never holds the username (S3.9)."""
    _ = letter.gettext
    return written(
        letter,
        _("Your temporary password for IMI"),
        _("An administrator has reset your password for IMI ({authority}). The old one no longer works.").format(
            authority=letter.authority
        ),
        *password_paragraphs(letter),
        _("If you did not expect this, tell your administrator."),
    )
