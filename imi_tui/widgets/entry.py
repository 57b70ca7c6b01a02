"""The one-line entry of every form and filter; apart from the forms, so that the log-in loads nothing else of them."""

from __future__ import annotations

from textual.widgets import Input

from imi_tui.rules.text import visible

LONGEST = 20_000
"""Characters kept of what is typed or pasted into one entry; the field's own limit is checked in words."""


class Entry(Input):
    """An Input into which no control or bidi character comes, typed or pasted (the terminal would obey it)."""

    def validate_value(self, value: str) -> str:
        """Control characters become visible signs before they can reach the terminal."""
        return visible(value, LONGEST)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """A slash is typed here, too; Textual knows no character of the key's name."""
        return key == "slash" or super().check_consume_key(key, character)
