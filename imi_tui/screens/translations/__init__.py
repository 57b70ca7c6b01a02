"""The Commission's translation desk: the list of what is to be translated, and one task with its translations (B3)."""

from imi_tui.screens.translations.screen import TranslationsScreen

__all__ = ["TranslationsScreen"]
