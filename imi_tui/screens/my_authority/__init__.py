"""My authority: its entry, read and edited in one session (the guide's chapter 2), and its users (chapters 3 and 4)."""

from imi_tui.screens.my_authority.screen import MyAuthorityScreen

__all__ = ["MyAuthorityScreen"]
