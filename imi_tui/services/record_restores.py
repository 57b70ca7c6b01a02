"""Reads from the record which backups were put back; one that is told by an entry nobody authentic wrote is none."""

from __future__ import annotations

import json
from typing import Any

from db.models import Entry, EntryValues, database
from imi_tui.rules.chain import PUBLIC, Key, values_digest
from imi_tui.rules.restores import Restored
from imi_tui.rules.verbs import Verb
from imi_tui.services.record import COLUMNS
from imi_tui.services.record_faults import Stored, authentic


def restores(key: Key) -> list[Restored]:
    """Every restore that the record tells of, in order; inside a transaction. One that is not authentic is left out."""
    told = Entry.select(*COLUMNS).where(Entry.authority_id.is_null(), Entry.verb == Verb.DATABASE_RESTORED.code)
    found = []
    for row in database.execute(told.order_by(Entry.id)):
        one = Stored.of(row)
        if authentic(key, one, one.id) and (values := _values(one)):
            found.append(Restored(one.id, one.link.at, **values))
    return found


def _values(one: Stored) -> dict[str, Any]:
    columns = (EntryValues.salt, EntryValues.values)
    row = EntryValues.select(*columns).where(EntryValues.entry == one.id, EntryValues.kind == PUBLIC).tuples().first()
    if row is None or values_digest(*row) != one.link.values_digest:
        return {}
    told = json.loads(row[1])
    before, to = told["entry"]
    return {
        "taken": told["taken"][1] or "",
        "before": before or 0,
        "digest": told["digest"][0] or "",
        "to": to,
        "common": told["common"][1],
        "kept": told["kept"][1] or "",
    }
