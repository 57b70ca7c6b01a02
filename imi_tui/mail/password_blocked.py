"""The mail to the person whose password was blocked after too many wrong ones."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, ask_for_reset, written


def words(letter: Letter) -> Words:
    """What happened and what to do about it."""
    _ = letter.gettext
    return written(
        letter,
        _("Your password for IMI is blocked"),
        _(
            "A wrong password was entered for your account in IMI ({authority}) several times in a row. For security"
            " your password is now blocked."
        ).format(authority=letter.authority),
        ask_for_reset(letter),
        _("If it was not you who tried to log in, tell your administrator."),
    )
