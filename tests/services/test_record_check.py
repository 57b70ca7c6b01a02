"""History cannot be rewritten unseen: each way to tamper with the record is found, the first bad entry named (B8)."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import schema
from db.catalogue import load
from db.engine import Store
from imi_tui.context import Context
from imi_tui.rules.chain import FIRST, Link, canonical, plain, values_digest
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.verbs import Verb
from imi_tui.services import record_check
from imi_tui.services.hashing import Hasher
from imi_tui.services.record_check import verify
from imi_tui.services.record_faults import Breach, Broken
from imi_tui.settings import Settings
from tests import record
from tests.record import CLI, attacker, forge, move, remove, shift, write
from tests.world import Clock

ON_EVERY_ENGINE = False
"""Who tampers here has the file; what a server refuses is shown in `store/test_postgresql`."""

VERBS = (Verb.USER_EDITED, Verb.USER_REGISTERED, Verb.AUTHORITY_EDITED, Verb.LOGIN)


@pytest.fixture
def filled(ctx: Context) -> Context:
    """Twelve entries of every kind, the first one about user 1, and so on."""
    for number in range(12):
        write(ctx, VERBS[number % 4], number + 1)
    return ctx


def found(ctx: Context, **how: Any) -> tuple[int, Breach] | None:
    """The first entry that is broken and how, or None."""
    broken = verify(ctx, CLI, **how).broken
    return (broken.entry_id, broken.how) if broken else None


def test_an_untouched_record_holds(filled: Context) -> None:
    verdict = verify(filled, CLI)
    assert (verdict.entries, verdict.broken, verdict.kept) == (12, None, True)
    assert found(filled, checkpoint=verdict.checkpoint) is None


def test_an_empty_record_holds(ctx: Context) -> None:
    assert verify(ctx, CLI).entries == 0
    assert record_check.checkpoint(ctx, CLI) == ""


TAMPERED: dict[str, tuple[Callable[[sqlite3.Connection], object], tuple[int, Breach]]] = {
    "verb changed": (lambda db: db.execute("UPDATE entry SET verb = 'x:y' WHERE id = 5"), (5, Breach.CHANGED)),
    "time changed": (lambda db: db.execute("UPDATE entry SET at = '2020-01-01' WHERE id = 1"), (1, Breach.CHANGED)),
    "actor changed": (lambda db: db.execute("UPDATE entry SET actor_id = 99 WHERE id = 12"), (12, Breach.CHANGED)),
    "key left out": (lambda db: db.execute("UPDATE entry SET algorithm = 'sha256' WHERE id = 6"), (6, Breach.CHANGED)),
    "one deleted": (lambda db: remove(db, 4, 4), (4, Breach.MISSING)),
    "three deleted": (lambda db: remove(db, 1, 3), (1, Breach.MISSING)),
    "one deleted, the gap closed": (lambda db: (remove(db, 4, 4), shift(db, 5, -1)), (4, Breach.MISSING)),
    "one put in": (lambda db: (shift(db, 7, 1), forge(db, 7)), (7, Breach.INSERTED)),
    "one put in at the beginning": (lambda db: (shift(db, 1, 1), forge(db, 1)), (1, Breach.INSERTED)),
    "one put in at the end": (lambda db: forge(db, 13), (13, Breach.INSERTED)),
    "two swapped": (lambda db: (move(db, 3, 99), move(db, 9, 3), move(db, 99, 9)), (3, Breach.REORDERED)),
    "two neighbours swapped": (lambda db: (move(db, 3, 99), move(db, 4, 3), move(db, 99, 4)), (3, Breach.REORDERED)),
    "the tail cut": (lambda db: remove(db, 9, 12), (9, Breach.CUT)),
    "all gone": (lambda db: remove(db, 1, 12), (1, Breach.CUT)),
    "public values changed": (
        lambda db: db.execute("UPDATE entry_values SET \"values\" = '{}' WHERE entry_id = 3"),
        (3, Breach.VALUES_CHANGED),
    ),
    "personal values changed": (
        lambda db: db.execute("UPDATE entry_values SET \"values\" = '{}' WHERE entry_id = 2"),
        (2, Breach.VALUES_CHANGED),
    ),
    "public values gone": (
        lambda db: db.execute("DELETE FROM entry_values WHERE entry_id = 3"),
        (3, Breach.VALUES_MISSING),
    ),
    "personal values gone": (
        lambda db: db.execute("DELETE FROM entry_values WHERE entry_id = 1 AND kind = 'personal'"),
        (1, Breach.VALUES_MISSING),
    ),
    "values put in": (
        lambda db: db.execute("INSERT INTO entry_values VALUES (4, 'public', 'salt', '{}')"),
        (4, Breach.VALUES_CHANGED),
    ),
    "values of another kind": (
        lambda db: db.execute("UPDATE entry_values SET kind = 'whole' WHERE entry_id = 3"),
        (3, Breach.VALUES_MISSING),
    ),
    "not even text": (lambda db: db.execute("UPDATE entry SET verb = x'ff00' WHERE id = 8"), (8, Breach.CHANGED)),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found_and_the_first_bad_entry_named(filled: Context, name: str) -> None:
    how, expected = TAMPERED[name]
    with attacker(filled.store.path) as db:
        how(db)
    assert found(filled) == expected


def test_an_older_copy_put_back_is_found_and_stays_found(filled: Context, tmp_path: Path) -> None:
    path = filled.store.path
    filled.store.settle()
    shutil.copy(path, tmp_path / "older.db")
    for _more in range(3):
        write(filled)
    filled.store.settle()
    shutil.copy(tmp_path / "older.db", path)
    assert found(filled) == (13, Breach.CUT)
    for _more in range(2):
        write(filled, Verb.AUTHORITY_EDITED)
    assert found(filled) == (15, Breach.CUT)
    for _more in range(3):
        write(filled, Verb.AUTHORITY_EDITED)
    assert found(filled) == (15, Breach.OLDER_COPY)


def test_entries_of_two_copies_do_not_fit_together(filled: Context, tmp_path: Path) -> None:
    path = filled.store.path
    filled.store.settle()
    shutil.copy(path, tmp_path / "other.db")
    write(filled, Verb.LOGIN, 8)
    write(filled, Verb.LOGIN, 8)
    filled.store.close()
    other = Context(Store(f"sqlite:///{tmp_path}/other.db"), *_rest(filled))
    write(other, Verb.LOGIN, 9)
    other.store.close()
    filled.store.connect()
    with attacker(path) as db:
        db.execute("ATTACH ? AS other", (str(tmp_path / "other.db"),))
        remove(db, 13, 13)
        db.execute("INSERT INTO entry SELECT * FROM other.entry WHERE id = 13")
    assert found(filled) == (14, Breach.OLDER_COPY)


def _rest(ctx: Context) -> tuple[Any, ...]:
    return ctx.catalogue, ctx.settings, ctx.hasher, ctx.now


def test_a_checkpoint_kept_elsewhere_finds_what_the_one_beside_the_key_does_not(filled: Context) -> None:
    line = record_check.checkpoint(filled, CLI)
    filled.settings.record_checkpoint_path().unlink()
    with attacker(filled.store.path) as db:
        remove(db, 10, 12)
    verdict = verify(filled, CLI)
    assert (verdict.broken, verdict.kept) == (None, False)
    assert found(filled, checkpoint=line) == (10, Breach.CUT)
    for _more in range(3):
        write(filled)
    assert found(filled, checkpoint=line) == (12, Breach.OLDER_COPY)


@pytest.mark.parametrize("line", ["", "nonsense", "imi-record 12 abc 2026 def", "imi-record ² a b c", "\x1b[2J"])
def test_what_is_no_checkpoint_is_refused(filled: Context, line: str) -> None:
    if not line:
        line = record_check.checkpoint(filled, CLI).replace("imi-record 12", "imi-record 11")
    with pytest.raises(Refused) as refused:
        verify(filled, CLI, checkpoint=line)
    assert refused.value.code == "checkpoint_unknown"


def test_forgetting_somebody_breaks_nothing(filled: Context) -> None:
    record.forget(filled, 1)
    record.forget(filled, 2)
    with filled.store.reading():
        kinds = filled.store.database.execute_sql(
            "SELECT entry_id, kind FROM entry_values WHERE entry_id < 4 ORDER BY 1"
        )
        assert kinds.fetchall() == [(1, "public"), (3, "public")]
    assert verify(filled, CLI).broken is None


def test_whoever_was_forgotten_before_is_not_forgotten_now(filled: Context) -> None:
    """A personal row may only be missing where a later entry says that it was erased."""
    record.forget(filled, 1)
    write(filled, Verb.USER_EDITED, 1)
    with attacker(filled.store.path) as db:
        db.execute("DELETE FROM entry_values WHERE entry_id = 14 AND kind = 'personal'")
    assert found(filled) == (14, Breach.VALUES_MISSING)


def test_a_missing_key_is_refused_and_never_made_anew(filled: Context) -> None:
    key = filled.settings.record_key_path()
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_text()
    key.unlink()
    for call in (lambda: verify(filled, CLI), lambda: write(filled)):
        with pytest.raises(StoreAway) as refused:
            call()
        assert refused.value.code == "record_key_missing"
    assert not key.exists()
    for wrong in ("", "no key\n", kept[:20] + "\n", kept.replace("begun", "begun x")):
        key.write_text(wrong)
        with pytest.raises(StoreAway) as refused:
            write(filled)
        assert refused.value.code == "record_key_unusable"
    key.write_text(kept)
    assert write(filled) == 13


def test_another_key_verifies_nothing(filled: Context) -> None:
    key = filled.settings.record_key_path()
    key.write_text("ab" * 32 + "\n")
    assert found(filled) == (1, Breach.CHANGED)


def test_progress_is_told_in_bites(filled: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_check, "BITE", 5)
    told: list[tuple[int, int]] = []
    verify(filled, CLI, progress=lambda done, total: told.append((done, total)))
    assert told == [(5, 12), (10, 12), (12, 12)]


# The record of before there was a key


def _unkeyed(db: sqlite3.Connection, number: int) -> None:
    """Entries as they were written then."""
    previous = FIRST
    for entry_id in range(1, number + 1):
        salt, told = "salt", canonical({"town": ["Rīga", entry_id]})
        link = Link("2026-11-24T09:00:00+00:00", "user:edited", "user", 3, 1, 7, values_digest(salt, told), "")
        digest = plain(link, previous)
        db.execute(
            "INSERT INTO entry VALUES (?, '2026-11-24 09:00:00', 'user:edited', 'user', 3, 1, 7, 'sha256', ?, '', ?,"
            " ?)",
            (entry_id, link.values_digest, previous, digest),
        )
        db.execute("INSERT INTO entry_values VALUES (?, 'whole', ?, ?)", (entry_id, salt, told))
        previous = digest


@pytest.fixture
def upgraded(ctx: Context) -> Context:
    """Six entries without a key, four with one."""
    with attacker(ctx.store.path) as db:
        _unkeyed(db, 6)
    for _number in range(4):
        write(ctx)
    return ctx


def test_an_upgraded_record_holds_and_may_forget(upgraded: Context) -> None:
    assert verify(upgraded, CLI).entries == 10
    record.forget(upgraded, 7)
    assert found(upgraded) is None


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (lambda db: db.execute("UPDATE entry SET actor_id = 9 WHERE id = 2"), (2, Breach.CHANGED)),
        (lambda db: (remove(db, 3, 3), shift(db, 4, -1)), (3, Breach.MISSING)),
        (lambda db: (move(db, 2, 99), move(db, 4, 2), move(db, 99, 4)), (2, Breach.REORDERED)),
        (lambda db: (remove(db, 1, 6), _unkeyed(db, 5), shift(db, 7, -1)), (6, Breach.MISSING)),
        (lambda db: (remove(db, 1, 10), _unkeyed(db, 10)), (7, Breach.CHANGED)),
        (lambda db: (remove(db, 6, 10)), (6, Breach.CUT)),
        (lambda db: db.execute("DELETE FROM entry_values WHERE entry_id = 2"), (2, Breach.VALUES_MISSING)),
    ],
)  # fmt: skip
def test_what_was_written_without_a_key_is_guarded_by_what_came_after(
    upgraded: Context, how: Callable[[sqlite3.Connection], object], expected: tuple[int, Breach]
) -> None:
    with attacker(upgraded.store.path) as db:
        how(db)
    assert found(upgraded) == expected


def test_a_rewritten_beginning_shows_where_the_key_begins(upgraded: Context) -> None:
    with attacker(upgraded.store.path) as db:
        remove(db, 1, 6)
        _unkeyed(db, 6)
        db.execute("UPDATE entry SET digest = digest WHERE id = 1")
        row = db.execute("SELECT values_digest, previous FROM entry WHERE id = 6").fetchone()
        link = Link("2026-11-24T09:00:00+00:00", "user:edited", "user", 99, 1, 7, row[0], "")
        db.execute("UPDATE entry SET actor_id = 99, digest = ? WHERE id = 6", (plain(link, row[1]),))
    assert found(upgraded) == (6, Breach.REWRITTEN)


# Random histories, random tampering


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "imi.db"
    store = schema.create(f"sqlite:///{path}")
    store.settle()
    return path


CATALOGUE = load()


def _house(template: Path, folder: str) -> Iterator[Context]:
    path = Path(folder) / "imi.db"
    shutil.copy(template, path)
    url = f"sqlite:///{path}"
    yield Context(Store(url), CATALOGUE, Settings(database=url), Hasher(memory_kib=8, time=1), Clock())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_whatever_record_the_first_bad_entry_is_named(template: Path, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (ctx,) = _house(template, folder)
        try:
            entries = data.draw(st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 3)), min_size=2, max_size=12))
            for verb, subject in entries:
                write(ctx, verb, subject)
            if data.draw(st.booleans()):
                record.forget(ctx, data.draw(st.integers(1, 3)))
                entries.append((Verb.PERSON_FORGOTTEN, 0))
            assert verify(ctx, CLI).broken is None
            erased = _erased(ctx.store.path)
            expected = _tamper(data, ctx.store.path, len(entries))
            if erased and expected and erased[0] < expected.entry_id and not _says_forgotten(ctx.store.path):
                expected = Broken(erased[0], Breach.VALUES_MISSING)  # with what said so, the reason for it is gone
            assert verify(ctx, CLI).broken == expected
        finally:
            ctx.store.close()


CHANGES: list[tuple[str, object]] = [
    ("verb", "a:b"),
    ("actor_id", 99),
    ("subject_id", 99),
    ("authority_id", None),
    ("digest", "0" * 64),
    ("at", "2020-02-02 02:02:02"),
    ("actor_kind", "worker"),
    ("values_digest", "1" * 64),
]


def _tamper(data: st.DataObject, path: Path, number: int) -> Broken | None:
    """Do something to the record; what must be found."""
    at = data.draw(st.integers(1, number))
    with closing(sqlite3.connect(path)) as look:
        rows = [row[0] for row in look.execute("SELECT DISTINCT entry_id FROM entry_values ORDER BY 1")]
    ways = ["change", "delete", "close", "insert", "reorder", "cut", *(["values", "erase"] if rows else [])]
    what = data.draw(st.sampled_from(ways))
    with attacker(path) as db:
        match what:
            case "change":
                column, value = data.draw(st.sampled_from(CHANGES))
                db.execute(f"UPDATE entry SET {column} = ? WHERE id = ?", (value, at))
                return Broken(at, Breach.CHANGED)
            case "delete":
                remove(db, at, at)
                return Broken(at, Breach.CUT if at == number else Breach.MISSING)
            case "close":
                remove(db, at, at)
                shift(db, at + 1, -1)
                return Broken(at, Breach.CUT if at == number else Breach.MISSING)
            case "insert":
                shift(db, at, 1)
                forge(db, at)
                return Broken(at, Breach.INSERTED)
            case "reorder":
                other = data.draw(st.integers(1, number).filter(lambda one: one != at))
                first, second = sorted((at, other))
                for source, target in ((first, 999), (second, first), (999, second)):
                    move(db, source, target)
                return Broken(first, Breach.REORDERED)
            case "cut":
                remove(db, at, number)
                return Broken(at, Breach.CUT)
            case "values":
                entry_id = data.draw(st.sampled_from(rows))
                db.execute('UPDATE entry_values SET "values" = "values" || \' \' WHERE entry_id = ?', (entry_id,))
                return Broken(entry_id, Breach.VALUES_CHANGED)
            case _:
                entry_id = data.draw(st.sampled_from(rows))
                db.execute("DELETE FROM entry_values WHERE entry_id = ?", (entry_id,))
                return _after_erasing(db, entry_id)


def _erased(path: Path) -> list[int]:
    """The entries whose personal values were erased."""
    gone = (
        "SELECT id FROM entry WHERE personal_digest <> '' AND NOT EXISTS (SELECT 1 FROM entry_values"
        " WHERE entry_id = id AND kind = 'personal') ORDER BY id"
    )
    with closing(sqlite3.connect(path)) as look:
        return [row[0] for row in look.execute(gone)]


def _says_forgotten(path: Path) -> bool:
    """Whether the record still says of whom it was erased."""
    with closing(sqlite3.connect(path)) as look:
        query = "SELECT COUNT(*) FROM entry WHERE verb = 'person:forgotten' AND subject_id < 9"
        return bool(look.execute(query).fetchone()[0])


def _after_erasing(db: sqlite3.Connection, entry_id: int) -> Broken | None:
    """Values gone are a breach, but for personal ones of somebody who was forgotten later."""
    public, subject = db.execute("SELECT values_digest, subject_id FROM entry WHERE id = ?", (entry_id,)).fetchone()
    (later,) = db.execute(
        "SELECT COUNT(*) FROM entry WHERE verb = 'person:forgotten' AND id > ? AND subject_id = ?", (entry_id, subject)
    ).fetchone()
    return None if later and not public else Broken(entry_id, Breach.VALUES_MISSING)
