"""The mail to an authority and its administrators: its translations follow the original again (S2.4)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, written


def words(letter: Letter) -> Words:
    """Which text (`params["text"]`) was settled, and the languages in which there is a translation of it."""
    _ = letter.gettext
    told = letter.params
    if told.get("text") == "description":
        subject = _("The translations of your authority's description were checked")
        said = _(
            "The European Commission has checked the translations of the description of {authority} in IMI, and"
            " corrected them where necessary."
        )
    else:
        subject = _("The translations of your authority's informal name were checked")
        said = _(
            "The European Commission has checked the translations of the informal name of {authority} in IMI, and"
            " corrected them where necessary."
        )
    languages = [letter.language_name(code) for code in told.get("languages", ())]
    listed = [_("Languages: {languages}").format(languages=", ".join(languages))] if languages else []
    return written(
        letter,
        subject,
        said.format(authority=letter.authority),
        *listed,
        _("If this is not right, correct it in IMI under “My authority”."),
    )
