"""Tab 1, Authority: names, texts and contact information, as a ledger or as a form of the editing session."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from imi_tui.i18n import _, date, languages_by_name, pgettext
from imi_tui.i18n.refusals import sentence
from imi_tui.i18n.statuses import authority_status_words, stale_words
from imi_tui.rules.keywords import Forest, Keyword
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.wording import excerpts, looks_minor
from imi_tui.screens.mail_words import mail_line
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import DASH, country_words, field_label, languages_words
from imi_tui.services.authority_view import AuthorityView, Text
from imi_tui.services.mails import MailRow
from imi_tui.widgets.form import Field, Form, choice_field, lines_field, text_field
from imi_tui.widgets.ledger import Fact, Heading, Line
from imi_tui.widgets.text import plain
from imi_tui.widgets.tree_lines import TreeLines

SHORT = 60
"""Characters of the old and of the new wording that the hint on a change shows."""

CONTACT = ("address", "postcode", "town", "phone", "email", "website")


def authority_lines(view: AuthorityView, mail: MailRow | None = None) -> list[Line]:
    """The authority as a ledger, with what has become of the last mail to it."""
    official = f"{view.official_name} ({view.official_language})"
    manager = [Fact(_("Function"), _("access manager"))] if view.access_manager else []
    return [
        Heading(_("Names")),
        Fact(field_label("official_name"), official),
        *_text_facts(field_label("informal_name"), view.informal_names),
        Fact(_("Country"), country_words(view.country)),
        Fact(_("Status"), authority_status_words(view.status)),
        *manager,
        Heading(_("Description")),
        *_text_facts(field_label("description"), view.descriptions),
        Heading(_("Contact information")),
        *(Fact(field_label(name), getattr(view, name)) for name in CONTACT),
        Fact(field_label("languages"), languages_words(view.languages)),
        Heading(_("Record")),
        Fact(_("Registered"), date(view.registered_at)),
        Fact(_("Data confirmed"), date(view.confirmed_at) if view.confirmed_at else ""),
        *([Fact(_("Last e-mail"), mail_line(mail))] if mail else []),
    ]


def _text_facts(label: str, texts: Iterable[Text]) -> list[Line]:
    """The original first, then the translations by the language's code; stale ones say so."""
    facts: list[Line] = []
    for text in texts:
        value = Content("\n").join(plain(line, limit=5000) for line in text.text.split("\n"))
        value += Content.styled(f"  ({text.language})", "$muted")
        if text.stale:
            value += Content.styled(f" {stale_words()}", "$warning")
        facts.append(Fact("" if facts else label, value))
    return facts or [Fact(label)]


class LanguagesField(Field):
    """The languages spoken, as check boxes under each other; the value is their names."""

    def __init__(self, session: EditSession) -> None:
        keywords = [Keyword(code, name) for name, code in languages_by_name(_offered(session))]
        self._session = session
        self._lines = TreeLines(Forest(keywords), session.mine.languages)
        self._lines.styles.height = 6
        label = field_label("languages")
        super().__init__("languages", label, self._lines, original=languages_words(session.base.languages))

    @property
    def value(self) -> str:
        """The names of the languages chosen."""
        return languages_words(self._session.mine.languages)

    @on(TreeLines.Toggled)
    def _toggled(self, event: TreeLines.Toggled) -> None:
        event.stop()
        self._session.choose_languages(event.chosen)
        self._lines.show(event.chosen)
        self._edited()


class SignificanceField(Field):
    """Whether the text above it changed significantly, so that its translations must follow (S2.4)."""

    def __init__(self, session: EditSession, kind: str) -> None:
        self._session = session
        self._kind = kind
        box = Keyword("significant", _("tell the Commission to correct the translations"))
        self._box = TreeLines(Forest([box]), frozenset())
        self._box.styles.height = 1
        of_name = kind == "informal_name"
        # Translators: the description in the authority's own language changed significantly; a label.
        label = _("Changed significantly") if of_name else pgettext("description", "Changed significantly")
        super().__init__(f"significant.{kind}", label, self._box)

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    @property
    def value(self) -> str:
        """`1` where it is ticked."""
        return "1" if self._kind in self._session.mine.significant else ""

    def typed(self, name: str) -> None:
        """The field of this name was typed in: show old and new, and what the change looks like; the person decides."""
        if name == self._session.original(self._kind):
            self._show()

    def _show(self) -> None:
        self._box.show(frozenset({"significant"} if self.value else ()))
        name = self._session.original(self._kind)
        if not self._session.changed(name):
            of_name = self._kind == "informal_name"
            self.set_hint(
                _("Only where the name above was changed.")
                if of_name
                else _("Only where the description above was changed.")
            )
            return
        old, new = self._session.base_text(name), self._session.text(name)
        minor = looks_minor(old, new)
        old, new = excerpts(old, new, SHORT)
        looks = (
            _("looks like a small change (case, punctuation, spelling)") if minor else _("looks like another meaning")
        )
        self.set_hint(f"{old or DASH} → {new or DASH}: {looks}", "" if minor else "warn")

    @on(TreeLines.Toggled)
    def _toggled(self, event: TreeLines.Toggled) -> None:
        event.stop()
        self._session.call_significant(self._kind, bool(event.chosen))
        self._show()
        self.post_message(self.Changed(self))


def _offered(session: EditSession) -> set[str]:
    return {*WORKING_LANGUAGES, *session.base.languages}


class AuthorityForm(Form):
    """The same as a form; what is typed goes into the session at once."""

    def __init__(self, session: EditSession) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        yield self._line("official_name")
        for language in self._session.text_languages:
            original = language == self._session.original_language
            yield self._line(f"informal_name.{language}")
            if original:
                yield SignificanceField(self._session, "informal_name")
            name = f"description.{language}"
            text, base = self._session.text(name), self._session.base_text(name)
            yield lines_field(name, field_label(name), text, original=base, rows=4, hint=self._hint(name))
            if original:
                yield SignificanceField(self._session, "description")
        more = languages_by_name(code for code in WORKING_LANGUAGES if code not in self._session.text_languages)
        yield choice_field("more", _("Texts in one more language"), more)
        for name in CONTACT:
            yield self._line(name)
        yield LanguagesField(self._session)

    def on_mount(self) -> None:
        self.show_session_errors()

    def show_session_errors(self) -> None:
        """The errors of the last try to save, each at its field."""
        for field in self.fields():
            error = self._session.errors.get(field.name or "")
            if error is not None:
                field.set_error(sentence(error))

    def focus_field(self, name: str = "") -> None:
        """Focus a field by name, or the first one."""
        for field in self.fields():
            if not name or field.name == name:
                field.focus()
                return

    @on(Field.Changed)
    async def _typed(self, event: Field.Changed) -> None:
        name = event.field.name or ""
        if name == "more":
            event.stop()
            if event.field.value:
                await self._one_more(event.field.value)
        elif not isinstance(event.field, LanguagesField | SignificanceField):
            self._session.type(name, event.field.value)
            for field in self.query(SignificanceField):
                field.typed(name)

    async def _one_more(self, language: str) -> None:
        self._session.add_language(language)
        await self.recompose()
        self.show_session_errors()
        self.focus_field(f"informal_name.{language}")

    def _line(self, name: str) -> Field:
        text, base = self._session.text(name), self._session.base_text(name)
        return text_field(name, field_label(name), text, original=base, hint=self._hint(name))

    def _hint(self, name: str) -> str:
        """What is to be known of a field while one edits."""
        return stale_words() if name in self._session.stale else ""
