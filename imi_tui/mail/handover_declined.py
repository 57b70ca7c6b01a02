"""The mail to an access manager and its administrators: the offer of an authority was declined (B2)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, listed, written


def words(letter: Letter) -> Words:
    """Which authority (`params["name"]`), by whom, and that nothing has changed."""
    _ = letter.gettext
    return written(
        letter,
        _("Your offer to hand over an authority in IMI was declined"),
        listed(_("This authority was not taken over:"), [letter.params.get("name", "")]),
        _("Your authority remains its access manager."),
        _("Declined by: {by}").format(by=letter.params.get("by", "")),
    )
