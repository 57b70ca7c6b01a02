"""The users of an authority: list, details, register, edit, reset a password, delete (the guide's chapters 3 and 4)."""

from imi_tui.screens.users.pane import UsersPane

__all__ = ["UsersPane"]
