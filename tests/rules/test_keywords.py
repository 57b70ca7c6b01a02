"""The tree of keywords: marks of parents, filtering that keeps the path, toggling of what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.keywords import Forest, Keyword, Mark

KEYWORDS = [
    Keyword("health", "Health"),
    Keyword("doctors", "Doctors", "health"),
    Keyword("gp", "General practitioner", "doctors"),
    Keyword("surgeon", "Surgeon", "doctors"),
    Keyword("nurse", "Māsa", "health"),
    Keyword("building", "Building"),
    Keyword("roofer", "Roofer", "building"),
]
LEAVES = ["gp", "surgeon", "nurse", "roofer"]


@pytest.fixture
def forest() -> Forest:
    return Forest(KEYWORDS)


def shown(forest: Forest, text: str = "", chosen: str = "", opened: str = "") -> list[tuple[str, Mark]]:
    rows = forest.rows(frozenset(chosen.split()), frozenset(opened.split()), text)
    return [(row.code, row.mark) for row in rows]


def test_only_what_is_opened_is_shown(forest: Forest) -> None:
    assert [code for code, _mark in shown(forest)] == ["health", "building"]
    assert [code for code, _mark in shown(forest, opened="health")] == ["health", "doctors", "nurse", "building"]


def test_a_parent_is_marked_partly_then_wholly(forest: Forest) -> None:
    assert dict(shown(forest, chosen="gp", opened="health"))["health"] is Mark.SOME
    assert dict(shown(forest, chosen="gp", opened="health"))["doctors"] is Mark.SOME
    full = dict(shown(forest, chosen="gp surgeon", opened="health"))
    assert full["doctors"] is Mark.ON and full["health"] is Mark.SOME and full["building"] is Mark.OFF


def test_a_filter_keeps_the_path_and_takes_no_notice_of_marks_on_letters(forest: Forest) -> None:
    assert [code for code, _mark in shown(forest, "MASA")] == ["health", "nurse"]
    assert [code for code, _mark in shown(forest, "surg")] == ["health", "doctors", "surgeon"]


def test_a_parent_that_matches_shows_what_is_under_it(forest: Forest) -> None:
    assert [code for code, _mark in shown(forest, "doctor")] == ["health", "doctors", "gp", "surgeon"]


def test_nothing_matches(forest: Forest) -> None:
    assert shown(forest, "xyz") == []


def test_a_parent_toggles_only_what_the_filter_shows(forest: Forest) -> None:
    assert forest.toggled(frozenset(), "health", "surg") == {"surgeon"}
    assert forest.toggled(frozenset({"surgeon", "gp"}), "health", "surg") == {"gp"}
    assert forest.toggled(frozenset({"gp"}), "health") == {"gp", "surgeon", "nurse"}


def test_a_code_that_the_catalogue_lost_is_kept_and_shown_by_its_code(forest: Forest) -> None:
    assert forest.in_order({"lost", "roofer", "gp"}) == ["gp", "roofer", "lost"]
    assert forest.path("lost") == ["lost"] and forest.path("gp") == ["Health", "Doctors", "General practitioner"]
    assert forest.toggled(frozenset({"lost"}), "gp") == {"lost", "gp"}


@given(st.frozensets(st.sampled_from(LEAVES)), st.sampled_from([one.code for one in KEYWORDS]), st.text(max_size=3))
def test_toggling_touches_nothing_outside_and_twice_ends_all_or_none(
    chosen: frozenset[str], code: str, text: str
) -> None:
    forest = Forest(KEYWORDS)
    under = forest.leaves(code, text)
    once = forest.toggled(chosen, code, text)
    assert once - under == chosen - under
    assert once & under in (under, frozenset())
    assert once <= set(LEAVES)


def test_a_keyword_is_found_by_every_word_for_it_and_says_by_which() -> None:
    forest = Forest(
        [
            Keyword("building", "Būvniecība", words=("Construction",)),
            Keyword("roofer", "Jumiķis", "building", words=("jumiķa darbi", "Roofer", "Dachdecker")),
            Keyword("mason", "Mūrnieks", "building", words=("Bricklayer and roof mason",)),
        ]
    )

    def found(text: str) -> dict[str, str]:
        return {row.code: row.by for row in forest.rows(frozenset(), frozenset(), text)}

    assert found("roofer") == {"building": "", "roofer": "Roofer"}
    assert found("DACH") == {"building": "", "roofer": "Dachdecker"}
    assert found("jumik") == {"building": "", "roofer": ""}
    assert found("mason roof") == {"building": "", "mason": "Bricklayer and roof mason"}
    assert found("ofer") == {}, "another word is found from its beginning only"
    assert found("construct") == {"building": "Construction", "roofer": "", "mason": ""}
    assert forest.toggled(frozenset(), "building", "roofer") == {"roofer"}
    assert forest.matches(" ") is None
