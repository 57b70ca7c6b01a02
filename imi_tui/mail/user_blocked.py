"""The mail to the administrators: the password of one of their users was blocked."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, listed, written


def words(letter: Letter) -> Words:
    """Whose password was blocked (`params["person"]`), and who lifts the block."""
    _ = letter.gettext
    return written(
        letter,
        _("A password in your authority is blocked"),
        listed(
            _(
                "After several wrong passwords in a row the password of this user of {authority} in IMI was blocked:"
            ).format(authority=letter.authority),
            [letter.params.get("person", "")],
        ),
        _("Only a reset by an administrator lifts the block: in IMI under “My authority”, tab “Users”."),
        _("Ask the person first: if they did not try to log in, somebody else did."),
    )
