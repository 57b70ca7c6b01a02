"""The sections of the app by the letter after `g`: which there are for whom, and how each is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imi_tui.i18n import _

if TYPE_CHECKING:
    from imi_tui.screens.frame import Section
    from imi_tui.services.login import Session


def names(who: Session | None) -> dict[str, str]:
    """The sections there are for this user: letter → name."""
    places = {"m": _("My authority"), "f": _("Find an authority")}
    if who is not None and who.access_manager:
        places["a"] = _("Access management")
    if who is not None and who.translator:
        places["t"] = _("Translations")
    if who is not None and who.administrator:
        places["l"] = _("Activity")
    return {**places, "p": _("My account")}


def make(letter: str) -> Section:
    """A section by its letter; only what it needs is imported."""
    match letter:
        case "p":
            from imi_tui.screens.account import AccountScreen

            return AccountScreen()
        case "f":
            from imi_tui.screens.find import FindScreen

            return FindScreen()
        case "a":
            from imi_tui.screens.access import AccessScreen

            return AccessScreen()
        case "l":
            from imi_tui.screens.activity import ActivityScreen

            return ActivityScreen()
        case "t":
            from imi_tui.screens.translations import TranslationsScreen

            return TranslationsScreen()
        case _:
            from imi_tui.screens.my_authority import MyAuthorityScreen

            return MyAuthorityScreen()
