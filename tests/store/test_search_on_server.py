"""How PostgreSQL goes about the search: by the index of the lexemes, whatever it knows of the question."""

from __future__ import annotations

from itertools import count

import pytest

from db import search, search_postgresql
from db.backup import second_store
from db.search import EVERY, Document, Only, Term
from tests.databases import Databases, why_no_server

ON_EVERY_ENGINE = False

MANY = 4000


@pytest.mark.parametrize("only", [EVERY, Only(condition="search_index.rowid > %s", values=(5,)), Only(ids=(1, 2, 3))])
def test_a_prepared_question_runs_along_the_index_of_lexemes(databases: Databases, only: Only) -> None:
    """A statement that comes often is planned once, before its values are known: a walk along the ids reads all."""
    if why := why_no_server():
        pytest.skip(why)
    with databases.on_server() as url, second_store(url) as store, store.writing():
        search.put({number: Document(f"word{number}", "", "", "", "", "", "") for number in range(1, MANY)})
        run = store.database.execute_sql
        run("ANALYZE search_index")
        run("SET LOCAL plan_cache_mode = force_generic_plan")
        sql, values = search_postgresql.hits([[Term("word12", ("official",), prefix=True)]], 10, only)
        numbers = count(1)
        while "%s" in sql:
            sql = sql.replace("%s", f"${next(numbers)}", 1)
        run(f"PREPARE asked AS {sql}")
        told = ", ".join("'{}'".format(str(value).replace("'", "''")) for value in values)
        plan = [line for (line,) in run(f"EXPLAIN EXECUTE asked ({told})").fetchall()]
        assert any("search_index_lexemes" in line for line in plan), plan
