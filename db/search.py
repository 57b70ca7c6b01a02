"""The full-text index over all authorities: one face, behind it what the engine offers (here SQLite's FTS5).

All text comes and goes in the normal form of whoever calls: words of letters and digits with blanks between them. Each
question is bounded: it names how many hits it wants at most, and nothing is ranked here, since FTS5 would read every
hit for that. The words of the index stand in a table of their own as well, cut into trigrams, for those that are
misspelt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import DatabaseError

from db.models import database

COLUMNS = ("official", "informal", "town", "codes", "address", "description", "whole")
"""Of the index: see `Document`."""


class Document(NamedTuple):
    """What is indexed of an authority.

    `informal` has a line for each language; `codes` are tokens that stand for what the catalogue names; `address` and
    `whole` hold e-mail, web addresses and names as one token each, their words run together.
    """

    official: str
    informal: str
    town: str
    codes: str
    address: str
    description: str
    whole: str


class Term(NamedTuple):
    """A token that is looked for in these columns, as a beginning where `prefix`; several words are a phrase."""

    text: str
    columns: tuple[str, ...]
    prefix: bool = False


TRIGRAM = 3
"""Letters that words are compared by."""

HIT = "search_index.rowid"
"""The id of the authority that a condition is about."""


class Only(NamedTuple):
    """Which authorities come into question: those of these ids, or those that a condition of ours holds of.

    The condition is SQL on the authority whose id is `HIT`, with places for `values`.
    """

    ids: tuple[int, ...] | None = None
    condition: str = ""
    values: tuple[object, ...] = ()


EVERY = Only()


class Candidate(NamedTuple):
    """What a ranking needs of an authority that was hit."""

    id: int
    name_key: str
    country: str
    status: str
    official: str
    informal: str
    town: str
    codes: str


def put(documents: Mapping[int, Document]) -> None:
    """Index authorities by id, instead of what was indexed of them before; inside a write transaction."""
    cursor = database.connection().cursor()
    cursor.executemany("DELETE FROM search_index WHERE rowid = ?", [(number,) for number in documents])
    places = ", ".join("?" * (len(COLUMNS) + 1))
    sql = f"INSERT INTO search_index (rowid, {', '.join(COLUMNS)}) VALUES ({places})"  # noqa: S608  # names of our own
    cursor.executemany(sql, [(number, *document) for number, document in documents.items()])


def forget_gone() -> None:
    """Take out of the index what is no longer there; inside a write transaction."""
    database.execute_sql("DELETE FROM search_index WHERE rowid NOT IN (SELECT id FROM authority)")


def stored(ids: Collection[int]) -> dict[int, Document]:
    """What is indexed of these authorities."""
    sql = f"SELECT rowid, {', '.join(COLUMNS)} FROM search_index WHERE rowid IN ({_places(ids)})"  # noqa: S608  # names of our own
    return {number: Document(*told) for number, *told in database.execute_sql(sql, tuple(ids)).fetchall()}


def strangers() -> int:
    """How many entries the index has of what is no longer there."""
    sql = "SELECT COUNT(*) FROM search_index WHERE rowid NOT IN (SELECT id FROM authority)"
    return int(database.execute_sql(sql).fetchone()[0])


def whole() -> bool:
    """Whether the index fits the texts that it is of, in the engine's own judgement; inside a write transaction."""
    try:
        database.execute_sql("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    except DatabaseError:
        return False
    return True


def empty() -> None:
    """Drop all that is indexed, to be indexed anew; inside a write transaction."""
    database.execute_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    database.execute_sql("DELETE FROM search_index")
    database.execute_sql("INSERT INTO search_trigram (search_trigram) VALUES ('delete-all')")
    database.execute_sql("DELETE FROM search_word")


def add_words(words: Collection[str]) -> None:
    """Add to the words that misspelt ones are compared with; inside a write transaction."""
    known = database.execute_sql(f"SELECT word FROM search_word WHERE word IN ({_places(words)})", tuple(words))  # noqa: S608  # places
    for word in sorted(set(words) - {word for (word,) in known.fetchall()}):
        added = database.execute_sql("INSERT INTO search_word (word) VALUES (?)", (word,))
        row = (added.lastrowid, f" {word} ")
        database.execute_sql("INSERT INTO search_trigram (rowid, word) VALUES (?, ?)", row)


def hits(groups: Sequence[Sequence[Term]], limit: int, only: Only = EVERY) -> list[int]:
    """At most `limit` authorities in which each group is met by one of its terms."""
    groups = [[term for term in group if term.text.strip("\x00 ")] for group in groups]
    if not groups or not all(groups) or only.ids == ():
        return []
    expression = " AND ".join(f"({' OR '.join(map(_term, group))})" for group in groups)
    sql = "SELECT search_index.rowid FROM search_index"
    if only.ids is not None:
        # By the sign the ids are looked for among the hits; else all of the question would be asked anew for each id.
        sql += f" WHERE search_index MATCH ? AND +search_index.rowid IN ({','.join(map(str, only.ids))})"
    elif only.condition:
        sql += f" WHERE search_index MATCH ? AND {only.condition}"
    else:
        sql += " WHERE search_index MATCH ?"
    found = database.execute_sql(f"{sql} LIMIT ?", (expression, *only.values, limit))
    return [number for (number,) in found.fetchall()]


def candidates(ids: Collection[int]) -> list[Candidate]:
    """What a ranking needs of these authorities."""
    sql = (
        "SELECT id, name_key, country, status, official, informal, search_index.town, codes FROM authority"
        " JOIN search_index ON search_index.rowid = authority.id WHERE authority.id IN"
    )
    return [Candidate(*row) for row in database.execute_sql(f"{sql} ({_places(ids)})", tuple(ids)).fetchall()]


def rows_of(by: Any, ids: Collection[int], *fields: Any, **equal: str) -> list[tuple[Any, ...]]:
    """These columns of the rows whose column `by` is one of the ids, as the driver gives them: texts and numbers.

    For the many small rows of a page, on which Peewee spends longer than the engine (a page of 100 authorities with
    their texts: 5 ms against 1).
    """
    model = by.model._meta
    columns = ", ".join(field.column_name for field in fields)
    sql = f"SELECT {columns} FROM {model.table_name} WHERE {by.column_name} IN ({_places(ids)})"  # noqa: S608  # names of our own
    for name in equal:
        sql += f" AND {model.fields[name].column_name} = {database.param}"
    found: list[tuple[Any, ...]] = database.execute_sql(sql, (*ids, *equal.values())).fetchall()
    return found


def alike(word: str, limit: int) -> list[str]:
    """At most `limit` words of the index that share most trigrams with this one."""
    padded = f" {word} "
    trigrams = dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2))
    return _words_with(" OR ".join(map(_quoted, trigrams)), limit) if word else []


def containing(part: str, limit: int) -> list[str]:
    """At most `limit` words of the index that have this part (of `TRIGRAM` letters or more) within them."""
    return _words_with(_quoted(part), limit) if len(part) >= TRIGRAM else []


def _words_with(expression: str, limit: int) -> list[str]:
    sql = (
        "SELECT word FROM search_word WHERE id IN"
        " (SELECT rowid FROM search_trigram WHERE search_trigram MATCH ? ORDER BY rank LIMIT ?)"
    )
    return [found for (found,) in database.execute_sql(sql, (expression, limit)).fetchall()]


def _places(values: Collection[object]) -> str:
    return ", ".join([database.param] * len(values))


def _term(term: Term) -> str:
    return f"{{{' '.join(term.columns)}}} : {_quoted(term.text)}{' *' if term.prefix else ''}"


def _quoted(text: str) -> str:
    # A NUL would end the whole question.
    return '"' + text.replace("\x00", " ").replace('"', '""') + '"'
