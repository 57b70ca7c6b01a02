"""The full-text index by SQLite's FTS5, and its trigrams for words that are misspelt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from peewee import DatabaseError

from db.models import database
from db.search_terms import COLUMNS, Document, Only, Term


def put(documents: Mapping[int, Document]) -> None:
    """Index authorities by id, instead of what was indexed of them before."""
    cursor = database.connection().cursor()
    cursor.executemany("DELETE FROM search_index WHERE rowid = ?", [(number,) for number in documents])
    places = ", ".join("?" * (len(COLUMNS) + 1))
    sql = f"INSERT INTO search_index (rowid, {', '.join(COLUMNS)}) VALUES ({places})"  # noqa: S608  # names of our own
    cursor.executemany(sql, [(number, *document) for number, document in documents.items()])


def whole() -> bool:
    """Whether the index fits the texts that it is of, in the engine's own judgement."""
    try:
        database.execute_sql("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    except DatabaseError:
        return False
    return True


def empty() -> None:
    """Drop all that is indexed."""
    database.execute_sql("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    database.execute_sql("DELETE FROM search_index")
    database.execute_sql("INSERT INTO search_trigram (search_trigram) VALUES ('delete-all')")
    database.execute_sql("DELETE FROM search_word")


def add_words(words: Collection[str]) -> None:
    """Add words that are not there yet."""
    for word in words:
        added = database.execute_sql("INSERT INTO search_word (word) VALUES (?)", (word,))
        row = (added.lastrowid, f" {word} ")
        database.execute_sql("INSERT INTO search_trigram (rowid, word) VALUES (?, ?)", row)


def hits(groups: Sequence[Sequence[Term]], limit: int, only: Only) -> tuple[str, tuple[object, ...]]:
    """The question, and its values."""
    expression = " AND ".join(f"({' OR '.join(map(_term, group))})" for group in groups)
    sql = "SELECT search_index.rowid FROM search_index"
    if only.ids is not None:
        # By the sign the ids are looked for among the hits; else all of the question would be asked anew for each id.
        sql += f" WHERE search_index MATCH ? AND +search_index.rowid IN ({','.join(map(str, only.ids))})"
    elif only.condition:
        sql += f" WHERE search_index MATCH ? AND {only.condition}"
    else:
        sql += " WHERE search_index MATCH ?"
    return f"{sql} LIMIT ?", (expression, *only.values, limit)


def alike(trigrams: Sequence[str], limit: int) -> list[str]:
    """The words that share most trigrams with these."""
    return _words_with(" OR ".join(map(_quoted, trigrams)), limit)


def containing(part: str, limit: int) -> list[str]:
    """The words that have this part within them."""
    return _words_with(_quoted(part), limit)


def _words_with(expression: str, limit: int) -> list[str]:
    sql = (
        "SELECT word FROM search_word WHERE id IN"
        " (SELECT rowid FROM search_trigram WHERE search_trigram MATCH ? ORDER BY rank LIMIT ?)"
    )
    return [found for (found,) in database.execute_sql(sql, (expression, limit)).fetchall()]


def _term(term: Term) -> str:
    return f"{{{' '.join(term.columns)}}} : {_quoted(term.text)}{' *' if term.prefix else ''}"


def _quoted(text: str) -> str:
    # A NUL would end the whole question.
    return '"' + text.replace("\x00", " ").replace('"', '""') + '"'
