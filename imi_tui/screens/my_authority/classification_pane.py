"""Tab 2, Classification: the keywords that describe the authority's area of competence (S2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from imi_tui.i18n import _, ngettext
from imi_tui.rules.keywords import Forest
from imi_tui.rules.refusals import Refused
from imi_tui.services import keyword_advice
from imi_tui.widgets.keyword_tree import KeywordTree
from imi_tui.widgets.ledger import Fact, Heading, Line

if TYPE_CHECKING:
    from imi_tui.app import ImiApp


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


class CountedTree(KeywordTree):
    """The tree of general keywords, or of those of a module; tells how many authorities have the one at the cursor."""

    app: ImiApp

    def __init__(self, forest: Forest, chosen: frozenset[str], module: str = "", *, small: bool = False) -> None:
        super().__init__(forest, chosen, small=small)
        self._module = module

    def on_mount(self) -> None:
        self._count_uses()

    @work(exclusive=True, group="keyword-uses")
    async def _count_uses(self) -> None:
        try:
            uses = await self.app.backend.read(keyword_advice.keyword_uses, self._module)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self.tell(lambda code: uses_words(uses.get(code, 0)) if code not in self.forest.parents else "")


def uses_words(number: int) -> str:
    """How many authorities have a keyword."""
    if number > keyword_advice.MANY:
        return _("more than {n} authorities have it").format(n=f"{keyword_advice.MANY:,}".replace(",", " "))
    if not number:
        return _("no authority has it yet")
    return ngettext("{n} authority has it", "{n} authorities have it", number).format(n=number)
