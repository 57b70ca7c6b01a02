"""The mail to an authority and its administrators: its access to a module has ended."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, listed, written


def words(letter: Letter) -> Words:
    """Which module (`params["module"]`), by whom, and what that means for the users."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority no longer has access to a module of IMI"),
        listed(
            _("{authority} no longer has access to this module of IMI:").format(authority=letter.authority),
            [letter.module(letter.params.get("module", ""))],
        ),
        _("The rights of your users in this module have ended."),
        changed_by(letter),
    )
