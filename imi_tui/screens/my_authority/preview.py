"""How others will find this authority: the entry as a search result in two languages, from what is typed now (S1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from imi_tui import i18n
from imi_tui.i18n import N_, _, country_name, language_name
from imi_tui.rules.authority_changes import AuthorityDraft
from imi_tui.rules.findability import ENGLISH, Hindrance, Shown, Stale, hindrances, shown_to, stale_after
from imi_tui.rules.refusals import Refused
from imi_tui.screens.frame import Section
from imi_tui.screens.my_authority.words import DASH, field_label
from imi_tui.services import catalogue
from imi_tui.services.authority_view import AuthorityView, ModuleView, Text
from imi_tui.services.catalogue import CatalogueView
from imi_tui.widgets.text import id_of, plain, plain_lines


class PreviewScreen(Section):
    """Two faces of the entry beside each other, over them what makes it hard to find; of `mine`, not of the store."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "back", N_("Back"), key_display="Esc"),
        Binding("up,k", "scroll(-1)", N_("Up"), show=False),
        Binding("down,j", "scroll(1)", N_("Down"), show=False),
        Binding("pageup", "scroll(-10)", N_("Page up"), show=False),
        Binding("pagedown", "scroll(10)", N_("Page down"), show=False),
    ]
    CSS = """
    PreviewScreen {
        & #preview { height: 1fr; scrollbar-size-vertical: 1; }
        & #hindrances { height: auto; margin: 0 0 1 0; }
        & #faces { height: auto; }
        & .face { width: 1fr; height: auto; padding: 0 2 0 0; }
    }
    """
    help_text = N_(
        "So others meet this authority when they search, in two languages beside each other, with what is typed now and"
        " not saved yet. Whoever searches is shown the informal name in the own language, else in English, else in the"
        " authority's own. Contact information, keywords and description help others find the right authority: what"
        " is missing stands above. Esc goes back."
    )

    def __init__(self, view: AuthorityView, mine: AuthorityDraft) -> None:
        super().__init__()
        self._view = view
        self._mine = mine

    def path(self) -> Sequence[str]:
        """Administration › My authority › Preview."""
        return self.of_authority(_("Preview"))

    def body(self) -> ComposeResult:
        with VerticalScroll(id="preview"):
            yield Static("", id="hindrances")
            with Horizontal(id="faces"):
                for code in self._languages():
                    yield Static("", id=id_of("face", code), classes="face")

    def on_mount(self) -> None:
        self.query_one("#preview").focus()
        self._show()

    async def recompose(self) -> None:
        """Another language: the faces are others."""
        await super().recompose()
        self.on_mount()

    def action_back(self) -> None:
        """Back to the editing session."""
        self.app.pop_screen()

    def action_scroll(self, lines: int) -> None:
        """Scroll both faces."""
        self.query_one("#preview").scroll_relative(y=lines, animate=False)

    def _languages(self) -> list[str]:
        """The interface's language and English; where they are one, English and the authority's own."""
        codes = dict.fromkeys([i18n.language(), ENGLISH, self._view.official_language])
        return list(codes)[:2]

    @work(exclusive=True, group="preview")
    async def _show(self) -> None:
        view, mine = self._view, self._mine
        today = Stale(_stale(view.informal_names), _stale(view.descriptions))
        stale = stale_after(view.draft(), mine, today, view.official_language)
        words: CatalogueView | None = None
        for code in self._languages():
            try:
                words = await self.app.backend.read(catalogue.view, code)
            except Refused as refused:
                self.app.show_refusal(refused)
                return
            self.query_one(f"#{id_of('face', code)}", Static).update(face(view, mine, stale, words, code))
        if words is not None:
            self.query_one("#hindrances", Static).update(hindrance_lines(view, mine, stale, words))


def hindrance_lines(view: AuthorityView, mine: AuthorityDraft, stale: Stale, words: CatalogueView) -> Content:
    """What makes the authority hard to find, in words; that nothing does, where nothing does."""
    asked = [module.code for module in view.modules if len(words.module(module.code).forest)]
    asked = [code for code in asked if not words.module(code).everywhere]
    found = hindrances(mine, stale, active=view.status == "active", modules_with_keywords=asked)
    if not found:
        return Content.styled(_("✓ Nothing makes this authority hard to find."), "$success")
    sentences = _sentences()
    return Content("\n").join(Content.styled(f"! {sentences[hindrance]}", "$warning") for hindrance in found)


def _sentences() -> Mapping[Hindrance, str]:
    return {
        Hindrance.INACTIVE: _("Inactive: nobody is meant to turn to it."),
        Hindrance.NO_NAME: _("No informal name: it is found by its official name only."),
        Hindrance.NO_KEYWORD: _("No keyword: nobody finds it by its area of competence."),
        Hindrance.NO_MODULE_KEYWORD: _("A module without a keyword of its own."),
        Hindrance.NO_DESCRIPTION: _("No description."),
        Hindrance.NO_ENGLISH_NAME: _("No informal name in English: abroad it is met in a language few read."),
        Hindrance.STALE_NAME: _("A translation of the informal name is older than the original."),
        Hindrance.STALE_DESCRIPTION: _("A translation of the description is older than the original."),
        Hindrance.NO_ENGLISH_DESCRIPTION: _("No description in English."),
    }


def face(view: AuthorityView, mine: AuthorityDraft, stale: Stale, words: CatalogueView, code: str) -> Content:
    """The entry as it is met by whoever searches in a language."""
    said = i18n.catalogue(code).gettext
    name = shown_to(code, mine.informal_name, view.official_language)
    description = shown_to(code, mine.description, view.official_language)
    country = f"{country_name(view.country, code)} ({view.country})"
    place = [said("● active") if view.status == "active" else said("○ inactive"), mine.town.strip(), country]
    return Content("\n").join(
        [
            Content.styled(language_name(code), "bold underline $primary"),
            plain(mine.official_name).stylize("bold"),
            _name(name, code, stale.informal_name),
            plain(" · ".join(part for part in place if part)),
            Content(""),
            *_heading(_("Modules")),
            *(_module(module, words, said("‖ suspended")) for module in view.modules),
            Content(""),
            *_heading(field_label("keywords")),
            *_keywords(view, mine, words),
            Content(""),
            *_heading(field_label("description")),
            _description(description, code, stale.description),
        ]
    )


def _heading(words: str) -> list[Content]:
    return [Content.styled(words, "$muted")]


def _stale(texts: Iterable[Text]) -> frozenset[str]:
    return frozenset(text.language for text in texts if text.stale)


def _name(shown: Shown, reader: str, stale: frozenset[str]) -> Content:
    if not shown.text:
        return Content.styled(_("no informal name"), "$warning")
    return plain(shown.text) + _remarks(shown, reader, stale)


def _description(shown: Shown, reader: str, stale: frozenset[str]) -> Content:
    if not shown.text:
        return Content.styled(DASH, "$muted")
    return plain_lines(shown.text) + _remarks(shown, reader, stale)


def _remarks(shown: Shown, reader: str, stale: frozenset[str]) -> Content:
    """Said of a text that is in another language than the reader's, or older than the original."""
    remarks = Content("") if shown.language == reader else _instead(shown.language)
    if shown.language in stale:
        remarks += Content.styled(" " + _("! to be corrected"), "$warning")
    return remarks


def _instead(spoken: str) -> Content:
    """Said of a text that is in another language than the reader's."""
    words = _("(in {language}: none in this one)").format(language=language_name(spoken))
    return Content.styled(f" {words}", "$warning")


def _module(module: ModuleView, words: CatalogueView, suspended: str) -> Content:
    known = words.module(module.code)
    shown = plain(f"{known.short}: {known.roles.get(module.role, module.role)}")
    return shown if module.access == "given" else shown + Content.styled(f" {suspended}", "$warning")


def _keywords(view: AuthorityView, mine: AuthorityDraft, words: CatalogueView) -> list[Content]:
    """The general ones, then those of each module after its name."""
    lines = []
    if mine.keywords:
        lines.append(plain(", ".join(words.forest.name(code) for code in words.forest.in_order(mine.keywords))))
    for module in view.modules:
        chosen = mine.module_keywords.get(module.code, frozenset())
        if chosen:
            known = words.module(module.code)
            names = ", ".join(known.forest.name(code) for code in known.forest.in_order(chosen))
            lines.append(Content.assemble((f"{known.short}: ", "$muted"), plain(names)))
    return lines or [Content.styled(DASH, "$muted")]
