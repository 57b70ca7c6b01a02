"""The three-way merge: nothing of either side is lost unless a clash names it (B7)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from imi_tui.rules.authority_changes import AuthorityDraft, SetChange, changes, name_of, text_of, tidied
from imi_tui.rules.authority_merge import also_significant, merge, theirs_kept
from imi_tui.rules.merge import Choice, Clash, merge_set, merge_sets, merge_texts, moved_on

WORDS = st.sampled_from(["", "a", "b", "c", "Ā b", " a "])
TEXTS = st.dictionaries(st.sampled_from(["name", "phone", "email"]), WORDS)
SETS = st.frozensets(st.integers(0, 5))
LANGUAGES = st.dictionaries(st.sampled_from(["lv", "en", "de"]), WORDS)
MODULES = st.dictionaries(st.sampled_from(["services", "gdpr"]), st.frozensets(st.sampled_from("xyz")))
COORDINATORS = st.dictionaries(st.sampled_from(["services", "gdpr"]), st.frozensets(st.integers(1, 4)))
DRAFTS = st.builds(
    AuthorityDraft,
    official_name=WORDS,
    informal_name=LANGUAGES,
    description=LANGUAGES,
    town=WORDS,
    phone=WORDS,
    languages=st.frozensets(st.sampled_from(["lv", "en", "ru"])),
    keywords=st.frozensets(st.sampled_from("klm")),
    module_keywords=MODULES,
    coordinators=COORDINATORS,
)


@given(TEXTS, TEXTS)
def test_beside_a_side_that_changed_nothing_the_other_one_stands(base: dict[str, str], other: dict[str, str]) -> None:
    for theirs, mine in ((base, other), (other, base)):
        merged, clashes = merge_texts(base, theirs, mine)
        assert clashes == ()
        assert {name: merged.get(name, "") for name in {*base, *other}} == {
            name: other.get(name, "") for name in {*base, *other}
        }


@given(TEXTS, TEXTS, TEXTS)
def test_it_does_not_matter_who_was_first_but_where_they_clash(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    one, clashes = merge_texts(base, theirs, mine)
    other, turned = merge_texts(base, mine, theirs)
    named = {clash.field for clash in clashes}
    assert named == {clash.field for clash in turned}
    for name in {*one, *other} - named:
        assert one[name] == other[name]
    assert {(c.field, c.theirs, c.mine) for c in clashes} == {(c.field, c.mine, c.theirs) for c in turned}


@given(TEXTS, TEXTS, TEXTS)
def test_no_change_of_either_side_is_lost_unless_a_clash_names_it(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    merged, clashes = merge_texts(base, theirs, mine)
    named = {clash.field for clash in clashes}
    for side in (theirs, mine):
        for name in {*base, *side}:
            if side.get(name, "") != base.get(name, ""):
                assert name in named or merged[name] == side.get(name, "")
    for name in named:
        assert len({base.get(name, ""), theirs.get(name, ""), mine.get(name, "")}) == 3
        assert merged[name] == theirs.get(name, "")


@given(TEXTS, TEXTS, TEXTS)
def test_merged_once_more_it_stays(base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]) -> None:
    merged, _clashes = merge_texts(base, theirs, mine)
    assert merge_texts(theirs, merged, merged) == (merged, ())
    assert merge_texts(theirs, theirs, merged) == (merged, ())


@given(TEXTS, TEXTS, TEXTS, st.data())
def test_a_choice_holds_for_the_two_values_that_were_seen_and_for_no_others(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str], data: st.DataObject
) -> None:
    _merged, clashes = merge_texts(base, theirs, mine)
    choices = [Choice(one.field, one.theirs, one.mine, data.draw(st.booleans())) for one in clashes]
    decided, left = merge_texts(base, theirs, mine, choices)
    assert left == ()
    for choice in choices:
        assert decided[choice.field] == (choice.mine if choice.keep_mine else choice.theirs)
        moved = {**theirs, choice.field: "moved on"}
        assert [one.field for one in merge_texts(base, moved, mine, choices)[1]] == [choice.field]
        retyped = {**mine, choice.field: "typed anew"}
        assert [one.field for one in merge_texts(base, theirs, retyped, choices)[1]] == [choice.field]


@given(TEXTS, TEXTS, TEXTS)
def test_what_moved_on_is_what_only_others_changed(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    merged, _clashes = merge_texts(base, theirs, mine)
    for name in moved_on(base, theirs, mine):
        assert merged[name] == theirs.get(name, "") != base.get(name, "") == mine.get(name, "")


@given(SETS, SETS, SETS)
def test_of_sets_what_either_added_is_there_and_what_either_removed_is_not(
    base: frozenset[int], theirs: frozenset[int], mine: frozenset[int]
) -> None:
    merged = merge_set(base, theirs, mine)
    assert merged == merge_set(base, mine, theirs)
    assert merge_set(base, base, mine) == mine and merge_set(base, theirs, base) == theirs
    assert merged >= (theirs - base) | (mine - base)
    assert not merged & ((base - theirs) | (base - mine))
    assert merged <= base | theirs | mine
    assert merge_set(theirs, merged, merged) == merged


def test_a_set_of_a_module_that_went_meanwhile_has_what_i_added_only() -> None:
    base = {"services": frozenset("ab")}
    assert merge_sets(base, {}, {"services": frozenset("abc")}) == {"services": frozenset("c")}


@settings(deadline=None)
@given(DRAFTS, DRAFTS, DRAFTS)
def test_an_authority_merged_has_the_changes_of_both(
    base: AuthorityDraft, theirs: AuthorityDraft, mine: AuthorityDraft
) -> None:
    merged, clashes = merge(base, theirs, mine)
    named = {clash.field for clash in clashes}
    made = {name_of(change): change for change in changes(base, merged)}
    for side in (theirs, mine):
        for change in changes(base, side):
            if isinstance(change, SetChange):
                assert set(change.gone) <= set(made[name_of(change)].gone)  # type: ignore[union-attr]  # a set's
                assert set(change.come) <= set(made[name_of(change)].come)  # type: ignore[union-attr]  # likewise
            elif name_of(change) not in named:
                assert made[name_of(change)] == change
    for clash in clashes:
        assert (text_of(tidied(theirs), clash.field), text_of(tidied(mine), clash.field)) == (clash.theirs, clash.mine)


@settings(deadline=None)
@given(DRAFTS, DRAFTS)
def test_an_authority_merged_with_nothing_is_as_it_was(base: AuthorityDraft, other: AuthorityDraft) -> None:
    assert changes(other, merge(base, other, base)[0]) == []
    assert changes(other, merge(base, base, other)[0]) == []
    assert merge(base, other, other)[1] == ()


def test_a_clash_names_the_three_values() -> None:
    base = AuthorityDraft(town="Rīga", informal_name={"lv": "Dome"}, phone="1")
    theirs = replace(base, town="Liepāja", informal_name={"lv": "Padome", "en": "Council"}, keywords=frozenset("k"))
    mine = replace(base, town="Cēsis", informal_name={}, phone="2")
    merged, clashes = merge(base, theirs, mine)
    assert clashes == (
        Clash("informal_name.lv", "Dome", "Padome", ""),
        Clash("town", "Rīga", "Liepāja", "Cēsis"),
    )
    assert (merged.phone, merged.informal_name["en"], merged.keywords) == ("2", "Council", {"k"})
    assert [name_of(one) for one in theirs_kept(base, theirs, mine)] == ["informal_name.en", "keywords"]


def test_what_i_alone_call_significant_is_so_though_others_wrote_the_same() -> None:
    base = AuthorityDraft(informal_name={"lv": "Dome"})
    both = replace(base, informal_name={"lv": "Padome"})
    mine = replace(both, significant=frozenset({"informal_name"}))
    assert [one.new for one in also_significant(base, both, mine, "lv")] == ["Padome"]
    assert also_significant(base, both, both, "lv") == ()
    assert also_significant(base, replace(base, informal_name={"lv": "Cita"}), mine, "lv") == ()
