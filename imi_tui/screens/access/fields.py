"""The fields that only the registration of an authority has: keywords, and modules with role and coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _
from imi_tui.rules.keywords import Forest
from imi_tui.screens.my_authority.classification_pane import CountedTree
from imi_tui.screens.my_authority.coordinator_search import CoordinatorSearch
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.catalogue import CatalogueView
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.form import Field
from imi_tui.widgets.keyword_tree import KeywordTree
from imi_tui.widgets.text import plain


class WideField(Field):
    """A field whose entry takes the whole width; what is wrong stands over it, where the eye is."""

    def compose(self) -> ComposeResult:
        yield Label(plain(self._label), classes="field-label")
        yield Label("", classes="field-note", markup=False)
        yield self.entry


class KeywordsField(WideField):
    """The general keywords of the authority (S2.6)."""

    def __init__(self, forest: Forest, chosen: frozenset[str]) -> None:
        self._tree = CountedTree(forest, chosen)
        self._tree.styles.height = 10
        super().__init__("keywords", _("Keywords: its area of competence"), self._tree)

    @property
    def value(self) -> str:
        """The codes, to be compared."""
        return " ".join(sorted(self._tree.chosen))

    @property
    def keywords(self) -> frozenset[str]:
        """The codes chosen."""
        return self._tree.chosen

    @on(KeywordTree.Changed)
    def _chosen(self, event: KeywordTree.Changed) -> None:
        event.stop()
        self._edited()


@dataclass
class ModuleWish:
    """A module that the authority is to have: its role, and the coordinators to be linked."""

    role: str
    coordinators: dict[int, Coordinator] = field(default_factory=dict)


class _Modules(Choices):
    """One line per module: Space gives it or not, r turns its role, a adds a coordinator, d takes them away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "press('give')", N_("Give"), tooltip=N_("Give access")),
        Binding("r", "press('role')", N_("Role"), tooltip=N_("Another role")),
        Binding("a", "press('add')", N_("Coordinator"), tooltip=N_("Add coordinator")),
        Binding("d", "press('drop')", N_("Remove"), tooltip=N_("Remove the coordinators")),
    ]

    class Pressed(Message):
        """Something is to be done with the module under the cursor."""

        def __init__(self, module: str, what: str) -> None:
            super().__init__()
            self.module = module
            self.what = what

    def action_press(self, what: str) -> None:
        """Say what is wanted of the module under the cursor."""
        if self.chosen:
            self.post_message(self.Pressed(self.chosen, what))


class ModulesField(WideField):
    """The modules that the authority gets, with its role in each and its coordinators (S1.9, S2.8)."""

    def __init__(self, words: CatalogueView, wishes: Mapping[str, ModuleWish]) -> None:
        self._words = words
        self.wishes = dict(wishes)
        self._list = _Modules()
        self._list.styles.height = 8
        super().__init__("modules", _("Modules, the role in each, linked coordinators"), self._list)

    def on_mount(self) -> None:
        super().on_mount()
        self._list.replace(self._options())

    @property
    def value(self) -> str:
        """The modules with their roles, to be compared."""
        return " ".join(f"{code}:{wish.role}:{sorted(wish.coordinators)}" for code, wish in self.wishes.items())

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        """Enter and a click do what Space does."""
        event.stop()
        self._press(event.option.id or "", "give")

    @on(_Modules.Pressed)
    def _pressed(self, event: _Modules.Pressed) -> None:
        event.stop()
        self._press(event.module, event.what)

    def _press(self, module: str, what: str) -> None:
        wish = self.wishes.get(module)
        roles = list(self._words.module(module).roles)
        if wish is None:
            if what == "drop":
                return
            wish = self.wishes[module] = ModuleWish(roles[0])
        elif what == "give":
            del self.wishes[module]
        elif what == "role":
            wish.role = roles[(roles.index(wish.role) + 1) % len(roles)]
        elif what == "drop":
            wish.coordinators.clear()
        if what == "add":
            self._add(module, wish)
        self._changed()

    @work(exclusive=True)
    async def _add(self, module: str, wish: ModuleWish) -> None:
        search = CoordinatorSearch(module, self._words.module(module).name, frozenset(wish.coordinators))
        found: Coordinator | None = await self.app.push_screen_wait(search)
        if found is not None:
            wish.coordinators[found.id] = found
            self._changed()

    def _changed(self) -> None:
        self._list.replace(self._options())
        self._edited()

    def _options(self) -> list[Option]:
        given = (code for code, module in self._words.modules.items() if not module.everywhere)
        return [Option(self._line(code), id=code) for code in given]

    def _line(self, code: str) -> Content:
        words, wish = self._words.module(code), self.wishes.get(code)
        name = plain(words.short)
        if wish is None:
            return Content.assemble("[ ] ", name.stylize("$muted"))
        parts: list[Content | tuple[str, str]] = [
            Content.styled("[x] ", "bold"),
            name,
            (f" · {words.roles.get(wish.role, wish.role)}", "$primary"),
        ]
        if wish.coordinators:
            parts.append(plain(" · → " + ", ".join(one.name for one in wish.coordinators.values())).stylize("$muted"))
        return Content.assemble(*parts)
