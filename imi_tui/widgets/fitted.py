"""A text in a place of fixed size: as much of it as there is room for, at whatever size; one that goes on says so."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from imi_tui.widgets.text import fitting


class Fitted(Widget):
    """Shows what `update` was last told, cut where its room ends."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = Content("")

    def update(self, text: Content) -> None:
        """Show another text."""
        self._text = text
        self.refresh()

    def render(self) -> Content:
        """The text as far as it goes."""
        return fitting(self._text, self.content_size.width, max(1, self.content_size.height))
