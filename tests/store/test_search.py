"""The face of the full-text index by itself: what meets a question, how many at most, and words like another."""

from __future__ import annotations

import pytest

from db import search
from db.models import database
from db.search import Document, Only, Term
from imi_tui.context import Context
from tests.world import World

EMPTY = Document("", "", "", "", "", "", "")


@pytest.fixture
def filled(ctx: Context, world: World) -> Context:
    """Three authorities, indexed with words of our own."""
    numbers = [world.authority(f"Iestāde {number}") for number in range(3)]
    assert numbers == [1, 2, 3]
    with ctx.store.writing():
        search.put(
            {
                1: EMPTY._replace(official="labour office", town="riga", codes="clv kbaker"),
                2: EMPTY._replace(official="office of labour", town="st polten", description="labour and riga"),
                3: EMPTY._replace(informal="building board", town="riga", codes="clv"),
            }
        )
    ctx.store.connect()
    return ctx


def test_each_group_is_met_by_one_of_its_terms(filled: Context) -> None:
    name, anywhere = ("official", "informal"), ("official", "informal", "town", "description")
    assert search.hits([[Term("labour", name)]], 9) == [1, 2]
    assert search.hits([[Term("lab", name)]], 9) == []
    assert search.hits([[Term("lab", name, prefix=True)], [Term("riga", ("town",))]], 9) == [1]
    assert search.hits([[Term("labour", name), Term("building", name)], [Term("riga", anywhere)]], 9) == [1, 2, 3]
    assert search.hits([[Term("kbaker", ("codes",)), Term("board", name)]], 9) == [1, 3]
    assert search.hits([[Term("st polten", ("town",))]], 9) == [2]
    assert search.hits([[Term("polten st", ("town",))]], 9) == []
    assert search.hits([], 9) == search.hits([[]], 9) == []


def test_no_more_than_asked_for_and_only_those_in_question(filled: Context) -> None:
    groups = [[Term("office", ("official",))]]
    assert len(search.hits(groups, 1)) == 1
    assert search.hits(groups, 9, Only((2, 3))) == [2]
    assert search.hits(groups, 9, Only(())) == []
    assert search.hits(groups, 9, Only(None, f"{search.HIT} > ?", (1,))) == [2]


@pytest.mark.parametrize("text", ['"', 'a" OR "b', "NEAR(", "a AND b", "*", "", "a:b", "\x00", "-a", "^a"])
def test_text_is_never_taken_for_a_question(filled: Context, text: str) -> None:
    assert search.hits([[Term(text, ("official",), prefix=True)]], 9) == []
    search.alike(text, 9)
    search.containing(text, 9)


def test_an_authority_is_indexed_once_and_forgotten_with_its_row(filled: Context) -> None:
    with filled.store.writing():
        search.put({1: EMPTY._replace(official="ministry"), 99: EMPTY._replace(official="ministry of nothing")})
        assert search.hits([[Term("labour", ("official",))]], 9) == [2]
        search.forget_gone()
    assert search.hits([[Term("ministry", ("official",))]], 9) == [1]
    (candidate,) = search.candidates([1])
    assert (candidate.official, candidate.country, candidate.status) == ("ministry", "LV", "active")


def test_words_like_a_misspelt_one_and_words_around_a_part(filled: Context) -> None:
    with filled.store.writing():
        search.add_words(set())
        search.add_words({"inspectorate", "office", "arbeitsinspektion"})
        search.add_words({"office", "brno"})
    assert search.alike("inspektorate", 1) == ["inspectorate"]
    assert search.alike("brn", 1) == ["brno"]
    assert search.containing("inspektion", 9) == ["arbeitsinspektion"]
    (number,) = database.execute_sql("SELECT count(*) FROM search_word WHERE word = 'office'").fetchone()
    assert number == 1


def test_what_is_rolled_back_was_never_indexed(filled: Context) -> None:
    with pytest.raises(RuntimeError), filled.store.writing():
        search.put({1: EMPTY._replace(official="ministry")})
        search.add_words({"ministry"})
        raise RuntimeError
    assert search.hits([[Term("labour", ("official",))]], 9) == [1, 2]
    assert "ministry" not in search.alike("ministry", 9)
