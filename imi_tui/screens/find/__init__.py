"""Find an authority: what is typed is found as one types, in every language that the data has (B1)."""

from imi_tui.screens.find.screen import FindScreen

__all__ = ["FindScreen"]
