"""The mail to an authority and its administrators: it was deactivated."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, written


def words(letter: Letter) -> Words:
    """What that means for its users, and by whom."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority has been deactivated in IMI"),
        _("{authority} has been deactivated in IMI.").format(authority=letter.authority),
        _("The users of your authority can still read the data, but can no longer change anything."),
        changed_by(letter),
    )
