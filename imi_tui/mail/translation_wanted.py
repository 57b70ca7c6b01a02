"""The mail to the European Commission: translations of an informal name need correcting (S2.4)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, written


def words(letter: Letter) -> Words:
    """The old and the new informal name, their language, and the languages whose translations are older now."""
    _ = letter.gettext
    told = letter.params
    languages = ", ".join(letter.language_name(code) for code in told.get("languages", ()))
    return written(
        letter,
        _("Translations of an informal name need correcting"),
        _(
            "The informal name of {authority} in IMI was changed significantly. Its translations into the other"
            " languages need correcting."
        ).format(authority=letter.authority),
        "\n".join(
            [
                _("Language: {language}").format(language=letter.language_name(told.get("language", ""))),
                _("Old informal name: {name}").format(name=told.get("old", "") or "—"),
                _("New informal name: {name}").format(name=told.get("new", "")),
                _("Translations to be corrected: {languages}").format(languages=languages or "—"),
            ]
        ),
        changed_by(letter),
    )
