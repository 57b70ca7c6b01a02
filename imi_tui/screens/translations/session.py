"""What one types on a task, apart from the widgets: a change of language or a refused save leaves it whole."""

from __future__ import annotations

from imi_tui.i18n import languages_by_name
from imi_tui.rules.drafts import DraftKind, Typed, Value, text_in
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.refusals import FieldError
from imi_tui.rules.text import visible, visible_lines
from imi_tui.services.translations import Task, Translation, Wording
from imi_tui.widgets.entry import LONGEST


class TaskSession:
    """The task as it was read last, what was typed per language, the languages added, the errors per language."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.typed: dict[str, str] = {}
        self.added: list[str] = []
        self.errors: dict[str, FieldError] = {}
        self.original = task.new
        self._began: dict[str, str] = {}

    def go_on(self, draft: Typed) -> None:
        """Go on with a draft, held against the wordings it was typed over: what changed since is found at saving."""
        self.original = text_in(draft.base, "original") or self.task.new
        for name in draft.changed:
            language = name.partition(".")[2]
            if language and language != self.task.language:
                self._began[language] = text_in(draft.base, name)
                self.typed[language] = text_in(draft.mine, name)
                self.add(language)

    def typed_now(self, session: str) -> Typed | None:
        """What is kept of this until it is saved."""
        if not self.typed:
            return None
        base: dict[str, Value] = {f"text.{language}": self._stored(language) for language in self.typed}
        mine: dict[str, Value] = {f"text.{language}": text for language, text in self.typed.items()}
        original = {"original": self.original}
        place = (self.task.authority_id, self.task.kind)
        return Typed(DraftKind.TRANSLATION, session, {**base, **original}, {**mine, **original}, *place)

    @property
    def lines(self) -> bool:
        """Whether the text may have several lines."""
        return self.task.kind == "description"

    def languages(self) -> list[str]:
        """The languages with a translation: what is stale first, then by name; those added at the end."""
        known = {one.language: one for one in self.task.translations}
        named = [code for _name, code in languages_by_name(known)]
        ordered = [code for code in named if known[code].stale] + [code for code in named if not known[code].stale]
        return ordered + [code for code in self.added if code not in known]

    def offered(self) -> list[tuple[str, str]]:
        """The languages that can still be added: (name, code)."""
        taken = {*self.languages(), self.task.language}
        return languages_by_name(code for code in WORKING_LANGUAGES if code not in taken)

    def stale(self, language: str) -> bool:
        """Whether this translation is older than the original."""
        return language in self.task.stale

    def base(self, language: str) -> str:
        """The translation as it stands, as it is shown."""
        return self._shown(self._stored(language))

    def text(self, language: str) -> str:
        """What stands in the field now."""
        return self.typed.get(language, self.base(language))

    def type(self, language: str, text: str) -> None:
        """A field was typed in. What is as it was shown at first counts as untouched."""
        self.errors.pop(language, None)
        if text == self.base(language):
            self.typed.pop(language, None)
        else:
            self.typed[language] = text

    def add(self, language: str) -> None:
        """Offer one more language."""
        self.added.append(language)

    def corrections(self) -> list[Wording]:
        """What was typed."""
        return [Wording(language, text, self._stored(language)) for language, text in self.typed.items()]

    def confirmation(self, language: str) -> list[Wording]:
        """A translation as it stands; with the last stale one goes all that was typed, since that ends the task."""
        stored = self._stored(language)
        rest = self.corrections() if self.task.stale == (language,) else []
        return [Wording(language, stored, stored), *rest]

    def saved(self, wordings: list[Wording]) -> None:
        """These were saved; what was typed in the meantime stays."""
        self.errors = {}
        for one in wordings:
            if self.typed.get(one.language) == one.text:
                del self.typed[one.language]

    def renew(self, task: Task) -> None:
        """Go on from the task as it is now; what was typed stays."""
        self.task = task
        self.original, self._began = task.new, {}
        self.typed = {language: text for language, text in self.typed.items() if text != self.base(language)}

    def _stored(self, language: str) -> str:
        if language in self._began:
            return self._began[language]
        found: Translation | None = next((one for one in self.task.translations if one.language == language), None)
        return found.text if found else ""

    def _shown(self, text: str) -> str:
        return visible_lines(text, LONGEST) if self.lines else visible(text, LONGEST)
