"""How the drafts look, in both languages and sizes, on the demo's cast and a fixed clock.

A picture is only accepted after somebody has looked at it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from db.models import User
from imi_tui.context import Context
from imi_tui.rules.authority_changes import AuthorityDraft, with_text
from imi_tui.rules.drafts import DraftKind, Typed, of_authority
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.services import authorities, drafts, user_view
from tests.screens.conftest import Snap
from tests.screens.harness import Steps, TestApp, cases, press, settle, steps, wait_for


@pytest.fixture
def anna(cast: Context) -> Actor:
    """Anna of the demo, with drafts of several kinds, of which one cannot be gone on with any more."""
    with cast.store.reading():
        row = User.get(User.username == "berziann")
        actor, authority = Actor(row.id), row.authority_id
        colleague = User.get(User.authority == authority, User.id != row.id)
    far = replace(cast, origin="192.0.2.7")
    gone = Typed(DraftKind.USER, "d", {"first_name": "Pēteris", "surname": "Zariņš"},
                 {"first_name": "Pēteris", "surname": "Zariņš-Liepa"}, authority, "999999")  # fmt: skip
    drafts.keep(far, actor, gone)
    detail = user_view.user_detail(cast, actor, authority, colleague.id)
    base = {"first_name": detail.first_name, "surname": detail.surname, "phone": detail.phone}
    edited = Typed(DraftKind.USER, "c", base, {**base, "phone": "+371 67 111 111"}, authority, str(colleague.id))
    drafts.keep(replace(cast, terminal="pts/3"), actor, edited)
    new = Typed(DraftKind.NEW_USER, "b", {"language": "lv"},
                {"first_name": "Žanete", "surname": "Ķēniņa", "language": "lv",
                 "rights": frozenset({"services:basic_user"})}, authority)  # fmt: skip
    drafts.keep(far, actor, new)
    view = authorities.view(cast, actor, authority)
    mine = _typed(view.draft())
    typed = Typed(DraftKind.AUTHORITY, "a", of_authority(view.draft()), of_authority(mine), authority,
                  base_version=view.version)  # fmt: skip
    drafts.keep(far, actor, typed)
    other = with_text(with_text(view.draft(), "town", "Ogre"), "official_name", "Valsts darba inspekcija (VDI)")
    authorities.save(cast, system_actor("cli"), authority, view.version, other)
    return actor


def _typed(draft: AuthorityDraft) -> AuthorityDraft:
    language = next(iter(draft.description), "lv")
    draft = with_text(draft, "official_name", "Latvijas Republikas Valsts darba inspekcija")
    draft = with_text(
        draft, f"description.{language}", "Uzrauga darba tiesisko attiecību un darba aizsardzības normas."
    )
    return replace(draft, keywords=frozenset(sorted(draft.keywords)[1:]) | {"plumber"})


def _offered(*keys: str, until: str = "") -> Steps:
    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.action_drafts()  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        await press(pilot, *keys)
        if until:
            await wait_for(pilot, until)
            await settle(pilot)

    return run


LOOKS: dict[str, Steps] = {
    "offer": _offered(),
    "offer_new_user": _offered("down"),
    "offer_gone": _offered("end"),
    "compare": _offered("c"),
    "compare_nothing_saved": _offered("down", "c"),
    "drop": _offered("d"),
    "help": _offered("f1"),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize(("language", "size"), cases())
def test_the_drafts_look_as_they_should(
    snap: Snap, cast: Context, anna: Actor, name: str, language: str, size: str
) -> None:
    snap(TestApp(cast, anna, language), size, LOOKS[name])


@pytest.mark.parametrize(("language", "size"), cases())
def test_a_form_that_is_gone_on_with_looks_as_if_one_had_never_left(
    snap: Snap, cast: Context, anna: Actor, language: str, size: str
) -> None:
    snap(TestApp(cast, anna, language), size, _offered("enter", until="•"))


@pytest.mark.parametrize(("language", "size"), cases())
def test_the_commands_name_the_drafts(snap: Snap, cast: Context, anna: Actor, language: str, size: str) -> None:
    snap(TestApp(cast, anna, language), size, steps("ctrl+p", "d", "r"))
