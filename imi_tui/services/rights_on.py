"""Who held which right at an instant (B19): the rights of today, with everything that the record tells since undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Entry, EntryValues, UserRight
from imi_tui.context import Context
from imi_tui.rules.chain import PERSONAL
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.verbs import Verb
from imi_tui.services import activity_names
from imi_tui.services.door import read


@dataclass(frozen=True)
class RightsHeld:
    """A user and the rights held, as `module:right`; the name is empty where the record no longer knows it."""

    user_id: int
    name: str
    rights: tuple[str, ...]


def rights_on(ctx: Context, actor: Actor, authority_id: int, at: datetime) -> tuple[RightsHeld, ...]:
    """Who held which right of an authority at an instant, everybody with any, by id. Raises `NotAllowed`, `Gone`.

    What happened without the record, such as making the demo, counts as having been so from the beginning.
    """
    with read(ctx, actor, May.SEE_ACTIVITY, authority_id):
        held: dict[int, set[str]] = {}
        rights = UserRight.select(UserRight.user, UserRight.module, UserRight.right)
        for user_id, module, right in rights.where(UserRight.authority == authority_id).tuples():
            held.setdefault(user_id, set()).add(f"{module}:{right}")
        for subject_id, verb, values in _since(authority_id, at):
            _undo(held, subject_id, verb, values)
        some = {user_id: sorted(rights) for user_id, rights in held.items() if rights}
        called = activity_names.names(ctx, some, (), "en", of_the_gone=bool(actor.system)).users
    return tuple(RightsHeld(user_id, called.get(user_id, ""), tuple(some[user_id])) for user_id in sorted(some))


def _since(authority_id: int, at: datetime) -> Iterable[tuple[Any, str, dict[str, Any]]]:
    """The entries on rights after an instant, the newest first."""
    told = (
        Entry.select(Entry.subject_id, Entry.verb, EntryValues.values)
        .join(EntryValues, on=(EntryValues.entry == Entry.id))
        .where(
            Entry.authority_id == authority_id,
            Entry.at > at,
            Entry.verb.in_([verb.code for verb in Verb if "rights" in verb.value.fields]),
            EntryValues.kind != PERSONAL,
        )
        .order_by(Entry.id.desc())
    )
    for subject_id, verb, text in told.tuples().iterator():
        values = json.loads(text)
        if "rights" in values:
            yield subject_id, verb, values


def _undo(held: dict[int, set[str]], subject_id: Any, verb: str, values: dict[str, Any]) -> None:
    old, new = values["rights"]
    if verb == Verb.MODULE_WITHDRAWN.code:
        module = (values.get("module") or [""])[0]
        if module:
            for user_id, right in old:
                held.setdefault(user_id, set()).add(f"{module}:{right}")
        return
    mine = held.setdefault(subject_id, set())
    mine -= set(new)
    mine |= set(old)
