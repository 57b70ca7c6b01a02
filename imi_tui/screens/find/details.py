"""What is known of a found authority: beside or under the list in short, and on a page of its own in full (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from imi_tui.i18n import N_, _, language, pgettext
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.screens.clipboard import copy
from imi_tui.screens.find.words import marked, reasons, role_words, spans_of
from imi_tui.screens.frame import Section
from imi_tui.screens.my_authority.authority_pane import authority_lines
from imi_tui.screens.my_authority.classification_pane import keyword_lines
from imi_tui.screens.my_authority.modules_pane import coordinator_words
from imi_tui.screens.my_authority.words import access_words, country_words, field_label, languages_words
from imi_tui.services import catalogue
from imi_tui.services.authority_view import AuthorityView, ModuleView, Text
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import Field, Found, RoleHeld
from imi_tui.widgets.ledger import Fact, Heading, Ledger, Line
from imi_tui.widgets.text import plain

SHORT = 36
"""Characters of a name beside which status and place find room at 80 columns."""


def detail_lines(view: AuthorityView, found: Found | None, words: CatalogueView, *, narrow: bool) -> Content:
    """An authority in short; `narrow` (under the list) puts side by side what stands under each other beside it."""
    place = [authority_status_words(view.status), view.town, country_words(view.country)]
    name = marked(view.official_name, spans_of(found, Field.OFFICIAL_NAME))
    head = [name.stylize("bold"), plain(" · ".join(part for part in place if part))]
    if narrow and len(view.official_name) <= SHORT:
        head = [Content.assemble(head[0], "   ", head[1])]
    contact = [view.email, view.phone]
    town = " ".join(part for part in (view.postcode, view.town) if part)
    address = [view.address, town, view.website]
    blocks = [
        (pgettext("of a match", "Found by"), reasons(found) if found else []),
        (field_label("informal_name"), [_text(text, found) for text in view.informal_names]),
        (_("Contact information"), [plain(part) for part in contact if part]),
        (_("Modules"), _modules(view, words)),
        (field_label("keywords"), _keywords(view, words, narrow=narrow)),
        (field_label("description"), _description(view)),
        (field_label("address"), [plain(part) for part in address if part]),
        (field_label("languages"), [plain(languages_words(view.languages))] if view.languages else []),
        (field_label("coordinators"), _coordinators(view, words)),
    ]
    lines = list(head)
    for label, items in blocks:
        lines += _block(label, items, narrow=narrow)
    return Content("\n").join(lines)


def _block(label: str, items: Sequence[Content], *, narrow: bool) -> list[Content]:
    if not items:
        return []
    if narrow:
        return [Content.assemble((f"{label}: ", "$muted"), Content(" · ").join(items))]
    return [Content(""), Content.styled(label, "$muted"), *items]


def _text(text: Text, found: Found | None = None) -> Content:
    spans = spans_of(found, Field.INFORMAL_NAME, text.language)
    shown = Content.assemble((f"{text.language} ", "$muted"), marked(text.text, spans))
    return shown + Content.styled(" " + _("! to be corrected"), "$warning") if text.stale else shown


def _modules(view: AuthorityView, words: CatalogueView) -> list[Content]:
    """The modules that say something of an authority, with its roles."""
    return [_module(module, words) for module in view.modules if not words.module(module.code).everywhere]


def _module(module: ModuleView, words: CatalogueView) -> Content:
    shown = plain(role_words(RoleHeld(module.code, module.role, module.access), words))
    if module.access == "given":
        return shown
    return shown + Content.styled(f" {access_words(module.access)}", "$warning")


def _keywords(view: AuthorityView, words: CatalogueView, *, narrow: bool) -> list[Content]:
    """General ones and those of the modules, in the order of the trees."""
    names = [words.forest.name(code) for code in words.forest.in_order(view.keywords)]
    for module in view.modules:
        forest = words.module(module.code).forest
        names += [forest.name(code) for code in forest.in_order(module.keywords)]
    names = list(dict.fromkeys(names))
    return [plain(name) for name in names] if narrow else [plain(", ".join(names))] if names else []


def _module_lines(module: ModuleView, words: CatalogueView) -> list[Line]:
    """A module in full: role, access, keywords and linked coordinators."""
    known = words.module(module.code)
    names = [known.forest.name(code) for code in known.forest.in_order(module.keywords)]
    return [
        Heading(known.name),
        Fact(_("Role"), known.roles.get(module.role, module.role)),
        Fact(_("Access"), access_words(module.access)),
        Fact(field_label("keywords"), "\n".join(names)),
        Fact(field_label("coordinators"), "\n".join(coordinator_words(one) for one in module.coordinators)),
    ]


def _coordinators(view: AuthorityView, words: CatalogueView) -> list[Content]:
    return [
        Content.assemble((f"{words.module(module.code).short}: ", "$muted"), plain(coordinator_words(coordinator)))
        for module in view.modules
        for coordinator in module.coordinators
    ]


def _description(view: AuthorityView) -> list[Content]:
    """The one that the reader understands best."""
    best = {text.language: text for text in view.descriptions}
    for code in (language(), "en", view.official_language):
        if code in best:
            return [_text(best[code])]
    return [_text(text) for text in view.descriptions[:1]]


def contact_block(view: AuthorityView) -> str:
    """Whom to write to, in several lines, as one pastes it elsewhere."""
    town = " ".join(part for part in (view.postcode, view.town) if part)
    lines = (view.official_name, view.address, town, country_words(view.country), view.phone, view.email, view.website)
    return "\n".join(line for line in lines if line)


class EntryScreen(Section):
    """The whole entry of an authority, read-only; Esc goes back to what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", N_("Back"), key_display="Esc"),
        Binding("y", "copy", N_("Copy e-mail")),
        Binding("Y", "copy_all", N_("Copy contact"), tooltip=N_("Copy contact information")),
    ]
    CSS = "EntryScreen Ledger { height: 1fr; }"
    help_text = N_(
        "The whole entry of an authority as it is kept by that authority: names in all languages, description, contact"
        " information, keywords, and its role in each module with the coordinators linked there. Esc goes back to what"
        " was found."
    )

    def __init__(self, view: AuthorityView, words: CatalogueView) -> None:
        super().__init__()
        self._view = view
        self._words = words

    def path(self) -> Sequence[str]:
        """Find an authority › its name."""
        return (_("Find an authority"), self._view.official_name)

    def body(self) -> ComposeResult:
        view, words = self._view, self._words
        yield Ledger(
            [
                *authority_lines(view),
                *keyword_lines(words.forest, view.keywords, field_label("keywords")),
                *(line for module in view.modules for line in _module_lines(module, words)),
            ]
        )

    def on_mount(self) -> None:
        self.query_one(Ledger).focus()

    async def recompose(self) -> None:
        """Another language: the names of the catalogue are read anew."""
        self._words = await self.app.backend.read(catalogue.view, language())
        await super().recompose()
        self.query_one(Ledger).focus()

    def action_back(self) -> None:
        """Back to what was found."""
        self.app.pop_screen()

    def action_copy(self) -> None:
        """The e-mail address to the terminal's clipboard."""
        copy(self.app, self._view.email)

    def action_copy_all(self) -> None:
        """The contact information to the terminal's clipboard."""
        copy(self.app, contact_block(self._view))
