"""One of several, chosen from a list that opens: by the arrows, or by typing a part of the name."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Select
from textual.widgets._select import SelectCurrent, SelectOverlay

from imi_tui.i18n import _
from imi_tui.rules.text import fold
from imi_tui.widgets.text import plain


class _Overlay(SelectOverlay):
    """The open list. Textual's own one finds no name by typing that is a Content, and none without its diacritics."""

    def _find_search_match(self, query: str) -> int | None:
        wanted = fold(query)
        places = []
        for index in range(self.option_count):
            prompt = self.get_option_at_index(index).prompt
            text = fold(prompt.plain if isinstance(prompt, Content) else str(prompt))
            if (at := text.find(wanted)) >= 0:
                places.append((at, index))
        return min(places)[1] if places else None


class Choice(Select[str]):
    """A choice of `options`: (shown, value); without a value none is chosen yet."""

    def __init__(self, options: Sequence[tuple[str, str]], value: str = "") -> None:
        super().__init__(
            [(plain(shown), code) for shown, code in options],
            value=value or Select.NULL,
            allow_blank=not value,
            compact=True,
            prompt=_("choose…"),
        )

    def compose(self) -> ComposeResult:
        """As Textual's own, but for the open list."""
        yield SelectCurrent(self.prompt)
        yield _Overlay(type_to_search=self._type_to_search).data_bind(compact=Select.compact)
