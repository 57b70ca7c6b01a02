"""The section Activity: what was done, by whom and when, for administrators (B8)."""

from imi_tui.screens.activity.screen import ActivityScreen

__all__ = ["ActivityScreen"]
