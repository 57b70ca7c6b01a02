"""The mail after a password has expired (S4.7)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, written


def words(letter: Letter) -> Words:
    """That the password has expired, since when (`params["until"]`), and that it still lets in to choose another."""
    _ = letter.gettext
    return written(
        letter,
        _("Your password for IMI has expired"),
        _("Your password for IMI ({authority}) was valid until: {until}").format(
            authority=letter.authority, until=letter.day("until")
        ),
        _("You can still log in with it, but must choose a new one before anything else."),
    )
