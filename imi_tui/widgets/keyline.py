"""The footer: the keys that work right now, on one line, repainted only when they change.

Textual's own Footer mounts a widget per key anew at each change of focus; over a slow line that is felt.
"""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from imi_tui.i18n import _

ALWAYS = ("command_palette", "app.help")
"""Actions that keep their place at the right end."""


class KeyLine(Widget):
    """The keys of the focused widget, the screen and the app that are meant to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """The line: as many keys as there is room for, the palette and the help at the right."""
        shown: dict[str, tuple[str, Binding]] = {}
        for _node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and enabled and binding.description and binding.action not in shown:
                shown[binding.action] = (self.app.get_key_display(binding), binding)
        last = [self._part(*shown.pop(action)) for action in ALWAYS if action in shown]
        room = self.size.width - sum(len(key) + len(words) + 4 for key, words, _binding in last)
        self._places = []
        line, x = Content(" "), 1
        for key, binding in shown.values():
            part = self._part(key, binding)
            wide = len(part[0]) + len(part[1]) + 3
            if x + wide > room:
                continue
            line, x = self._add(line, x, part)
        line, x = line + " " * max(0, room - x), max(room, x)
        for part in last:
            line, x = self._add(line, x, part)
        return line

    def _part(self, key: str, binding: Binding) -> tuple[str, str, Binding]:
        return key, _(binding.description), binding

    def _add(self, line: Content, x: int, part: tuple[str, str, Binding]) -> tuple[Content, int]:
        key, words, binding = part
        text = Content.assemble((key, "bold $primary"), f" {words}  ")
        self._places.append((x, x + len(text.plain), binding.key))
        return line + text, x + len(text.plain)

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)
