"""The footer: the keys that work right now, on one line, repainted only when they change.

Textual's own Footer mounts a widget per key anew at each change of focus; over a slow line that is felt.
"""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from imi_tui.i18n import _, marked

ALWAYS = ("command_palette", "app.help")
"""Actions that keep their place at the right end."""

BACK = "escape"
"""The key that has room before others: the way back is always told of."""

Part = tuple[str, str, Binding]


def ours(binding: Binding) -> bool:
    """Whether a key is one to be told of: Textual's own ones have no words in the interface's languages."""
    return marked(binding.description)


def words_of(binding: Binding) -> str:
    """What a key does, in full: a description that is short for the line of keys has them as its tooltip."""
    return _(binding.tooltip or binding.description)


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
        """The line: as many keys as there is room for, in full or in short words; palette and help at the right."""
        shown: dict[str, tuple[str, Binding]] = {}
        for _node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and enabled and ours(binding) and binding.action not in shown:
                shown[binding.action] = (self.app.get_key_display(binding), binding)
        last = [(key, words_of(binding), binding) for key, binding in _taken(shown)]
        room = self.size.width - sum(map(_wide, last))
        parts = [(key, words_of(binding), binding) for key, binding in shown.values()]
        if 1 + sum(map(_wide, parts)) > room:
            parts = [(key, _(binding.description), binding) for key, binding in shown.values()]
        self._places = []
        line, x = Content(" "), 1
        back = sum(_wide(part) for part in parts if part[2].key == BACK)
        for part in parts:
            if part[2].key == BACK:
                back = 0
            if x + _wide(part) + back <= room:
                line, x = self._add(line, x, part)
        gap = max(0, room - len(last) - x)
        line, x = line + " " * gap, x + gap
        for part in last:
            line, x = self._add(line, x, part)
        return line

    def _add(self, line: Content, x: int, part: Part) -> tuple[Content, int]:
        key, words, binding = part
        text = Content.assemble((key, "bold $primary"), f" {words}  ")
        self._places.append((x, x + len(text.plain), binding.key))
        return line + text, x + len(text.plain)

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)


def _taken(shown: dict[str, tuple[str, Binding]]) -> list[tuple[str, Binding]]:
    """The keys that are always at the right end, taken out of the others."""
    return [shown.pop(action) for action in ALWAYS if action in shown]


def _wide(part: Part) -> int:
    key, words, _binding = part
    return len(key) + len(words) + 3
