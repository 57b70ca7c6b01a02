"""The mail to the administrator who has received a right that somebody must hold (S4.2, S4.3)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, listed, written


def words(letter: Letter) -> Words:
    """Which rights (`params["rights"]`: pairs of module and right), and that they can be handed on."""
    _ = letter.gettext
    return written(
        letter,
        _("You have received a right in IMI"),
        listed(
            _(
                "{authority} has received a new module of IMI in which somebody must always hold the following. As the"
                " longest-registered administrator you have received it:"
            ).format(authority=letter.authority),
            [letter.right(*pair) for pair in letter.params.get("rights", ())],
        ),
        _("You can hand it on to a colleague: in IMI under “My authority”, tab “Users”."),
    )
