"""What a tab tells the others: apart from them, so that one need not load the other to say it."""

from __future__ import annotations

from textual.message import Message


class AccessChanged(Message):
    """The authority's modules, its standing or its access manager changed."""
