"""The line that says that the database is away, on whatever screen one is (B12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from imi_tui.i18n import _
from imi_tui.widgets.text import plain


class AwayBar(Static):
    """Says it in words, above all else, without taking anything from view or a key from anybody."""

    DEFAULT_CSS = "AwayBar { dock: top; height: auto; padding: 0 1; background: $warning; color: $background; }"

    def render(self) -> Content:
        """What is the matter, and that there is nothing to do."""
        return plain(_("The database is away. What you typed stays; the program goes on by itself."))


def say(screens: Sequence[Screen[Any]], *, away: bool) -> None:
    """Have each of the screens say it once, or no longer."""
    for screen in screens:
        bars = screen.query(AwayBar)
        if not away:
            bars.remove()
        elif not bars and screen.is_attached:
            screen.mount(AwayBar())
