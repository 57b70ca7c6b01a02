"""The full-text index over all authorities, the words it holds, and the indexes that the directory's filters run along.

Frozen: it never changes, whatever becomes of the models. The index is filled when the database is opened next.
"""

from __future__ import annotations

from typing import Any

UP = (
    "CREATE VIRTUAL TABLE search_index USING fts5(official, informal, town, codes, address, description, whole,"
    " tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3')",
    "CREATE TABLE search_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE search_trigram USING fts5(word, tokenize = 'trigram', content = '')",
    'CREATE INDEX "authority_country_name_key_id" ON "authority" ("country", "name_key", "id")',
    'CREATE INDEX "authority_status_name_key_id" ON "authority" ("status", "name_key", "id")',
    'CREATE INDEX "authority_keyword_keyword_authority_id" ON "authority_keyword" ("keyword", "authority_id")',
    'CREATE INDEX "module_keyword_keyword_authority_id" ON "module_keyword" ("keyword", "authority_id")',
)


def up(migrator: Any, database: Any) -> None:
    for statement in UP:
        database.execute_sql(statement)
