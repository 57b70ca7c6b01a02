"""The guard of mandatory rights: whatever is done through it, a right that was held stays held (S4.3)."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from imi_tui.rules.holders import Right, newly_unheld, weak

ADMINISTRATOR = Right("authority_administration", "administrator")
HANDLER = Right("services", "handler")
READER = Right("services", "reader")
MANDATORY = [ADMINISTRATOR, HANDLER]

Holders = dict[Right, set[int]]
users = st.integers(1, 4)
rights = st.sampled_from([ADMINISTRATOR, HANDLER, READER])
operations = st.lists(
    st.tuples(st.sampled_from(["grant", "withdraw"]), rights, users)
    | st.tuples(st.just("delete"), st.just(READER), users),
    max_size=40,
)
situations = st.dictionaries(rights, st.sets(users))


def after(held: Holders, operation: tuple[str, Right, int]) -> Holders:
    """The holders once an operation is done, which is what the guard is asked about."""
    what, right, user = operation
    done = {one: set(who) for one, who in held.items()}
    if what == "grant":
        done.setdefault(right, set()).add(user)
    else:
        for one in done if what == "delete" else [right]:
            done.get(one, set()).discard(user)
    return done


def lost(before: Holders, now: Holders) -> set[Right]:
    return {right for right in MANDATORY if before.get(right, set()) and not now.get(right, set())}


@given(situations, operations)
def test_through_the_guard_no_mandatory_right_is_ever_lost(
    held: Holders, todo: Iterable[tuple[str, Right, int]]
) -> None:
    for operation in todo:
        wished = after(held, operation)
        refused = newly_unheld(MANDATORY, held, wished)
        assert set(refused) == lost(held, wished)
        now = held if refused else wished
        assert not lost(held, now)
        held = now


@given(situations, operations)
def test_giving_is_never_refused(held: Holders, todo: Iterable[tuple[str, Right, int]]) -> None:
    for operation in todo:
        if operation[0] == "grant":
            assert newly_unheld(MANDATORY, held, after(held, operation)) == []


def test_the_last_holder_of_two_rights_is_refused_for_both_in_their_order() -> None:
    held: Holders = {HANDLER: {7}, ADMINISTRATOR: {7}, READER: {7}}
    assert newly_unheld(MANDATORY, held, after(held, ("delete", READER, 7))) == [ADMINISTRATOR, HANDLER]


def test_what_nobody_held_before_hinders_nothing() -> None:
    held: Holders = {ADMINISTRATOR: {1, 2}, HANDLER: set()}
    assert newly_unheld(MANDATORY, held, after(held, ("delete", READER, 2))) == []


def test_a_hand_over_in_one_step_is_allowed() -> None:
    assert newly_unheld(MANDATORY, {ADMINISTRATOR: {1}}, {ADMINISTRATOR: {2}}) == []


@given(situations)
def test_weak_spots_are_those_with_nobody_or_one(held: Holders) -> None:
    found = weak(MANDATORY, held)
    counts = {right: len(held.get(right, set())) for right in MANDATORY}
    assert found.unheld == [right for right in MANDATORY if counts[right] == 0]
    assert found.single == [right for right in MANDATORY if counts[right] == 1]
