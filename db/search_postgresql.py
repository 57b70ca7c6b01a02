"""The full-text index by PostgreSQL's own means: a vector of lexemes, and trigrams for words that are misspelt.

The vectors are made here, word by word, each lexeme with the letter of its column before it: the server's parsers would
take some words for numbers or addresses, and know of four columns only. Nothing that has to be installed is needed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from db.models import database
from db.search_terms import COLUMNS, TRIGRAM, Document, Only, Term

_LETTER = dict(zip(COLUMNS, "abcdefg", strict=True))

_WORD = re.compile(r"[^\W_]+")

_LAST = 16383
"""The highest place of a word in a vector that PostgreSQL knows."""

_LONGEST = 500
"""Characters of a word that are indexed; PostgreSQL takes 2,046 bytes."""


def put(documents: Mapping[int, Document]) -> None:
    """Index authorities by id, instead of what was indexed of them before."""
    cursor = database.cursor()
    cursor.execute("DELETE FROM search_index WHERE rowid = ANY(%s)", (list(documents),))
    places = ", ".join(["%s"] * (len(COLUMNS) + 1))
    sql = f"INSERT INTO search_index (rowid, {', '.join(COLUMNS)}, lexemes) VALUES ({places}, %s::tsvector)"  # noqa: S608  # names of our own
    rows = [(number, *map(_clean, document), _vector(document)) for number, document in documents.items()]
    cursor.executemany(sql, rows)


def whole() -> bool:
    """The server keeps its indexes true by itself."""
    return True


def empty() -> None:
    """Drop all that is indexed."""
    database.execute_sql("DELETE FROM search_index")
    database.execute_sql("DELETE FROM search_word")


def add_words(words: Collection[str]) -> None:
    """Add words that are not there yet."""
    sql = "INSERT INTO search_word (word, trigrams) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    database.cursor().executemany(sql, [(word, trigrams_of(word)) for word in words])


def hits(groups: Sequence[Sequence[Term]], limit: int, only: Only) -> tuple[str, tuple[object, ...]]:
    """The question, and its values."""
    expression = " & ".join(f"({' | '.join(filter(None, map(_term, group)))})" for group in groups)
    # Else, once the statement is prepared and its values unknown, the server walks along the ids and looks into each.
    sql = (
        "WITH search_index AS MATERIALIZED (SELECT rowid FROM search_index WHERE lexemes @@ %s::tsquery)"
        " SELECT search_index.rowid FROM search_index"
    )
    if only.ids is not None:
        sql += f" WHERE search_index.rowid IN ({','.join(map(str, only.ids))})"
    elif only.condition:
        sql += f" WHERE {only.condition}"
    return f"{sql} ORDER BY search_index.rowid LIMIT %s", (expression, *only.values, limit)


def alike(trigrams: Sequence[str], limit: int) -> list[str]:
    """The words that share most trigrams with these, of those the shortest first."""
    sql = (
        "SELECT word FROM (SELECT word, trigrams, cardinality(ARRAY(SELECT unnest(trigrams)"
        " INTERSECT SELECT unnest(%s::text[]))) AS shared FROM search_word WHERE trigrams && %s::text[]) AS found"
        " ORDER BY shared DESC, cardinality(trigrams), word LIMIT %s"
    )
    asked = list(trigrams)
    return [word for (word,) in database.execute_sql(sql, (asked, asked, limit)).fetchall()]


def containing(part: str, limit: int) -> list[str]:
    """The words that have this part within them, the shortest first."""
    inner = list(dict.fromkeys(part[at : at + TRIGRAM] for at in range(len(part) - TRIGRAM + 1)))
    sql = (
        "SELECT word FROM search_word WHERE trigrams @> %s::text[] AND position(%s IN word) > 0"
        " ORDER BY cardinality(trigrams), word LIMIT %s"
    )
    return [word for (word,) in database.execute_sql(sql, (inner, part, limit)).fetchall()]


def trigrams_of(word: str) -> list[str]:
    """The trigrams of a word, its beginning and its end among them."""
    padded = f" {word} "
    return list(dict.fromkeys(padded[at : at + TRIGRAM] for at in range(len(padded) - TRIGRAM + 1)))


def _vector(document: Document) -> str:
    lexemes: dict[str, list[int]] = {}
    at = 1
    for column, text in zip(COLUMNS, document, strict=True):
        for word in _WORD.findall(text):
            lexemes.setdefault(_LETTER[column] + word[:_LONGEST], []).append(min(at, _LAST))
            at += 1
        at += 1  # a phrase does not reach from one column into the next
    return " ".join(f"'{lexeme}':{','.join(map(str, places[:255]))}" for lexeme, places in lexemes.items())


def _term(term: Term) -> str:
    words = _WORD.findall(term.text)
    if not words:
        return ""
    return " | ".join(f"({' <-> '.join(_phrase(words, column, prefix=term.prefix))})" for column in term.columns)


def _phrase(words: Sequence[str], column: str, *, prefix: bool) -> list[str]:
    lexemes = [f"'{_LETTER[column]}{word[:_LONGEST]}'" for word in words]
    return [*lexemes[:-1], lexemes[-1] + ":*"] if prefix else lexemes


def _clean(text: str) -> str:
    return text.replace("\x00", " ")
