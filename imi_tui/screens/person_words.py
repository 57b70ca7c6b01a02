"""The words for the fields of a person, as the forms and what is said of them have them."""

from __future__ import annotations

from imi_tui.i18n import _, language_name


def field_words(name: str) -> str:
    """The label of a field by its name."""
    return {
        "first_name": _("First name"),
        "surname": _("Surname"),
        "language": _("Working language"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "username": _("Username"),
        "rights": _("User rights"),
    }[name]


def shown_value(name: str, value: str) -> str:
    """A value as it is read: a language by its name."""
    return language_name(value) if name == "language" and value else value
