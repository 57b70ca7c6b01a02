"""Tab 3, Modules: the modules on the left, the chosen one on the right, as a ledger or as a form (S2.7, S2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _
from imi_tui.screens.my_authority.classification_pane import keyword_lines
from imi_tui.screens.my_authority.module_form import ModuleForm
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import access_words, field_label
from imi_tui.services.authority_view import AuthorityView, Coordinator, Holders, ModuleView
from imi_tui.services.catalogue import CatalogueView, ModuleWords
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.ledger import Fact, Heading, Ledger, Line
from imi_tui.widgets.text import plain


def coordinator_words(coordinator: Coordinator) -> str:
    """A coordinator by name and country."""
    return f"{coordinator.name} · {coordinator.country}"


def module_facts(module: ModuleView, words: ModuleWords) -> list[Line]:
    """Role, access, and which mandatory rights nobody or only one person holds."""
    facts: list[Line] = [
        Heading(words.name),
        Fact(_("Role"), words.roles.get(module.role, module.role)),
        Fact(_("Access"), access_words(module.access)),
    ]
    weak = [_weak(holders, words) for holders in module.holders if holders.count < 2]
    facts += [Fact(_("Mandatory rights") if not place else "", line) for place, line in enumerate(weak)]
    if module.holders and not weak:
        facts.append(Fact(_("Mandatory rights"), _("✓ each held by two or more people")))
    return facts


def _weak(holders: Holders, words: ModuleWords) -> Content:
    right = words.rights.get(holders.right, holders.right)
    if not holders.count:
        return plain(_("✖ “{right}”: held by nobody").format(right=right)).stylize("$error")
    said = _("! “{right}”: held only by {person}").format(right=right, person=holders.only)
    return plain(said).stylize("$warning")


def module_lines(module: ModuleView, words: ModuleWords) -> list[Line]:
    """A module as a ledger."""
    linked = [Fact("", coordinator_words(coordinator)) for coordinator in module.coordinators]
    return [
        *module_facts(module, words),
        *(keyword_lines(words.forest, module.keywords, _("Keywords")) if len(words.forest) else []),
        Heading(field_label("coordinators")),
        *(linked or [Fact("", _("none"))]),
    ]


class ModulesPane(Widget):
    """List and chosen module. With a session the right side is a form."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "add", N_("Add"), tooltip=N_("Add coordinator"))]
    DEFAULT_CSS = """
    ModulesPane {
        & #module-list { width: 30; height: 100%; padding: 0 1 0 0; }
        & #module-side { width: 1fr; height: 100%; padding: 0 0 0 1; }
    }
    """

    def __init__(
        self, view: AuthorityView, catalogue: CatalogueView, session: EditSession | None, chosen: str = ""
    ) -> None:
        super().__init__()
        self._modules: dict[str, ModuleView] = {module.code: module for module in view.modules}
        self._catalogue = catalogue
        self._session = session
        self.chosen = chosen if chosen in self._modules else next(iter(self._modules), "")

    def compose(self) -> ComposeResult:
        with Horizontal():
            modules = Choices(*self._options(), id="module-list")
            modules.highlighted = list(self._modules).index(self.chosen) if self.chosen else None
            yield modules
            with Vertical(id="module-side"):
                yield from self._side()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Coordinators are linked while one edits."""
        return action != "add" or (self._session is not None and bool(self.chosen))

    def action_add(self) -> None:
        """Link a coordinator in the chosen module, wherever in it one is."""
        self.query_one(ModuleForm).add_coordinator()

    def focus_field(self, name: str = "") -> None:
        """Focus a field by its name (`coordinators.services`), else the list; the list is on the field's module."""
        _field, _dot, module = name.partition(".")
        if module in self._modules and module != self.chosen:
            self.query_one("#module-list", Choices).highlighted = list(self._modules).index(module)
        self.query_one("#module-list").focus()
        if module:
            self.call_after_refresh(self._focus_in_form, name)

    def _focus_in_form(self, name: str) -> None:
        for form in self.query(ModuleForm):
            form.focus_field(name)

    def refresh_list(self) -> None:
        """Show anew which modules have changes."""
        self.query_one("#module-list", Choices).replace(self._options())

    @on(OptionList.OptionHighlighted, "#module-list")
    async def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option.id and event.option.id != self.chosen:
            self.chosen = event.option.id
            side = self.query_one("#module-side")
            async with self.batch():
                await side.remove_children()
                await side.mount_all(self._side())

    @on(OptionList.OptionSelected, "#module-list")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        """Enter goes on to the module's own side."""
        event.stop()
        self.screen.focus_next()

    def _side(self) -> Sequence[Widget]:
        if not self.chosen:
            return [Ledger([Fact("", _("This authority has no module yet: its access manager gives it access."))])]
        module, words = self._modules[self.chosen], self._catalogue.module(self.chosen)
        if self._session is None:
            return [Ledger(module_lines(module, words))]
        return [ModuleForm(module_facts(module, words), words, self._session)]

    def _options(self) -> list[Option]:
        return [self._option(module) for module in self._modules.values()]

    def _option(self, module: ModuleView) -> Option:
        changed = self._session is not None and self._session.module_changed(module.code)
        glyph = "✓" if module.access == "given" else "‖"
        name = plain(self._catalogue.module(module.code).short)
        dot = Content.styled("• ", "bold $accent") if changed else Content("")
        prompt = Content.assemble(glyph, " ", dot, name)
        if module.access != "given":
            prompt += Content.styled(" " + _("suspended"), "$warning")
        return Option(prompt, id=module.code)
