"""The full-text index over all authorities, the words it holds, and the indexes that the directory's filters run along.

In the place of the common migration: there SQLite's FTS5 is used, here text search vectors that we make ourselves, word
by word, so that no parser of the server takes a word for something else. Frozen.
"""

from __future__ import annotations

from typing import Any

UP = (
    "CREATE TABLE search_index (rowid INTEGER PRIMARY KEY, official TEXT NOT NULL, informal TEXT NOT NULL,"
    " town TEXT NOT NULL, codes TEXT NOT NULL, address TEXT NOT NULL, description TEXT NOT NULL, whole TEXT NOT NULL,"
    " lexemes TSVECTOR NOT NULL)",
    "CREATE INDEX search_index_lexemes ON search_index USING gin (lexemes) WITH (fastupdate = off)",
    "CREATE TABLE search_word (id SERIAL PRIMARY KEY, word TEXT NOT NULL UNIQUE, trigrams TEXT[] NOT NULL)",
    "CREATE INDEX search_word_trigrams ON search_word USING gin (trigrams) WITH (fastupdate = off)",
    'CREATE INDEX "authority_country_name_key_id" ON "authority" ("country", "name_key", "id")',
    'CREATE INDEX "authority_status_name_key_id" ON "authority" ("status", "name_key", "id")',
    'CREATE INDEX "authority_keyword_keyword_authority_id" ON "authority_keyword" ("keyword", "authority_id")',
    'CREATE INDEX "module_keyword_keyword_authority_id" ON "module_keyword" ("keyword", "authority_id")',
)


def up(migrator: Any, database: Any) -> None:
    for statement in UP:
        database.execute_sql(statement)
