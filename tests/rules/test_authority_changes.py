"""What an editing session changed: only differences, whole, and in words' order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.authority_changes import (
    LINE_FIELDS,
    TEXT_KINDS,
    AuthorityDraft,
    SetChange,
    TextChange,
    changes,
    name_of,
    record_values,
    significant_changes,
    tab_of,
    tidied,
    tidy,
    tidy_lines,
    with_text,
)

BASE = AuthorityDraft(
    official_name="Valsts darba inspekcija",
    informal_name={"lv": "Darba inspekcija", "en": "Labour inspectorate"},
    email="pasts@vdi.example",
    keywords=frozenset({"a", "b"}),
    module_keywords={"services": frozenset({"x"})},
    coordinators={"services": frozenset({7, 12})},
)

codes = st.frozensets(st.sampled_from("abcdef"))
texts = st.dictionaries(st.sampled_from(["lv", "en", "de"]), st.text(max_size=8))
drafts = st.builds(
    AuthorityDraft,
    **{name: st.text(max_size=8) for name in LINE_FIELDS},
    informal_name=texts,
    description=texts,
    languages=codes,
    keywords=codes,
    module_keywords=st.dictionaries(st.sampled_from(["m", "n"]), codes),
    coordinators=st.dictionaries(st.sampled_from(["m", "n"]), st.frozensets(st.integers(1, 5))),
)


def applied(base: AuthorityDraft, mine: AuthorityDraft) -> AuthorityDraft:
    """The base with the changes made to it, as the store makes them."""
    result = tidied(base)
    for change in changes(base, mine):
        value: object
        held = getattr(result, change.field)
        if isinstance(change, TextChange):
            value = {**held, change.part: change.new} if change.part else change.new
        else:
            before = held.get(change.part, frozenset()) if change.part else held
            after = (before - set(change.gone)) | set(change.come)
            value = {**held, change.part: after} if change.part else after
        result = replace(result, **{change.field: value})
    return tidied(result)


def test_nothing_changed_is_no_change() -> None:
    assert changes(BASE, BASE) == []


def test_blanks_around_a_text_are_no_change() -> None:
    mine = replace(BASE, official_name="  Valsts  darba inspekcija ", informal_name={**BASE.informal_name, "de": "  "})
    assert changes(BASE, mine) == []


def test_changes_over_three_tabs_in_their_order() -> None:
    mine = replace(
        BASE,
        coordinators={"services": frozenset({12, 20})},
        keywords=frozenset({"b", "c", "d"}),
        email="info@vdi.example",
        informal_name={"lv": "VDI"},
    )
    made = changes(BASE, mine)
    assert made == [
        TextChange("informal_name", "en", "Labour inspectorate", ""),
        TextChange("informal_name", "lv", "Darba inspekcija", "VDI"),
        TextChange("email", "", "pasts@vdi.example", "info@vdi.example"),
        SetChange("keywords", "", ("a",), ("c", "d")),
        SetChange("coordinators", "services", (7,), (20,)),
    ]
    assert [tab_of(change.field) for change in made] == [1, 1, 1, 2, 3]
    assert name_of(made[0]) == "informal_name.en" and name_of(made[2]) == "email"


def test_the_record_holds_what_changed_and_no_more() -> None:
    mine = replace(BASE, email="info@vdi.example", informal_name={**BASE.informal_name, "en": "Inspectorate"})
    assert record_values(changes(BASE, mine)) == {
        "informal_name": ({"en": "Labour inspectorate"}, {"en": "Inspectorate"}),
        "email": ("pasts@vdi.example", "info@vdi.example"),
    }
    gone = replace(BASE, module_keywords={}, coordinators={"services": frozenset({7})})
    assert record_values(changes(BASE, gone)) == {
        "module_keywords": ({"services": ["x"]}, {"services": []}),
        "coordinators": ({"services": [12]}, {"services": []}),
    }


@given(drafts, drafts)
def test_the_changes_lead_from_base_to_mine(base: AuthorityDraft, mine: AuthorityDraft) -> None:
    assert changes(applied(base, mine), mine) == []


@given(drafts)
def test_a_draft_does_not_differ_from_its_tidied_self(draft: AuthorityDraft) -> None:
    assert changes(draft, tidied(draft)) == []


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_lines(tidy_lines(text)) == tidy_lines(text)


def test_a_pasted_text_keeps_its_lines() -> None:
    assert tidy_lines("  first \r\nsecond\rthird\n\n") == "first\nsecond\nthird"


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_only_a_changed_text_in_the_own_language_can_be_significant(kind: str) -> None:
    """S2.4."""
    texts = {"lv": "Inspekcija", "de": "Aufsicht"}
    base = AuthorityDraft(informal_name=texts, description=texts, town="Rīga")
    mine = with_text(replace(base, significant=frozenset(TEXT_KINDS)), f"{kind}.lv", "Pārvalde")
    found = significant_changes(mine, changes(base, mine), "lv")
    assert found == (TextChange(kind, "lv", "Inspekcija", "Pārvalde"),)
    unmarked = replace(mine, significant=frozenset(TEXT_KINDS) - {kind})
    assert significant_changes(unmarked, changes(base, mine), "lv") == ()
    for name, text in ((f"{kind}.de", "Amt"), ("town", "Ogre"), (f"{kind}.lv", "")):
        other = with_text(replace(base, significant=frozenset(TEXT_KINDS)), name, text)
        assert significant_changes(other, changes(base, other), "lv") == ()
