"""One task: what changed in the original, side by side, and under it its translations, to be corrected or confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from imi_tui.i18n import N_, _, ngettext
from imi_tui.i18n.refusals import sentence, wrong_fields
from imi_tui.i18n.statuses import stale_words
from imi_tui.rules.drafts import Typed
from imi_tui.rules.refusals import Conflict, FieldError, Invalid, Refused
from imi_tui.screens.dialogs import leave_question
from imi_tui.screens.drafts.keeper import Keeper
from imi_tui.screens.frame import Section
from imi_tui.screens.translations.session import TaskSession
from imi_tui.screens.translations.words import asked_words, compared, head_words, language_words
from imi_tui.services import translations
from imi_tui.services.translations import Settled, Task, Wording
from imi_tui.widgets.form import Field, Form, choice_field, lines_field, text_field
from imi_tui.widgets.side_by_side import SideBySide
from imi_tui.widgets.text import plain

MORE = "more"
"""The name of the field that adds a language."""


class TaskForm(Form):
    """The translations as fields; what is typed goes into the session at once."""

    def __init__(self, session: TaskSession) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        for language in self._session.languages():
            label, text, base = language_words(language), self._session.text(language), self._session.base(language)
            if self._session.lines:
                yield lines_field(self._field_name(language), label, text, original=base, rows=4)
            else:
                yield text_field(self._field_name(language), label, text, original=base)
        yield choice_field(MORE, _("One more language"), self._session.offered())

    def on_mount(self) -> None:
        self._decorate()

    def _decorate(self) -> None:
        """What is to be known of each field, and what is wrong with it."""
        for field in self.fields():
            language = language_of(field)
            if not language:
                continue
            self._hint(field, language)
            error = self._session.errors.get(language)
            if error is not None:
                field.set_error(sentence(error))

    def focus_language(self, language: str = "") -> None:
        """Focus the field of a language, or the first one."""
        for field in self.fields():
            if not language or language_of(field) == language:
                field.focus()
                return

    @on(Field.Changed)
    async def _typed(self, event: Field.Changed) -> None:
        language = language_of(event.field)
        if language:
            self._session.type(language, event.field.value)
            self._hint(event.field, language)
        elif event.field.value:
            self._session.add(event.field.value)
            await self.recompose()
            self._decorate()
            self.focus_language(event.field.value)

    def _hint(self, field: Field, language: str) -> None:
        """A stale translation says so, and how it is confirmed, as long as nothing else was typed."""
        if self._session.stale(language) and not field.changed:
            field.set_hint(f"{stale_words()} · " + _("^o confirms that it is still right"), "warn")
        else:
            field.set_hint("")

    def _field_name(self, language: str) -> str:
        return f"{self._session.task.kind}.{language}"


def language_of(field: Field) -> str:
    """The language of a field of the form; empty for the one that adds another."""
    return (field.name or "").partition(".")[2]


class TaskScreen(Section):
    """The task. Dismisses with None; `done` says whether it was ended here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save"), key_display="^s"),
        Binding("ctrl+o", "confirm", N_("Confirm"), key_display="^o"),
        Binding("escape", "leave_task", N_("Back"), key_display="Esc"),
    ]
    CSS = """
    TaskScreen {
        & #task-head, & #task-asked { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #task-asked { color: $muted; }
        & SideBySide { max-height: 45%; margin: 1 0; }
        & #task-note { height: auto; color: $success; margin: 0 0 1 0; }
        & TaskForm { height: 1fr; scrollbar-size-vertical: 1; }
        & .field-note.warn { color: $warning; }
    }
    """
    help_text = N_(
        "Above stand the old and the new wording of the original; [−…] went and [+…] came. Under them are the"
        " translations; those marked as older than the original are to be corrected or confirmed. Type a correction, or"
        " press Ctrl+O on a translation that is still right. One more language can be added at the end. Ctrl+S saves"
        " all that was typed. With the last one that is older the task ends, and the authority is told by e-mail;"
        " where none is older, Ctrl+O ends it."
    )

    def __init__(self, task: Task, going_on: Typed | None = None) -> None:
        super().__init__()
        self._session = TaskSession(task)
        if going_on is not None:
            self._session.go_on(going_on)
        self.keeper = Keeper(self, self._session.typed_now, going_on)
        self._saving = False
        self.done = False

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › Translations › whose text."""
        return (_("Administration"), _("Translations"), self._session.task.authority)

    def body(self) -> ComposeResult:
        task = self._session.task
        yield Static(head_words(task), id="task-head")
        yield Static(plain(asked_words(task)), id="task-asked")
        was, now = compared(task.compared)
        yield SideBySide((_("Before"), was), (_("Now"), now))
        if not task.stale:
            words = _("✓ No translation is older than the original. Add others, or end the task with ^o.")
            yield Static(plain(words), id="task-note")
        yield TaskForm(self._session)

    def on_mount(self) -> None:
        self.app.clear_notifications()
        self._focus(next(iter(self._session.typed), ""))

    @on(Field.Changed)
    def _typed_in(self) -> None:
        self.touched()

    async def recompose(self) -> None:
        """Another language, or another state of the task: what was typed stays."""
        focused = self._language_in_focus()
        await super().recompose()
        self._focus(focused)

    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return bool(self._session.typed)

    def _focus(self, language: str = "") -> None:
        self.query_one(TaskForm).focus_language(language)

    def _language_in_focus(self) -> str:
        fields = [node for node in self.focused.ancestors if isinstance(node, Field)] if self.focused else []
        return language_of(fields[0]) if fields else ""

    # Settling

    @work(exclusive=True, group="settle")
    async def action_save(self) -> None:
        """Save all that was typed, or show what is wrong where it is wrong."""
        if not self._session.typed:
            self.notify(_("Nothing has been changed yet."), markup=False)
        else:
            await self._settle(self._session.corrections())

    @work(exclusive=True, group="settle")
    async def action_confirm(self) -> None:
        """The translation in focus is still right; where none is older than the original, the task is done."""
        session, language = self._session, self._language_in_focus()
        if not session.task.stale:
            if session.typed:
                self.notify(_("Ctrl+S saves first what you typed."), markup=False)
            else:
                await self._finish()
        elif not session.stale(language):
            self.notify(_("Only a translation that is older than the original is confirmed."), markup=False)
        elif language in session.typed:
            self.notify(_("You changed this translation: Ctrl+S saves it."), markup=False)
        else:
            await self._settle(session.confirmation(language))

    async def _finish(self) -> None:
        task = self._session.task
        try:
            await self.app.backend.write(translations.finish, task.authority_id, task.kind, self._session.original)
        except Refused as refused:
            self.app.show_refusal(refused)
            await self._read_anew()
        else:
            self.done = True
            await self.forget()
            self.dismiss(None)

    async def _settle(self, wordings: list[Wording]) -> None:
        if self._saving:
            return
        self._saving = True
        session = self._session
        task = session.task
        try:
            settled = await self.app.backend.write(
                translations.settle_all, task.authority_id, task.kind, wordings, session.original
            )
        except Invalid as invalid:
            await self._wrong(invalid.errors)
        except Conflict as conflict:
            await self._changed_meanwhile(conflict)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            await self._settled(settled, wordings)
        finally:
            self._saving = False

    async def _settled(self, settled: Settled, wordings: list[Wording]) -> None:
        self._session.saved(wordings)
        if settled.done:
            self.done = True
            await self.forget()
            self.dismiss(None)
            return
        self.touched()
        number = len(settled.languages)
        words = ngettext("Settled: {n} translation.", "Settled: {n} translations.", number).format(n=number)
        if await self._read_anew():
            stale = [language for language in self._session.languages() if self._session.stale(language)]
            self._focus(stale[0] if stale else "")
        self.notify(words, markup=False)

    async def _wrong(self, errors: Sequence[FieldError]) -> None:
        self._session.errors = {error.field.partition(".")[2]: error for error in errors}
        self.query_one(TaskForm).show_errors(errors)
        self.notify(wrong_fields(errors), severity="error", markup=False)

    async def _changed_meanwhile(self, conflict: Conflict) -> None:
        """Somebody else wrote this translation: theirs is shown beside what was typed, which can be saved over it.

        Or the original moved on: its new wording is shown, and what was typed stays to be looked at again.
        """
        language = str(conflict.facts.get("language", ""))
        if not language:
            self.app.show_refusal(conflict)
            if conflict.code == "original_changed":
                await self._read_anew()
            return
        name = f"{self._session.task.kind}.{language}"
        self._session.errors = {language: FieldError(name, conflict.code, tuple(conflict.facts.items()))}
        if await self._read_anew():
            self._focus(language)
        else:
            self.app.show_refusal(conflict)

    async def _read_anew(self) -> bool:
        """Go on from the task as it is now, if it is still there; what was typed stays."""
        task = self._session.task
        try:
            self._session.renew(await self.app.backend.read(translations.task, task.authority_id, task.kind))
        except Refused as refused:
            self.app.show_refusal(refused)
            return False
        await self.recompose()
        return True

    @work(exclusive=True, group="leave")
    async def action_leave_task(self) -> None:
        """Back to the list; asks where something typed would be lost."""
        if not self.unsaved() or await self.app.push_screen_wait(leave_question()):
            await self.forget()
            self.dismiss(None)
