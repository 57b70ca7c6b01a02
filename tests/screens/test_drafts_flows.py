"""Drafts by keyboard: kept while one types, dropped when saved or not wanted, offered after the log-in (B6)."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.models import Authority, Draft, User
from imi_tui.context import Context
from imi_tui.rules.authority_changes import with_text
from imi_tui.rules.drafts import DraftKind, Typed, of_authority
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import StoreAway
from imi_tui.screens.access.registering import Registering
from imi_tui.screens.account import AccountScreen
from imi_tui.screens.drafts.screen import DraftsScreen
from imi_tui.screens.merge import MergeScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.translations.task_screen import TaskScreen
from imi_tui.screens.users.form import UserForm
from imi_tui.services import authorities, drafts
from tests.desk import Desk
from tests.screens.harness import TestApp, field, fill, press, running, settle, texts, toasts, type_text, wait_for
from tests.services.access_house import House, house
from tests.world import PASSWORD, World


@pytest.fixture(autouse=True)
def at_once(no_drafts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed is written at once."""
    for name in ("DELAY", "LATEST", "GAP"):
        monkeypatch.setattr(f"imi_tui.screens.drafts.keeper.{name}", 0)


@pytest.fixture
def anna(world: World) -> Actor:
    authority = world.authority(modules=["services"], keywords=["roofer"])
    world.user(authority, "Jānis", "Kalniņš", username="janis")
    return Actor(world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en"))


def _kept(ctx: Context, actor: Actor) -> list[Typed]:
    return [kept.typed for kept in drafts.mine(ctx, actor)]


async def _log_in(pilot: Pilot[None], username: str = "anna") -> None:
    await type_text(pilot, username)
    await press(pilot, "enter")
    await type_text(pilot, PASSWORD)
    await press(pilot, "enter")
    await settle(pilot)


async def _lost(ctx: Context, actor: Actor, *keys: str, text: str = "") -> None:
    """A session in which something was typed, and which ended without a word."""
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, *keys)
        await type_text(pilot, text)
        await settle(pilot)


# Kept while one types


async def test_what_is_typed_in_the_authority_is_kept_until_it_is_saved(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end")
        await type_text(pilot, " (VDI)")
        (typed,) = _kept(ctx, anna)
        assert (typed.kind, typed.authority_id, typed.base_version) == (DraftKind.AUTHORITY, 1, 1)
        assert typed.changed == ["official_name"]
        assert typed.mine["official_name"] == "Valsts darba inspekcija (VDI)"
        await press(pilot, "ctrl+s", "enter")
        await wait_for(pilot, "Valsts darba inspekcija (VDI)")
        assert _kept(ctx, anna) == []


async def test_keywords_languages_and_significance_are_kept_too(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "tab", "tab", "space", "ctrl+n", "down", "down", "right", "down", "space")
        (typed,) = _kept(ctx, anna)
        assert typed.mine["significant"] == {"informal_name"}
        assert typed.mine["keywords"] > {"roofer"}


async def test_what_one_does_not_want_is_dropped(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        assert len(_kept(ctx, anna)) == 1
        await press(pilot, "escape", "enter")
        assert _kept(ctx, anna) == []


async def test_what_was_taken_back_is_no_draft(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        assert len(_kept(ctx, anna)) == 1
        await press(pilot, "backspace")
        assert _kept(ctx, anna) == []


async def test_going_to_another_section_drops_what_one_said_to_drop(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x", "f6", "enter")
        assert isinstance(pilot.app.screen, AccountScreen)
        assert _kept(ctx, anna) == []


async def test_opening_a_form_and_looking_around_keeps_nothing(ctx: Context, world: World) -> None:
    home = house(ctx, world)
    async with running(TestApp(ctx, home.maris)) as pilot:
        await press(pilot, "e", "tab", "tab", "escape", "4", "a", "tab", "escape", "g", "p", "e", "tab", "escape")
        await press(pilot, "g", "a", "a", "tab", "escape")
        assert _kept(ctx, home.maris) == []


async def test_a_new_user_and_an_edited_one_are_kept_and_dropped(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Zane", surname="Ozola")
        (typed,) = _kept(ctx, anna)
        assert (typed.kind, typed.mine["first_name"], typed.mine["surname"]) == (DraftKind.NEW_USER, "Zane", "Ozola")
        assert "username" not in typed.mine
        await press(pilot, "escape", "enter")
        assert _kept(ctx, anna) == []
        await press(pilot, "e", "end", "x")
        (typed,) = _kept(ctx, anna)
        assert (typed.kind, typed.changed) == (DraftKind.USER, ["first_name"])
        await press(pilot, "ctrl+s")
        assert _kept(ctx, anna) == []


async def test_what_is_typed_last_is_written_before_the_app_ends(
    ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DELAY", "LATEST"):
        monkeypatch.setattr(f"imi_tui.screens.drafts.keeper.{name}", 3600.0)
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        assert _kept(ctx, anna) == []
        assert pilot.app.ending.keep_drafts()  # type: ignore[attr-defined]  # ours
        (typed,) = _kept(ctx, anna)
        assert typed.mine["official_name"] == "Valsts darba inspekcijax"
        before = drafts.mine(ctx, anna)
        assert pilot.app.ending.keep_drafts()  # type: ignore[attr-defined]  # ours
        assert drafts.mine(ctx, anna) == before


async def test_a_store_that_is_away_is_tried_again(ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imi_tui.screens.drafts.keeper.RETRY", 0.01)
    keep, away = drafts.keep, [True, True]

    def sometimes(*arguments: object) -> None:
        if away and away.pop():
            raise StoreAway("store_locked")
        keep(*arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(drafts, "keep", sometimes)
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        for _round in range(50):
            await pilot.pause(0.02)
            if _kept(ctx, anna):
                break
        assert _kept(ctx, anna)[0].changed == ["official_name"]


async def test_too_many_drafts_are_told_once(ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 0)
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        assert "You have 0 drafts" in toasts(pilot)[0]
        pilot.app.clear_notifications()
        await press(pilot, "y")
        assert toasts(pilot) == []


async def test_who_types_on_and_on_costs_about_one_write_per_second(
    ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the delays of the real app, a tenth as long: never two writes within a gap."""
    for name, seconds in (("DELAY", 0.05), ("LATEST", 0.12), ("GAP", 0.1)):
        monkeypatch.setattr(f"imi_tui.screens.drafts.keeper.{name}", seconds)
    keep, at = drafts.keep, list[float]()

    def noted(*arguments: object) -> None:
        at.append(time.monotonic())
        keep(*arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(drafts, "keep", noted)
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end")
        began = time.monotonic()
        for letter in "abcdefghijklmnopqrstuvwxyz":
            await type_text(pilot, letter)
            await pilot.pause(0.02)
        took = time.monotonic() - began
        await pilot.pause(0.3)
        assert 2 <= len(at) <= took / 0.1 + 2
        assert _kept(ctx, anna)[0].mine["official_name"] == "Valsts darba inspekcijaabcdefghijklmnopqrstuvwxyz"


# Offered


async def test_without_drafts_nothing_is_offered(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        pilot.app.action_drafts()  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        assert toasts(pilot) == ["There are no drafts: all that you typed was saved or dropped."]


async def test_the_next_log_in_offers_it_and_enter_goes_on(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "tab", "end", text=" VDI")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert isinstance(pilot.app.screen, DraftsScreen)
        assert "Edit authority · Valsts darba inspekcija" in texts(pilot)
        assert "Darba inspekcija VDI" in texts(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "1 change")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        assert pilot.app.focused is field(pilot, "informal_name.lv").entry
        assert "was: Darba inspekcija" in texts(pilot)
        await type_text(pilot, "!")
        (typed,) = _kept(ctx, anna)
        assert typed.mine["informal_name.lv"] == "Darba inspekcija VDI!"
        await press(pilot, "ctrl+s", "enter")
        await wait_for(pilot, "Darba inspekcija VDI!")
        assert _kept(ctx, anna) == []


@pytest.mark.parametrize(
    ("change", "tab"),
    [
        ({"keywords": frozenset({"roofer", "plumber"})}, "2"),
        ({"coordinators": {"services": frozenset({2})}}, "3"),
        ({"description": {"lv": "Sargā darbu."}}, "1"),
    ],
)
async def test_the_tab_with_the_change_is_shown(
    ctx: Context, world: World, anna: Actor, change: dict[str, object], tab: str
) -> None:
    world.authority("Koordinatore", email="k@vdi.example", roles={"services": "coordinator"})
    draft = authorities.view(ctx, anna, 1).draft()
    mine = of_authority(replace(draft, **change))  # type: ignore[arg-type]  # a field of it
    drafts.keep(ctx, anna, Typed(DraftKind.AUTHORITY, "s", of_authority(draft), mine, 1, base_version=1))
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "1 change")
        assert pilot.app.screen._tab == int(tab)  # type: ignore[attr-defined]  # My authority
        assert pilot.app.focused is not None
        await press(pilot, "ctrl+s")
        assert "Review before saving: 1 change" in texts(pilot)


async def test_later_leaves_it_where_it_is(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", "x")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        assert len(_kept(ctx, anna)) == 1
        pilot.app.action_drafts()  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        assert isinstance(pilot.app.screen, DraftsScreen)


async def test_dropping_asks(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", "x")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "d")
        assert "Drop this draft?" in texts(pilot)
        await press(pilot, "escape")
        assert len(_kept(ctx, anna)) == 1
        await press(pilot, "d", "enter")
        assert _kept(ctx, anna) == []
        assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_it_is_compared_with_what_is_saved_now(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", text=" (VDI)")
    view = authorities.view(ctx, anna, 1)
    other = with_text(with_text(view.draft(), "town", "Ogre"), "official_name", "Inspekcija")
    authorities.save(ctx, anna, 1, view.version, other)
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "c")
        shown = texts(pilot)
        assert "Somebody saved other values since you began" in shown
        assert "! Inspekcija" in shown and "Valsts darba inspekcija (VDI)" in shown
        assert "! Ogre" in shown and "Rīga" in shown
        await press(pilot, "escape", "enter")
        await wait_for(pilot, "1 change")
        screen = pilot.app.screen
        assert isinstance(screen, MyAuthorityScreen) and screen._editing is not None
        assert screen._editing.version == view.version
        assert screen._editing.base == view.draft()


async def test_what_is_saved_already_is_said_to_be(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", "x")
    view = authorities.view(ctx, anna, 1)
    authorities.save(ctx, anna, 1, view.version, with_text(view.draft(), "official_name", view.official_name + "x"))
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "c")
        assert "All of it is saved already" in texts(pilot)


async def test_what_one_may_no_longer_edit_can_be_read_and_copied(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", text=" (VDI)")
    with ctx.store.writing():
        Authority.update(status="inactive").execute()
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        shown = texts(pilot)
        assert "Your authority is deactivated" in shown and "Valsts darba inspekcija (VDI)" in shown
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, DraftsScreen)
        assert "Your authority is deactivated" in toasts(pilot)[0]
        await press(pilot, "y")
        assert "Official name: Valsts darba inspekcija (VDI)" in toasts(pilot)[0]
        await press(pilot, "c")
        assert "Valsts darba inspekcija (VDI)" in texts(pilot)
        assert len(_kept(ctx, anna)) == 1


async def test_a_draft_of_somebody_who_was_deleted_can_be_read(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "4", "down", "e", "end", "x")
    with ctx.store.writing():
        User.delete().where(User.username == "janis").execute()
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert "Edit: Jānis Kalniņš" in texts(pilot)
        assert "This user was deleted meanwhile." in texts(pilot)
        assert "Jānisx" in texts(pilot)


# Going on, form by form


async def test_going_on_with_a_user(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "4", "down", "e", "tab", "end", "x")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "was: Kalniņš")
        assert isinstance(pilot.app.screen, UserForm)
        assert pilot.app.focused is field(pilot, "surname").entry
        await press(pilot, "ctrl+s")
        assert _kept(ctx, anna) == []
    with ctx.store.reading():
        assert User.get(User.username == "janis").surname == "Kalniņšx"


async def test_going_on_with_a_user_whose_phone_was_changed_meanwhile_saves_both(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "4", "down", "e", "tab", "end", "x")
    with ctx.store.writing():
        User.update(version=User.version + 1, phone="+371 67 999 999").where(User.username == "janis").execute()
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "was: Kalniņš")
        await press(pilot, "ctrl+s")
    with ctx.store.reading():
        saved = User.get(User.username == "janis")
    assert (saved.surname, saved.phone) == ("Kalniņšx", "+371 67 999 999")
    assert _kept(ctx, anna) == []


async def test_going_on_with_a_surname_that_was_changed_meanwhile_asks(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "4", "down", "e", "tab", "end", "x")
    with ctx.store.writing():
        User.update(version=User.version + 1, surname="Kalniņa").where(User.username == "janis").execute()
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "was: Kalniņš")
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, MergeScreen)
        assert len(_kept(ctx, anna)) == 1
    with ctx.store.reading():
        assert User.get(User.username == "janis").surname == "Kalniņa"


async def test_going_on_with_a_new_user(ctx: Context, anna: Actor) -> None:
    app = TestApp(ctx, anna)
    async with running(app) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Zane", surname="Ozola", email="zane@people.example")
        await press(pilot, "tab", "tab", "tab", "down", "space")
    (typed,) = _kept(ctx, anna)
    assert typed.mine["rights"]
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert "Add user: Zane Ozola" in texts(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "✓ free")
        assert isinstance(pilot.app.screen, UserForm)
        assert field(pilot, "username").value == "ozolazan"
        await press(pilot, "ctrl+s")
        await wait_for(pilot, "ozolazan")
        assert _kept(ctx, anna) == []


async def test_a_username_that_was_typed_stays(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Zane", surname="Ozola", username="mine")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert field(pilot, "username").value == "mine"
        await fill(pilot, surname="Liepa")
        assert field(pilot, "username").value == "mine"


async def test_going_on_with_the_own_account(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "g", "p", "e", "tab", "tab", text="+371 67 111 111")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert "My account" in texts(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, AccountScreen)
        assert pilot.app.focused is field(pilot, "phone").entry
        await press(pilot, "ctrl+s")
        assert _kept(ctx, anna) == []
    with ctx.store.reading():
        assert User.get_by_id(anna.user_id).phone == "+371 67 111 111"


@pytest.fixture
def managing(ctx: Context, world: World) -> House:
    home = house(ctx, world)
    with ctx.store.writing():
        User.update(username="anna", username_key="anna", language="en").where(User.id == home.maris.user_id).execute()
    return home


async def test_going_on_with_a_managed_authority(ctx: Context, managing: House) -> None:
    async with running(TestApp(ctx, managing.maris)) as pilot:
        await press(pilot, "g", "a", "enter")
        await wait_for(pilot, "You act for another authority")
        await press(pilot, "e", "end", "x")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        await press(pilot, "enter")
        await wait_for(pilot, "1 change")
        assert "You act for another authority: Valsts darba inspekcija" in texts(pilot)
        await press(pilot, "ctrl+s", "enter")
        assert _kept(ctx, managing.maris) == []


async def test_going_on_with_a_registration(ctx: Context, managing: House) -> None:
    async with running(TestApp(ctx, managing.maris)) as pilot:
        await press(pilot, "g", "a", "a")
        await fill(pilot, official_name="Jauna dome", town="Ogre")
        field(pilot, "country").entry.value = "BE"  # type: ignore[attr-defined]  # a Select
        await settle(pilot)
        await press(pilot, "ctrl+s", "ctrl+s")
        await settle(pilot)
        field(pilot, "language").entry.value = "fr"  # type: ignore[attr-defined]  # a Select
        await settle(pilot)
        await fill(pilot, user_first_name="Zane", user_surname="Ozola")
        field(pilot, "modules").focus()
        await press(pilot, "space")
        given = dict(pilot.app.screen._wishes) or dict(field(pilot, "modules").wishes)  # type: ignore[attr-defined]  # ours
        assert given
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert "Register: Jauna dome" in texts(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Registering)
        shown = {name: field(pilot, name).value for name in ("official_name", "town", "country", "language")}
        assert shown == {"official_name": "Jauna dome", "town": "Ogre", "country": "BE", "language": "fr"}
        assert field(pilot, "user_surname").value == "Ozola"
        assert field(pilot, "user_username").value == "ozolazan"
        assert field(pilot, "modules").wishes == given  # type: ignore[attr-defined]  # ours


async def test_going_on_with_a_translation(ctx: Context, world: World) -> None:
    desk = Desk.of(ctx, world)
    desk.ask()
    with ctx.store.writing():
        User.update(username="anna", username_key="anna").where(User.id == desk.clara.user_id).execute()
    async with running(TestApp(ctx, desk.clara)) as pilot:
        await press(pilot, "g", "t", "enter")
        await settle(pilot)
        await press(pilot, "tab", "end")
        await type_text(pilot, " of work")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        assert "Translate: Informal name" in texts(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, TaskScreen)
        entry = pilot.app.focused
        assert isinstance(entry, Input) and entry.value.endswith(" of work")
        await press(pilot, "ctrl+s")
        assert _kept(ctx, desk.clara) == []
    assert any(text.endswith(" of work") for text, _stale in desk.texts().values())


# Two sessions


async def test_two_sessions_at_one_place_each_keep_their_own(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", "a")
    await _lost(ctx, anna, "e", "end", "b")
    assert {typed.mine["official_name"] for typed in _kept(ctx, anna)} == {
        "Valsts darba inspekcijaa",
        "Valsts darba inspekcijab",
    }


async def test_a_draft_that_is_gone_on_with_elsewhere_is_not_gone_on_with_here(ctx: Context, anna: Actor) -> None:
    await _lost(ctx, anna, "e", "end", "a")
    await _lost(ctx, anna, "e", "end", "b")
    async with running(TestApp(ctx)) as pilot:
        await _log_in(pilot)
        first = _kept(ctx, anna)[0]
        drafts.take(ctx, anna, first.session, "elsewhere")
        await press(pilot, "enter")
        assert "gone on with elsewhere" in toasts(pilot)[0]
        assert isinstance(pilot.app.screen, DraftsScreen)
        assert len(_kept(ctx, anna)) == 2
        drafts.drop(ctx, anna, "elsewhere")


async def test_the_draft_of_the_form_that_is_open_is_not_in_the_list(ctx: Context, anna: Actor) -> None:
    async with running(TestApp(ctx, anna)) as pilot:
        await press(pilot, "e", "end", "x")
        pilot.app.action_drafts()  # type: ignore[attr-defined]  # ours
        await settle(pilot)
        assert "There are no drafts" in toasts(pilot)[0]


# Never a password


async def test_no_password_is_ever_kept(ctx: Context, anna: Actor) -> None:
    """Typed everywhere where a password can be typed, with everything written at once."""
    secrets = ("Slepena-Parole-77", "Slepena-Parole-88")
    async with running(TestApp(ctx)) as pilot:
        await type_text(pilot, "anna")
        await press(pilot, "enter")
        await type_text(pilot, secrets[0])
        await press(pilot, "enter")
        await type_text(pilot, PASSWORD)
        await press(pilot, "enter")
        await press(pilot, "g", "p", "p")
        await type_text(pilot, secrets[0])
        await press(pilot, "tab")
        await type_text(pilot, secrets[1])
        await press(pilot, "tab")
        await type_text(pilot, secrets[1])
        pilot.app.ending.keep_drafts()  # type: ignore[attr-defined]  # ours
        await press(pilot, "escape", "e", "tab", "tab")
        await type_text(pilot, "+371 67 333 333")
        assert len(_kept(ctx, anna)) == 1
    folder = Path(sqlite3_path(ctx)).parent
    stored = b"".join(path.read_bytes() for path in folder.glob("imi.db*"))
    assert b"+371 67 333 333" in stored
    for secret in (*secrets, PASSWORD):
        assert secret.encode() not in stored


def sqlite3_path(ctx: Context) -> str:
    with ctx.store.reading():
        connection: sqlite3.Connection = ctx.store.database.connection()
        return str(connection.execute("PRAGMA database_list").fetchone()[2])


async def test_who_is_deleted_meanwhile_leaves_no_draft(ctx: Context, world: World, anna: Actor) -> None:
    other = world.administrator(1, "Līga", "Ozola")
    async with running(TestApp(ctx, other)) as pilot:
        await press(pilot, "e", "end", "x")
        with ctx.store.writing():
            User.delete().where(User.id == other.user_id).execute()
        await press(pilot, "y")
        assert "Your account no longer exists" in toasts(pilot)[0]
    assert Draft.select().count() == 0
