"""Help: the guide's chapter on the screen, and the keys that work there, taken from the live bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.widgets.keyline import ours, words_of
from imi_tui.widgets.text import plain_lines


class HelpScreen(ModalScreen[None]):
    """What can be done on `screen`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "app.pop_screen", N_("Back"), key_display="Esc"),
    ]

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self._keys: dict[str, tuple[str, str]] = {}
        for _node, binding, enabled, _tooltip in screen.active_bindings.values():
            if enabled and ours(binding):
                key = screen.app.get_key_display(binding)
                keys = self._keys.get(binding.action)
                if keys is None:
                    self._keys[binding.action] = (key, words_of(binding))
                elif key not in keys[0].split(" "):
                    self._keys[binding.action] = (f"{keys[0]} {key}", words_of(binding))
        self._text = getattr(screen, "help_text", "")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help-text"):
            yield Static(_("Help"), classes="heading")
            if self._text:
                yield Static(plain_lines(_(self._text) + "\n"))
            yield Static(_("Keys on this screen"), classes="heading")
            width = max((len(keys) for keys, _words in self._keys.values()), default=0) + 3
            for keys, words in self._keys.values():
                yield Static(Content.assemble((f"  {keys}".ljust(width + 2), "bold $primary"), words))
            yield Static(_("Esc goes back"), classes="quiet")
