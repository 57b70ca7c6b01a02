"""The mail to an authority and its administrators: it is active again."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, written


def words(letter: Letter) -> Words:
    """What that means for its users, and by whom."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority is active in IMI again"),
        _("{authority} is active in IMI again.").format(authority=letter.authority),
        _("The users of your authority have the same rights as before."),
        changed_by(letter),
    )
