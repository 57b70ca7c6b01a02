"""The mail to an authority that was registered in IMI (S1.9)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, listed, written


def words(letter: Letter) -> Words:
    """Which modules it has (`params["modules"]`), by whom, and what to do now."""
    _ = letter.gettext
    return written(
        letter,
        _("Your authority is registered in IMI"),
        _("{authority} has been registered in the Internal Market Information System (IMI).").format(
            authority=letter.authority
        ),
        listed(_("Access to these modules:"), [letter.module(code) for code in letter.params.get("modules", ())]),
        _("The first user of your authority receives a separate message."),
        _("Please check and complete the data of your authority: in IMI under “My authority”."),
        _("Registered by: {by}").format(by=letter.params.get("by", "")),
    )
