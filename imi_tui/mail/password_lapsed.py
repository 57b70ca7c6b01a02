"""The mail after a temporary password has lapsed unused."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, ask_for_reset, written


def words(letter: Letter) -> Words:
    """That the temporary password no longer works, and who can send another."""
    _ = letter.gettext
    return written(
        letter,
        _("Your temporary password for IMI has lapsed"),
        _(
            "The temporary password for IMI ({authority}) that you were sent was not used in time. It no longer works."
        ).format(authority=letter.authority),
        ask_for_reset(letter),
    )
