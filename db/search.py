"""The full-text index over all authorities: one face, behind it what the engine offers.

All text comes and goes in the normal form of whoever calls: words of letters and digits with blanks between them. Each
question is bounded: it names how many hits it wants at most, and nothing is ranked here, since an engine would read
every hit for that. The words of the index stand in a table of their own as well, cut into trigrams, for those that are
misspelt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import ModuleType
from typing import Any

from peewee import SqliteDatabase

from db import search_sqlite
from db.models import database
from db.search_terms import COLUMNS, EVERY, HIT, TRIGRAM, Candidate, Document, Only, Term

__all__ = [
    "COLUMNS", "EVERY", "HIT", "TRIGRAM", "Candidate", "Document", "Only", "Term", "add_words", "alike", "candidates",
    "containing", "empty", "forget_gone", "hits", "put", "rows_of", "stored", "strangers", "whole",
]  # fmt: skip


def put(documents: Mapping[int, Document]) -> None:
    """Index authorities by id, instead of what was indexed of them before; inside a write transaction."""
    _engine().put(documents)


def forget_gone() -> None:
    """Take out of the index what is no longer there; inside a write transaction."""
    database.execute_sql("DELETE FROM search_index WHERE rowid NOT IN (SELECT id FROM authority)")


def stored(ids: Collection[int]) -> dict[int, Document]:
    """What is indexed of these authorities."""
    within, values = _within(ids)
    sql = f"SELECT rowid, {', '.join(COLUMNS)} FROM search_index WHERE rowid {within}"  # noqa: S608  # names of our own
    return {number: Document(*told) for number, *told in database.execute_sql(sql, values).fetchall()}


def strangers() -> int:
    """How many entries the index has of what is no longer there."""
    sql = "SELECT COUNT(*) FROM search_index WHERE rowid NOT IN (SELECT id FROM authority)"
    return int(database.execute_sql(sql).fetchone()[0])


def whole() -> bool:
    """Whether the index fits the texts that it is of, in the engine's own judgement; inside a write transaction."""
    return bool(_engine().whole())


def empty() -> None:
    """Drop all that is indexed, to be indexed anew; inside a write transaction."""
    _engine().empty()


def add_words(words: Collection[str]) -> None:
    """Add to the words that misspelt ones are compared with; inside a write transaction."""
    within, values = _within(words)
    known = database.execute_sql(f"SELECT word FROM search_word WHERE word {within}", values)  # noqa: S608  # places
    _engine().add_words(sorted(set(words) - {word for (word,) in known.fetchall()}))


def hits(groups: Sequence[Sequence[Term]], limit: int, only: Only = EVERY) -> list[int]:
    """At most `limit` authorities in which each group is met by one of its terms."""
    groups = [[term for term in group if any(map(str.isalnum, term.text))] for group in groups]
    if not groups or not all(groups) or only.ids == ():
        return []
    found = database.execute_sql(*_engine().hits(groups, limit, only))
    return [number for (number,) in found.fetchall()]


def candidates(ids: Collection[int]) -> list[Candidate]:
    """What a ranking needs of these authorities."""
    within, values = _within(ids)
    # Two questions: SQLite takes twice as long over the join.
    names = "SELECT rowid, official, informal, town, codes FROM search_index WHERE rowid"
    indexed = {number: told for number, *told in database.execute_sql(f"{names} {within}", values).fetchall()}
    rows = database.execute_sql(f"SELECT id, name_key, country, status FROM authority WHERE id {within}", values)  # noqa: S608  # places
    return [Candidate(*row, *indexed[row[0]]) for row in rows.fetchall() if row[0] in indexed]


def rows_of(by: Any, ids: Collection[int], *fields: Any, **equal: str) -> list[tuple[Any, ...]]:
    """These columns of the rows whose column `by` is one of the ids, as the driver gives them: texts and numbers.

    For the many small rows of a page, on which Peewee spends longer than the engine (a page of 100 authorities with
    their texts: 5 ms against 1).
    """
    model = by.model._meta
    columns = ", ".join(field.column_name for field in fields)
    within, values = _within(ids)
    sql = f"SELECT {columns} FROM {model.table_name} WHERE {by.column_name} {within}"  # noqa: S608  # names of our own
    for name in equal:
        sql += f" AND {model.fields[name].column_name} = {database.param}"
    found: list[tuple[Any, ...]] = database.execute_sql(sql, (*values, *equal.values())).fetchall()
    return found


def alike(word: str, limit: int) -> list[str]:
    """At most `limit` words of the index that share most trigrams with this one."""
    padded = f" {word} "
    trigrams = list(dict.fromkeys(padded[at : at + TRIGRAM] for at in range(len(padded) - TRIGRAM + 1)))
    found: list[str] = _engine().alike(trigrams, limit) if word else []
    return found


def containing(part: str, limit: int) -> list[str]:
    """At most `limit` words of the index that have this part (of `TRIGRAM` letters or more) within them."""
    found: list[str] = _engine().containing(part, limit) if len(part) >= TRIGRAM else []
    return found


def _engine() -> ModuleType:
    if isinstance(database.obj, SqliteDatabase):
        return search_sqlite
    from db import search_postgresql

    return search_postgresql


def _within(values: Collection[object]) -> tuple[str, tuple[object, ...]]:
    """The condition to be one of these, and its values: one list where the engine knows lists, which is read sooner."""
    if isinstance(database.obj, SqliteDatabase):
        return f"IN ({', '.join('?' * len(values))})", tuple(values)
    return "= ANY(%s)", (list(values),)
