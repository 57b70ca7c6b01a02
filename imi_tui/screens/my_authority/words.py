"""The words for an authority's fields and codes: the same ones in the ledger, the forms and the review."""

from __future__ import annotations

from imi_tui.i18n import _, country_name, languages_by_name

DASH = "—"
"""What is empty."""


def tab_names() -> list[str]:
    """The tabs of My authority, from 1 to 5; the last one is for access managers."""
    return [_("Authority"), _("Classification"), _("Modules"), _("Users"), _("Access")]


def field_label(name: str) -> str:
    """The label of a field by its name; a text's language in brackets."""
    field, _dot, part = name.partition(".")
    label = {
        "official_name": _("Official name"),
        "informal_name": _("Informal name"),
        "description": _("Description"),
        "address": _("Address"),
        "postcode": _("Postcode"),
        "town": _("Town"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "website": _("Website"),
        "languages": _("Languages spoken"),
        "keywords": _("Keywords"),
        "module_keywords": _("Keywords"),
        "coordinators": _("Linked coordinators"),
    }[field]
    return f"{label} ({part})" if part and field in {"informal_name", "description"} else label


def access_words(access: str) -> str:
    """The state of the access to a module, glyph and word."""
    return _("✓ given") if access == "given" else _("‖ suspended")


def languages_words(codes: frozenset[str] | tuple[str, ...]) -> str:
    """Languages by name, in the order of the interface's alphabet."""
    return ", ".join(name for name, _code in languages_by_name(codes))


def country_words(code: str) -> str:
    """A country by name and code."""
    return f"{country_name(code)} ({code})"
