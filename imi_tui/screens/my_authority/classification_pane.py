"""Tab 2, Classification: the keywords that describe the authority's area of competence (S2.6)."""

from __future__ import annotations

from imi_tui.i18n import _, ngettext
from imi_tui.rules.keywords import Forest
from imi_tui.widgets.ledger import Fact, Heading, Line


def keyword_lines(forest: Forest, keywords: frozenset[str], heading: str = "") -> list[Line]:
    """Keywords as a ledger: the top of the tree as label, under it what was chosen there, with its path."""
    number = len(keywords)
    count = ngettext("{n} keyword", "{n} keywords", number).format(n=number)
    lines: list[Line] = [Heading(f"{heading} · {count}" if heading else count)]
    last = ""
    for code in forest.in_order(keywords):
        top, *rest = forest.path(code)
        name = " › ".join(rest) if rest else top
        label = top if rest else ""
        lines.append(Fact("" if label == last else label, name))
        last = label
    if not keywords:
        lines.append(Fact("", _("No keyword chosen: others cannot find this authority by its area of competence.")))
    return lines
