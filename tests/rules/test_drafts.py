"""What a form keeps of what was typed: written down and read back the same, and never a password."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imi_tui.rules.authority_changes import LINE_FIELDS, AuthorityDraft
from imi_tui.rules.drafts import (
    FORMS,
    Declared,
    DraftKind,
    authority_of,
    differing,
    from_json,
    of_authority,
    of_rights,
    rights_of,
    secret,
    to_json,
)
from imi_tui.rules.holders import Right

CODES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
TEXTS = st.text(max_size=40)
SETS = st.frozensets(CODES, max_size=4)

AUTHORITIES = st.builds(
    AuthorityDraft,
    **dict.fromkeys(LINE_FIELDS, TEXTS),
    informal_name=st.dictionaries(CODES, TEXTS, max_size=3),
    description=st.dictionaries(CODES, TEXTS, max_size=3),
    languages=SETS,
    keywords=SETS,
    significant=SETS,
    module_keywords=st.dictionaries(CODES, SETS, max_size=3),
    coordinators=st.dictionaries(CODES, st.frozensets(st.integers(0, 10**9), max_size=3), max_size=3),
)


@st.composite
def contents(draw: st.DrawFn) -> tuple[DraftKind, dict[str, object]]:
    """A form, and what may stand in it."""
    kind = draw(st.sampled_from(DraftKind))
    values: dict[str, object] = {}
    for names, strategy in ((FORMS[kind].texts, TEXTS), (FORMS[kind].sets, SETS)):
        for name in draw(st.sets(st.sampled_from(sorted(names)), max_size=4)) if names else ():
            part = draw(st.sampled_from(["", "lv", "services"]))
            values[f"{name}.{part}" if part else name] = draw(strategy)
    return kind, values


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first letters take their time on a busy machine
@given(contents())
def test_what_stands_in_any_form_is_read_back_as_it_was(written: tuple[DraftKind, dict[str, object]]) -> None:
    kind, values = written
    assert from_json(kind, to_json(values)) == values
    assert to_json(from_json(kind, to_json(values))) == to_json(values)


@settings(suppress_health_check=[HealthCheck.too_slow])  # likewise
@given(AUTHORITIES)
def test_an_editing_session_is_read_back_as_it_was(draft: AuthorityDraft) -> None:
    assert authority_of(from_json(DraftKind.AUTHORITY, to_json(of_authority(draft)))) == draft


@given(st.frozensets(st.builds(Right, CODES, CODES)))
def test_rights_are_read_back_as_they_were(rights: frozenset[Right]) -> None:
    assert rights_of(of_rights(rights)) == rights


def test_what_differs_is_named_and_what_is_empty_is_as_good_as_absent() -> None:
    base = {"email": "a", "keywords": frozenset({"x"}), "gone": "y", "phone": ""}
    mine = {"email": "b", "keywords": frozenset({"x"}), "town": "", "website": "w"}
    assert differing(base, mine) == ["email", "website", "gone"]


@pytest.mark.parametrize("name", ["password", "current", "again", "password.lv", "new_password", "Parole", "passwd"])
def test_a_field_of_a_password_cannot_be_declared(name: str) -> None:
    assert secret(name)
    with pytest.raises(ValueError, match="password"):
        Declared(frozenset({name}))
    with pytest.raises(ValueError, match="password"):
        Declared(frozenset(), frozenset({name}))


@pytest.mark.parametrize("kind", DraftKind)
def test_a_form_keeps_nothing_that_it_has_not_declared(kind: DraftKind) -> None:
    values = {"password": "Slepena-Parole-1", "current": "Slepena-Parole-1", "unheard_of": "x", "again": "y"}
    assert FORMS[kind].content(values) == {}
    assert from_json(kind, '{"password": "Slepena-Parole-1", "email": 7}') == {}


@pytest.mark.parametrize("broken", ["", "[]", "{", "7"])
def test_what_is_broken_is_said_to_be(broken: str) -> None:
    with pytest.raises(ValueError):  # what JSON says of it is its own
        from_json(DraftKind.ACCOUNT, broken)
