"""Two administrators at the same record, one of them at the screen: merging, choosing, what cannot be saved (B7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from db.models import Presence, UserRight
from imi_tui.context import Context
from imi_tui.rules.policy import ADMINISTRATOR, Actor, system_actor
from imi_tui.screens import presence as presence_screen
from imi_tui.screens.kept import KeptScreen
from imi_tui.screens.merge import MergeScreen
from imi_tui.screens.my_authority.review import ReviewScreen
from imi_tui.screens.my_authority.screen import MyAuthorityScreen
from imi_tui.screens.users.form import UserForm
from imi_tui.services import access, account, authorities, presence, standing, user_edit, user_view, users
from tests.screens.harness import TestApp, field, fill, press, running, settle, texts, toasts
from tests.world import World

ON_EVERY_ENGINE = True

CLI = system_actor("cli")


@pytest.fixture
def place(world: World) -> tuple[Actor, int]:
    """An authority with Anna, who sits at the screen, and Jānis."""
    authority = world.authority(modules=["services"], keywords=["labour_law"])
    world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en")
    world.user(authority, "Jānis", "Kalniņš", username="janis")
    return Actor(1), authority


@pytest.fixture
def ilze(world: World, place: tuple[Actor, int]) -> Actor:
    return world.administrator(place[1], "Ilze", "Liepa")


@pytest.fixture
def app(ctx: Context, place: tuple[Actor, int]) -> Iterator[TestApp]:
    return TestApp(ctx, place[0])


def _authority(ctx: Context, actor: Actor, authority: int, **made: object) -> None:
    seen = authorities.view(ctx, actor, authority)
    authorities.save(ctx, actor, authority, seen.version, replace(seen.draft(), **made))


def _user(ctx: Context, actor: Actor, authority: int, user: int, **made: object) -> None:
    seen = user_view.user_detail(ctx, actor, authority, user)
    mine = user_edit.EditedUser(
        seen.version, seen.first_name, seen.surname, seen.language, seen.email, seen.phone, frozenset(seen.rights)
    )
    user_edit.edit(ctx, actor, authority, user, replace(mine, **made))


def _told(pilot: Pilot[None]) -> str:
    return " ".join(toasts(pilot))


async def test_what_a_colleague_saved_meanwhile_is_shown_in_the_review_and_kept(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    """Before the review, and once more between the review and the save."""
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        _authority(ctx, ilze, place[1], postcode="LV-4101", keywords=frozenset({"labour_law", "roofer"}))
        await press(pilot, "ctrl+s")
        shown = texts(pilot)
        assert isinstance(app.screen, ReviewScreen)
        for words in (
            "1 change",
            "Rīga → Cēsis",
            "Changed meanwhile by others",
            "LV-1010 → LV-4101",
            "+ ",
            "Ilze Liepa",
        ):
            assert words in shown
        _authority(ctx, ilze, place[1], phone="67 111 111")
        await press(pilot, "enter")
        assert "Saved: 1 change." in _told(pilot)
        assert "Ilze Liepa changed meanwhile: Postcode, Phone, Keywords; both are saved." in _told(pilot)
    now = authorities.view(ctx, *place)
    assert (now.town, now.postcode, now.phone) == ("Cēsis", "LV-4101", "+371 67 111 111")


async def test_of_two_values_one_is_chosen_field_by_field(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis", postcode="LV-4101", website="")
        _authority(ctx, ilze, place[1], town="Liepāja", postcode="LV-3401")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, MergeScreen)
        shown = texts(pilot)
        for words in (
            "2 fields were changed",
            "Ilze Liepa",
            "2026-11-24 09:00",
            "Rīga",
            "Liepāja",
            "Cēsis",
            "2 fields are left",
        ):
            assert words in shown
        assert "(x)" not in shown
        await press(pilot, "m", "ctrl+s")
        assert isinstance(app.screen, MergeScreen)
        assert "1 field is left" in texts(pilot)
        assert "First decide each field" in _told(pilot)
        await press(pilot, "right", "left", "enter")
        assert "Every field is decided" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReviewScreen)
        shown = texts(pilot)
        assert "Cēsis → Liepāja" not in shown
        await press(pilot, "enter")
        assert "Saved: 2 changes." in _told(pilot)
    now = authorities.view(ctx, *place)
    assert sorted([now.town, now.postcode]) in (["Cēsis", "LV-3401"], ["LV-4101", "Liepāja"])
    assert now.website == ""


async def test_what_moves_on_while_one_chooses_is_asked_anew_and_going_back_keeps_what_was_typed(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        _authority(ctx, ilze, place[1], town="Liepāja")
        await press(pilot, "ctrl+s", "m")
        _authority(ctx, ilze, place[1], town="Jelgava")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, MergeScreen)
        assert "Jelgava" in texts(pilot) and "(x)" not in texts(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert field(pilot, "town").value == "Cēsis"
        await press(pilot, "ctrl+s", "m", "ctrl+s")
        assert isinstance(app.screen, ReviewScreen)
        assert "Jelgava → Cēsis" in texts(pilot)
        _authority(ctx, ilze, place[1], town="Valmiera")
        await press(pilot, "enter")
        assert isinstance(app.screen, MergeScreen)
        assert "Valmiera" in texts(pilot)
        await press(pilot, "t", "ctrl+s")
        assert "Nothing of yours was left to save" in _told(pilot)
        assert "› Editing" not in texts(pilot)
    assert authorities.view(ctx, *place).town == "Valmiera"


async def test_who_typed_the_same_has_nothing_left_to_save(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        _authority(ctx, ilze, place[1], town="Cēsis")
        await press(pilot, "ctrl+s")
        assert "Nothing of yours was left to save" in _told(pilot)
        assert "› Editing" not in texts(pilot)


async def test_of_a_user_the_same_field_is_asked_and_others_are_kept(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        await fill(pilot, phone="67 222 222", surname="Kalns")
        _user(ctx, ilze, place[1], 2, phone="67 111 111", rights=frozenset({ADMINISTRATOR}))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, MergeScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, UserForm)
        assert field(pilot, "phone").value == "67 222 222"
        await press(pilot, "ctrl+s", "m", "ctrl+s")
        assert "Saved: Jānis Kalns. Ilze Liepa changed meanwhile: User rights; both are saved." in _told(pilot)
    now = user_view.user_detail(ctx, ilze, place[1], 2)
    assert (now.surname, now.phone, now.rights) == ("Kalns", "+371 67 222 222", (ADMINISTRATOR,))


async def test_of_the_own_account_too(app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "p", "e")
        await fill(pilot, phone="67 222 222")
        _user(ctx, ilze, place[1], 1, phone="67 111 111", language="de")
        await press(pilot, "ctrl+s", "t", "ctrl+s")
        assert "Nothing of yours was left to save" in _told(pilot)
        assert "Ilze Liepa changed meanwhile: Working language; both are saved." in _told(pilot)
        assert "+371 67 111 111" in texts(pilot)
    assert account.view(ctx, place[0]).language == "de"


async def test_of_somebody_deleted_meanwhile_what_was_typed_is_kept_to_be_copied(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        await fill(pilot, surname="Kalns", phone="67 222 222")
        await press(pilot, "tab", "space")
        users.delete(ctx, ilze, place[1], 2)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, KeptScreen)
        shown = texts(pilot)
        for words in ("This user was deleted meanwhile.", "Surname  Kalns", "Phone  67 222 222", "User rights  + "):
            assert words in shown
        await press(pilot, "down", "y")
        assert "67 222 222" in _told(pilot) and app.clipboard == "67 222 222"
        await press(pilot, "escape")
        assert isinstance(app.screen, UserForm)
        assert field(pilot, "surname").value == "Kalns"
        await press(pilot, "escape", "enter")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert "Kalniņš, Jānis" not in texts(pilot)


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [("deactivated", "Your authority is deactivated"), ("withdrawn", "You do not have the right")],
)
async def test_who_may_not_save_any_more_keeps_what_was_typed(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int], meanwhile: str, words: str
) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        await press(pilot, "ctrl+n", "space")
        if meanwhile == "deactivated":
            standing.deactivate(ctx, CLI, place[1])
        else:
            with ctx.store.writing():
                UserRight.delete().where(UserRight.user == 1).execute()
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, KeptScreen)
        shown = texts(pilot)
        assert words in shown and "Town  Cēsis" in shown and "Keywords  " in shown
        await press(pilot, "y", "escape")
        assert app.clipboard == "Cēsis"
        assert "› Editing" in texts(pilot)
    assert authorities.view(ctx, CLI, place[1]).town == "Rīga"


async def test_a_module_withdrawn_meanwhile_takes_nothing_else_with_it(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        access.withdraw_module(ctx, CLI, place[1], "services")
        await press(pilot, "ctrl+s", "enter")
        assert "Saved: 1 change." in _told(pilot)
    assert authorities.view(ctx, *place).town == "Cēsis"


# Who else edits


def _tokens(ctx: Context) -> list[tuple[int, int | None]]:
    with ctx.store.reading():
        return sorted(Presence.select(Presence.user, Presence.subject).tuples())


async def test_the_top_line_says_who_else_edits_the_authority(
    app: TestApp, ctx: Context, world: World, ilze: Actor, place: tuple[Actor, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    presence.keep(ctx, ilze, place[1], "hers")
    async with running(app, (80, 24)) as pilot:
        assert "Ilze Liepa is editing" in texts(pilot).splitlines()[0]
        assert _tokens(ctx) == [(ilze.user_id, None)]
        presence.end(ctx, ilze, "hers")
        await press(pilot, "2")
        assert "is editing" in texts(pilot)  # looked at a moment ago
        monkeypatch.setattr(presence_screen, "LOOK_AGAIN", 0.0)
        await press(pilot, "3")
        assert "is editing" not in texts(pilot)
        for number, name in enumerate(["Zane", "Ilona"]):
            presence.keep(ctx, world.administrator(place[1], name, "Zile"), place[1], f"form {number}")
        await press(pilot, "1", "e")
        assert "and 1 more are editing" in " ".join(texts(pilot).splitlines()[0].split())
        assert _tokens(ctx)[0] == (1, None)
        assert presence.look(ctx, ilze, place[1]).count == 3
        await press(pilot, "escape")
        assert (1, None) not in _tokens(ctx)


async def test_it_is_renewed_while_one_edits_and_ends_with_the_form_and_the_section(
    app: TestApp, ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        assert _tokens(ctx) == [(1, 2)]
        presence.keep(ctx, ilze, place[1], "hers", 2)
        assert isinstance(app.screen, UserForm) and app.screen.colleagues is not None
        app.screen.colleagues.look()  # what the timer does
        await settle(pilot)
        assert "Ilze Liepa is editing" in texts(pilot)
        await press(pilot, "escape")
        assert _tokens(ctx) == [(ilze.user_id, 2)]
        await press(pilot, "1", "e")
        assert (1, None) in _tokens(ctx)
        app.action_section("p")
        await settle(pilot)
        assert _tokens(ctx) == [(ilze.user_id, 2)]
        await press(pilot, "e")
        assert (1, 1) in _tokens(ctx)
    assert _tokens(ctx) == [(ilze.user_id, 2)]


async def test_whoever_only_reads_is_told_too_and_is_nobody_s_colleague(
    ctx: Context, ilze: Actor, place: tuple[Actor, int]
) -> None:
    presence.keep(ctx, ilze, place[1], "hers")
    app = TestApp(ctx, Actor(2))
    async with running(app) as pilot:
        assert "Ilze Liepa is editing" in texts(pilot)
        assert _tokens(ctx) == [(ilze.user_id, None)]
