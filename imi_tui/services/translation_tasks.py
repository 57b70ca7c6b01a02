"""The Commission's work list from its writing side: a task is asked for, follows the original, and ends (S2.4, B3).

All of it happens inside the write door, in the transaction of the change that it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from db.models import AuthorityText, Mail, TranslationTask
from imi_tui.rules.authority_changes import TEXT_KINDS, Change, TextChange, original_changes
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import UNSENT, MailState
from imi_tui.rules.policy import Actor
from imi_tui.rules.text import visible
from imi_tui.services import authority_mail, door

MAILED = 200
"""Characters of a wording that its mail quotes; the whole of it is on the desk."""


def follow(
    change: door.Change, actor: Actor, authority_id: int, made: Iterable[Change], significant: Iterable[TextChange]
) -> None:
    """Bring the work list after what the authority saved: `made`, of which `significant` changes ask for translations.

    The translations of a significant change count as older than the original; what the authority translated itself in
    the same save does not. A task ends where the authority itself has corrected the last stale translation.
    """
    made = list(made)
    asked = {one.field: one for one in significant}
    for kind in TEXT_KINDS:
        touched = [one for one in made if isinstance(one, TextChange) and one.field == kind]
        if kind in asked:
            _ask(change, actor, authority_id, asked[kind], [one.part for one in touched])
        elif touched:
            _keep_up(authority_id, kind, touched)


def stale_languages(authority_id: int, kind: str) -> list[str]:
    """The languages in which this text is older than its original."""
    texts = AuthorityText.select(AuthorityText.language).where(_of(authority_id, kind), AuthorityText.stale)
    return [language for (language,) in texts.order_by(AuthorityText.language).tuples()]


def say_present_state(authority_id: int, kind: str) -> None:
    """Let the mail that asks for a task say how things are now, where it has not gone out."""
    for mail in _unsent(authority_id, kind):
        _say_anew(mail, {**json.loads(mail.params), **_mailed(authority_id, kind)})


def not_asked_yet(authority_id: int, significant: Iterable[TextChange]) -> list[TextChange]:
    """Those of the significant changes for which no translations have been asked; inside a transaction."""
    tasks = TranslationTask.select(TranslationTask.kind, TranslationTask.new)
    asked = set(tasks.where(TranslationTask.authority == authority_id).tuples())
    return [one for one in significant if (one.field, one.new) not in asked]


def end(authority_id: int, kind: str) -> bool:
    """End a task and withdraw the mail that asked for it, if that has not gone out; whether there was a task."""
    ended = TranslationTask.delete().where(_task(authority_id, kind)).execute()
    for mail in _unsent(authority_id, kind):
        Mail.delete().where(Mail.id == mail.id).execute()
    return bool(ended)


def _ask(change: door.Change, actor: Actor, authority_id: int, original: TextChange, touched: list[str]) -> None:
    kind = original.field
    older = _of(authority_id, kind) & AuthorityText.language.not_in([original.part, *touched])
    AuthorityText.update(stale=True).where(older).execute()
    values = {"new": original.new, "asked_by": actor.user_id, "asked_at": change.now}
    if not TranslationTask.update(values).where(_task(authority_id, kind)).execute():
        # The wording that the translations are of: that of the first change they have not followed yet.
        first = {"authority": authority_id, "kind": kind, "language": original.part, "old": original.old}
        TranslationTask.insert({**first, **values}).execute()
    params = _mailed(authority_id, kind)
    params["by"] = authority_mail.by(actor, authority_id)
    waiting = None
    for mail in _unsent(authority_id, kind):
        if mail.state == MailState.GIVEN_UP:
            Mail.delete().where(Mail.id == mail.id).execute()
        else:
            waiting = mail
    if waiting is None:
        change.mail(MailKind.TRANSLATION_WANTED, authority_id, **params)
    else:
        _say_anew(waiting, params)


def _keep_up(authority_id: int, kind: str, touched: list[TextChange]) -> None:
    """The task, where there is one, follows a change that was not said to be significant."""
    task = TranslationTask.get_or_none(_task(authority_id, kind))
    if task is None:
        return
    original = original_changes(touched, task.language).get(kind)
    if original is not None:
        TranslationTask.update(new=original.new).where(_task(authority_id, kind)).execute()
    translated = any(one.part != task.language for one in touched)
    if translated and not stale_languages(authority_id, kind):
        end(authority_id, kind)
        return
    say_present_state(authority_id, kind)


def _mailed(authority_id: int, kind: str) -> dict[str, Any]:
    """What the mail to the Commission says of a task as it is now."""
    task = TranslationTask.get(_task(authority_id, kind))
    return {
        "text": kind,
        "language": task.language,
        "old": visible(task.old, MAILED),
        "new": visible(task.new, MAILED),
        "languages": stale_languages(authority_id, kind),
    }


def _say_anew(mail: Any, params: dict[str, object]) -> None:
    told = json.dumps(params, ensure_ascii=False, sort_keys=True)
    Mail.update(params=told).where(Mail.id == mail.id).execute()


def _unsent(authority_id: int, kind: str) -> list[Any]:
    """The mails to the Commission about this text that have not gone out and are not under way."""
    mails = Mail.select().where(
        Mail.authority == authority_id, Mail.state.in_(UNSENT), Mail.kind == MailKind.TRANSLATION_WANTED
    )
    return [mail for mail in mails if json.loads(mail.params).get("text", TEXT_KINDS[0]) == kind]


def _of(authority_id: int, kind: str) -> Any:
    return (AuthorityText.authority == authority_id) & (AuthorityText.kind == kind)


def _task(authority_id: int, kind: str) -> Any:
    return (TranslationTask.authority == authority_id) & (TranslationTask.kind == kind)
