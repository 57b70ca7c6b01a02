"""The mail to the European Commission: translations of an informal name or a description need correcting (S2.4)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, written


def words(letter: Letter) -> Words:
    """The old and the new wording, their language, and the languages whose translations are older now.

    `params["text"]` says whether it is the informal name or the description.
    """
    _ = letter.gettext
    told = letter.params
    old, new = (told.get(name, "") or "—" for name in ("old", "new"))
    if told.get("text") == "description":
        subject = _("Translations of a description need correcting")
        said = _(
            "The description of {authority} in IMI was changed significantly. Its translations into the other"
            " languages need correcting."
        )
        wordings = [_("Old description: {text}").format(text=old), _("New description: {text}").format(text=new)]
    else:
        subject = _("Translations of an informal name need correcting")
        said = _(
            "The informal name of {authority} in IMI was changed significantly. Its translations into the other"
            " languages need correcting."
        )
        wordings = [_("Old informal name: {name}").format(name=old), _("New informal name: {name}").format(name=new)]
    languages = ", ".join(letter.language_name(code) for code in told.get("languages", ()))
    return written(
        letter,
        subject,
        said.format(authority=letter.authority),
        "\n".join(
            [
                _("Language: {language}").format(language=letter.language_name(told.get("language", ""))),
                *wordings,
                _("Translations to be corrected: {languages}").format(languages=languages or "—"),
            ]
        ),
        changed_by(letter),
        _("Correct or confirm the translations in IMI; old and new stand there side by side."),
    )
