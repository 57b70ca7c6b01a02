"""How far apart two wordings of a name are: a hint for whoever decides if its translations must follow (S2.4)."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from imi_tui.rules.text import fold

ALIKE = 0.85
"""Share of letters that must agree for a change to look like one of spelling."""


def looks_minor(old: str, new: str) -> bool:
    """Whether the change looks like one of case, punctuation or spelling, and not of meaning."""
    before, after = (re.findall(r"\w+", fold(text)) for text in (old, new))
    if before == after:
        return True
    return len(before) == len(after) and all(map(_alike, before, after))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
