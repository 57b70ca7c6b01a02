"""Eight processes edit one authority and its users at once: nobody overwrites a colleague unseen (B7, S4.3).

Everything that was acknowledged is held against the record, read by itself: no save is missing, none is too much, none
changed what it did not mean to, and none went over a value that its author had not been shown. After every entry of the
record each mandatory right that had a holder has one. `IMI_TEST_SECONDS` says for how long (8).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from db.models import Authority, Entry, EntryValues, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from tests.world import World

MANY = 8
SECONDS = float(os.environ.get("IMI_TEST_SECONDS", "8"))
VERBS = {"authority": "authority:edited", "user": "user:edited", "own": "account:edited"}
HANDLER = Right("services", "request_handler")


@pytest.mark.xdist_group("crowd")
def test_eight_processes_lose_nothing(ctx: Context, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    authority = world.authority(keywords=["labour_law"])
    actors = [world.administrator(authority, f"Admin{number}", "Bērziņa").user_id for number in range(MANY)]
    people = [world.user(authority, surname=f"Liepa{number}") for number in range(2)]
    people.append(world.user(authority, rights=[HANDLER]))
    handlers = {people[-1]}
    ctx.store.close()
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.services.crowd",
                json.dumps(
                    {
                        "url": ctx.store.url,
                        "number": number,
                        "actor": actor,
                        "authority": authority,
                        "people": [*people, *(actors[:2])],
                        "seconds": SECONDS,
                    }
                ),
            ],
            cwd=Path(__file__).parent.parent.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, actor in enumerate(actors)
    ]
    said = {}
    for actor, process in zip(actors, processes, strict=True):
        out, err = process.communicate(timeout=SECONDS + 120)
        assert process.returncode == 0, err
        said[actor] = [json.loads(line) for line in out.splitlines()]
    sums = [lines.pop()["sum"] for lines in said.values()]
    refused = sum((Counter(one["refused"]) for one in sums), Counter[str]())
    assert not {code for code in refused if code.startswith("store_")}, refused
    assert set(refused) <= {"mandatory_right_unheld", "nothing_to_save"}, refused

    with ctx.store.reading():
        entries: dict[int, Any] = {}
        rows = EntryValues.select(EntryValues, Entry).join(Entry).order_by(Entry.id)
        for row in rows:
            entry = row.entry
            told = entries.setdefault(entry.id, (entry.id, entry.verb, entry.actor_id, entry.subject_id, {}))
            told[-1].update(json.loads(row.values))
        record = list(entries.values())
    _every_answer_stands_in_the_record(said, record)
    _every_change_begins_where_the_last_one_ended(record)
    _a_mandatory_right_has_a_holder_after_each(record, handlers)
    _the_store_is_as_the_record_says(record, authority)
    with capsys.disabled():
        print(
            f"\n{MANY} processes, {SECONDS:.0f} s: {len(record)} commits, {sum(one['merged'] for one in sums)} merged,"
            f" {sum(one['clashes'] for one in sums)} asked, longest wait {max(one['longest'] for one in sums):.2f} s,"
            f" refused {dict(refused)}"
        )
    assert len(record) > MANY and sum(one["merged"] for one in sums)


def _every_answer_stands_in_the_record(said: dict[Any, list[dict[str, Any]]], record: list[Any]) -> None:
    for actor, answers in said.items():
        entries = [one for one in record if one[2] == actor]
        wrote = [answer for answer in answers if answer["wrote"]]
        assert len(entries) == len(wrote)
        for (_id, verb, _actor, subject, values), answer in zip(entries, wrote, strict=True):
            assert verb == VERBS[answer["kind"]]
            assert answer["kind"] == "authority" or subject == answer["subject"]
            made = _flat(values)
            assert set(made) <= set(answer["wanted"]), "changed what was not meant to be"
            for name, (old, new) in made.items():
                wanted = answer["wanted"][name]
                if isinstance(wanted, list):
                    gone, come = _moved(name, old, new)
                    assert gone <= set(wanted[0]) and come <= set(wanted[1])
                else:
                    assert new == wanted
                    assert old in answer["seen"][name], "went over a value that nobody had been shown"
            for name, wanted in answer["wanted"].items():
                if isinstance(wanted, str) and name not in made:
                    assert name in answer["left"] or answer["kind"] == "own" or name == "phone"


def _flat(values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields of an entry, those per language by `field.language`."""
    made = {}
    for name, (old, new) in values.items():
        if isinstance(new, dict):
            made |= {f"{name}.{part}": (old[part], new[part]) for part in new}
        else:
            made[name] = (old, new)
    return made


def _moved(name: str, old: list[str], new: list[str]) -> tuple[set[str], set[str]]:
    """What went and what came: the record has that of an authority's sets, and all of a person's rights."""
    if name == "rights":
        return set(old) - set(new), set(new) - set(old)
    return set(old), set(new)


def _every_change_begins_where_the_last_one_ended(record: list[Any]) -> None:
    state: dict[tuple[Any, str], Any] = {}
    for number, verb, _actor, subject, values in record:
        for name, (old, new) in _flat(values).items():
            if name in {"keywords", "languages"}:
                continue
            field = (None if verb == "authority:edited" else subject, name)
            assert state.get(field, old) == old, (number, field)
            state[field] = new


def _a_mandatory_right_has_a_holder_after_each(record: list[Any], handlers: set[int]) -> None:
    holders = set(handlers)
    for number, _verb, _actor, subject, values in record:
        if "rights" in values:
            held = ":".join(HANDLER) in values["rights"][1]
            holders = holders | {subject} if held else holders - {subject}
            assert holders, number


def _the_store_is_as_the_record_says(record: list[Any], authority: int) -> None:
    last: dict[tuple[Any, str], Any] = {}
    keywords = {"labour_law"}
    for _number, verb, _actor, subject, values in record:
        for name, (old, new) in _flat(values).items():
            if name == "keywords":
                keywords = (keywords - set(old)) | set(new)
            last[None if verb == "authority:edited" else subject, name] = new
    row = Authority.get_by_id(authority)
    assert {one.keyword for one in row.authoritykeyword_set} == keywords
    for (subject, name), value in last.items():
        if subject is None and name in {"town", "address", "postcode"}:
            assert getattr(row, name) == value
        elif subject is not None and name == "rights":
            rights = UserRight.select(UserRight.module, UserRight.right).where(UserRight.user == subject)
            assert sorted(":".join(one) for one in rights.tuples()) == value
        elif subject is not None:
            assert getattr(User.get_by_id(subject), name) == value
