"""Textual's stylesheet, parsed once.

Whenever a screen of a new kind brings styles of its own, Textual parses all there are anew, which holds the loop for
longer than painting does; and what it keeps of the single ones is less than we have. Nothing changes but by
`set_variables`, which forgets what was parsed.
"""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

KEPT = 512
"""How many sources are kept as parsed: each class of widgets and of screens is one."""


class ParsedOnce(Stylesheet):
    """A stylesheet that keeps what it has parsed until its variables change."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(KEPT)

    def reparse(self) -> None:
        """Take in new sources."""
        self.parse()
