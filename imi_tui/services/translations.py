"""The Commission's translation desk: a task in full, and settling it (S2.4, B3).

A task stands for one text of one authority. It ends when its last stale translation was corrected or confirmed, or,
where none is stale, by `finish`; then the authority is told, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from db.models import Authority, AuthorityText, TranslationTask, User
from imi_tui.context import Context
from imi_tui.rules.authority_changes import TEXT_KINDS
from imi_tui.rules.chain import canonical
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Gone, Invalid, Refused
from imi_tui.rules.verbs import Verb
from imi_tui.rules.wording import Piece, compare
from imi_tui.services import authority_mail, authority_store, search_index, translation_tasks
from imi_tui.services.authorities import RECORD_LIMIT
from imi_tui.services.authority_checks import checked_text
from imi_tui.services.door import Change, first_or_gone, read, write
from imi_tui.services.translation_guards import changed_meanwhile, refuse_older_original


@dataclass(frozen=True)
class Translation:
    """The text in another language than the original's; `stale` where the original moved on since."""

    language: str
    text: str
    stale: bool


@dataclass(frozen=True)
class Task:
    """A task in full: from the wording that the translations are of to the present one, word by word.

    `asked_by` is empty where that user is gone; `asked_by_authority` is theirs, where it is another one.
    """

    authority_id: int
    kind: str
    authority: str
    country: str
    language: str
    old: str
    new: str
    compared: tuple[Piece, ...]
    asked_by: str
    asked_by_authority: str
    asked_at: datetime
    translations: tuple[Translation, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """The languages that are to be corrected or confirmed."""
        return tuple(one.language for one in self.translations if one.stale)


@dataclass(frozen=True)
class Wording:
    """A translation to be settled: its text, and the one it stood at when it was looked at (empty: there was none)."""

    language: str
    text: str
    base_text: str


@dataclass(frozen=True)
class Settled:
    """What was settled, in which languages; `done`: that was the end of the task, and the authority is told of it."""

    languages: tuple[str, ...]
    done: bool


def task(ctx: Context, actor: Actor, authority_id: int, kind: str) -> Task:
    """A task in full. Raises `Gone("translation_done")` where there is none (any more), `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.TRANSLATE, authority_id):
        row = _task(authority_id, kind)
        asked_by, theirs = _asked_by(row)
        texts = _texts(authority_id, kind, row.language)
        name, country = row.authority.official_name, row.authority.country
    return Task(
        authority_id=authority_id,
        kind=kind,
        authority=name,
        country=country,
        language=row.language,
        old=row.old,
        new=row.new,
        compared=compare(row.old, row.new),
        asked_by=asked_by,
        asked_by_authority=theirs,
        asked_at=row.asked_at,
        translations=tuple(texts.values()),
    )


def settle(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    kind: str,
    language: str,
    text: str,
    base_text: str,
    original: str | None = None,
) -> Settled:
    """Correct one translation, confirm it (the same text again), or add it; as `settle_all` does."""
    return settle_all(ctx, actor, authority_id, kind, [Wording(language, text, base_text)], original)


def settle_all(
    ctx: Context,
    actor: Actor,
    authority_id: int,
    kind: str,
    wordings: Sequence[Wording],
    original: str | None = None,
) -> Settled:
    """Correct, confirm or add translations, all of them or none; they are not stale any more.

    `original` is the wording they were held against (`Task.new`); None stands for that of now. With the last stale one
    the task ends, and the authority and its administrators are told by mail (S2.5). Raises `Invalid` with an error per
    field (`kind.language`), `Conflict("original_changed")` where the authority moved on since,
    `Conflict("translation_changed")` with who, when and the text of now where somebody changed a translation since
    `base_text`, `Refused("too_much_at_once")`, `Gone("translation_done")`, `NotAllowed`, `StoreAway`.
    """
    checked = _checked(kind, wordings)
    with _writing(ctx, actor, authority_id, kind) as (change, row):
        refuse_older_original(row.new, original)
        texts = _texts(authority_id, kind, row.language)
        if errors := [error for one in checked if (error := _language_error(kind, one.language, row.language, texts))]:
            raise Invalid(*errors)
        for one in checked:
            now = texts[one.language].text if one.language in texts else ""
            if now not in {one.base_text, one.text}:
                raise changed_meanwhile(authority_id, kind, one.language, now)
        before = {one.language: texts[one.language].text for one in checked if one.language in texts}
        after = {one.language: one.text for one in checked}
        if len(canonical([before, after])) > RECORD_LIMIT:
            raise Refused("too_much_at_once")
        for one in checked:
            _store(authority_id, kind, one, known=one.language in texts)
        if before != after:  # whoever edits the authority at this moment is told at the save
            authority_store.count_up(authority_id)
            search_index.index(ctx, authority_id)
        change.note("language", None, list(after))
        change.note("text", before, after)
        done = any(one.stale for one in texts.values()) and not translation_tasks.stale_languages(authority_id, kind)
        if done:
            _end(change, authority_id, kind, row.language)
        else:
            translation_tasks.say_present_state(authority_id, kind)
        return Settled(tuple(after), done)


def finish(ctx: Context, actor: Actor, authority_id: int, kind: str, original: str | None = None) -> Settled:
    """End a task of which no translation is stale: nothing (more) is to be translated; the authority is told.

    `original` as in `settle_all`. Raises `Refused("translations_stale")` with their languages,
    `Conflict("original_changed")`, `Gone("translation_done")`, `NotAllowed`, `StoreAway`.
    """
    with _writing(ctx, actor, authority_id, kind) as (change, row):
        if stale := translation_tasks.stale_languages(authority_id, kind):
            raise Refused("translations_stale", languages=", ".join(stale))
        refuse_older_original(row.new, original)
        _end(change, authority_id, kind, row.language)
        return Settled((), done=True)


def _task(authority_id: int, kind: str) -> Any:
    query = (
        TranslationTask.select(TranslationTask, Authority, User)
        .join(Authority)
        .switch(TranslationTask)
        .join(User, JOIN.LEFT_OUTER)
        .where(TranslationTask.authority == authority_id, TranslationTask.kind == kind)
    )
    return first_or_gone(query, "translation_done")


def _asked_by(row: Any) -> tuple[str, str]:
    user = row.asked_by
    if user is None:
        return "", ""
    other = user.authority.official_name if user.authority_id != row.authority_id else ""
    return f"{user.first_name} {user.surname}", other


def _texts(authority_id: int, kind: str, original: str) -> dict[str, Translation]:
    """The translations by language: what is stale first."""
    rows = (
        AuthorityText.select(AuthorityText.language, AuthorityText.text, AuthorityText.stale)
        .where(AuthorityText.authority == authority_id, AuthorityText.kind == kind, AuthorityText.language != original)
        .order_by(AuthorityText.stale.desc(), AuthorityText.language)
    )
    return {language: Translation(language, text, bool(stale)) for language, text, stale in rows.tuples()}


def _checked(kind: str, wordings: Sequence[Wording]) -> list[Wording]:
    if kind not in TEXT_KINDS:
        raise Gone("translation_done")
    checked: list[Wording] = []
    errors: list[FieldError] = []
    for one in wordings:
        try:
            # What is confirmed is not looked at: an old text that today's rules would refuse can be right all the same.
            text = one.text if one.text == one.base_text != "" else checked_text(kind, one.language, one.text)
            checked.append(Wording(one.language, text, one.base_text))
        except Invalid as invalid:
            errors += invalid.errors
    if errors:
        raise Invalid(*errors)
    if not checked:
        raise Refused("nothing_to_save")
    return checked


def _language_error(kind: str, language: str, original: str, texts: dict[str, Translation]) -> FieldError | None:
    name = f"{kind}.{language}"
    if language == original:
        return FieldError(name, "translation_of_itself")
    if language not in texts and language not in WORKING_LANGUAGES:
        return FieldError(name, "unknown_language", (("value", language),))
    return None


@contextmanager
def _writing(ctx: Context, actor: Actor, authority_id: int, kind: str) -> Iterator[tuple[Change, Any]]:
    with write(ctx, actor, May.TRANSLATE, authority_id, Verb.TRANSLATION_SETTLED) as change:
        row = _task(authority_id, kind)
        change.note("kind", None, kind)
        yield change, row


def _store(authority_id: int, kind: str, wording: Wording, *, known: bool) -> None:
    table = AuthorityText
    if known:
        mine = (table.authority == authority_id) & (table.kind == kind) & (table.language == wording.language)
        table.update(text=wording.text, stale=False).where(mine).execute()
    else:
        table.insert(authority=authority_id, kind=kind, language=wording.language, text=wording.text).execute()


def _end(change: Change, authority_id: int, kind: str, original: str) -> None:
    """End the task and tell the authority; the row that goes is what makes it happen once."""
    if translation_tasks.end(authority_id, kind):
        languages = list(_texts(authority_id, kind, original))
        authority_mail.tell(change, MailKind.TRANSLATION_DONE, authority_id, text=kind, languages=sorted(languages))
