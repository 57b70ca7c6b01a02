"""The mail to an authority that has another access manager, and to the one it had until now (B2)."""

from __future__ import annotations

from imi_tui.mail.words import Letter, Words, changed_by, written


def words(letter: Letter) -> Words:
    """Which authority and who manages it now (`params["name"]`, `params["manager"]`), and by whom."""
    _ = letter.gettext
    return written(
        letter,
        _("An authority in IMI has a new access manager"),
        "\n".join(
            [
                _("Authority: {name}").format(name=letter.params.get("name", "")),
                _("New access manager: {name}").format(name=letter.params.get("manager", "")),
            ]
        ),
        changed_by(letter),
    )
