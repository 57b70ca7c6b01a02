"""Access management by keyboard: the desk, acting for another authority, its access to modules, handing it over."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from db.models import Authority, AuthorityModule, Entry, Handover, LinkedCoordinator, Mail, ModuleKeyword, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.screens.access import AccessScreen
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.services import access
from tests.screens.harness import (
    TestApp,
    field,
    fill,
    press,
    running,
    send,
    settle,
    texts,
    toasts,
    type_text,
    wait_for,
)
from tests.world import NOW, World

HANDLER = Right("services", "request_handler")


@pytest.fixture
def places(world: World, ctx: Context) -> dict[str, int]:
    """An access manager (administrator Māris), two authorities it manages, and another access manager."""
    manager = world.authority("Pārvaldniece", access_manager=True, modules=["services"], email="p@manager.example")
    world.user(manager, "Māris", "Pārvaldnieks", administrator=True, language="en")
    board = world.authority("Būvvalde", manager=manager, modules=["services"], email="pasts@buvvalde.example")
    world.user(board, "Guna", "Sproģe", administrator=True, rights=[HANDLER])
    out = world.authority("Ogres dome", manager=manager, modules=[], email="pasts@ogre.example")
    world.user(out, "Ilze", "Liepa", administrator=True, blocked=True)
    other = world.authority("Cita pārvaldniece", access_manager=True, modules=[], email="c@manager.example")
    world.user(other, "Zane", "Otrā", administrator=True, language="en")
    with ctx.store.writing():
        Authority.update(confirmed_at=NOW).execute()
    return {"manager": manager, "board": board, "out": out, "other": other}


MARIS, GUNA, ZANE = Actor(1), Actor(2), Actor(4)


@pytest.fixture
def app(ctx: Context, places: dict[str, int]) -> Iterator[TestApp]:
    return TestApp(ctx, MARIS)


def _module(ctx: Context, authority: int, module: str) -> AuthorityModule | None:
    with ctx.store.reading():
        found = (AuthorityModule.authority == authority) & (AuthorityModule.module == module)
        return AuthorityModule.get_or_none(found)


async def test_the_desk_shows_what_needs_doing_and_enter_shows_those_only(app: TestApp) -> None:
    """B2: the inbox above the authorities managed."""
    async with running(app) as pilot:
        await press(pilot, "f4")
        shown = texts(pilot)
        assert "Administration › Access management" in shown
        assert "✖ 1 authority whose only administrator is blocked or expired" in shown
        assert "Būvvalde" in shown and "Ogres dome" in shown and "2 authorities" in shown
        await press(pilot, "i", "enter")
        shown = texts(pilot)
        assert "1 found of 2 · only: ✖ administrator blocked or expired" in shown
        assert "┃Ogres dome" in shown and "┃Būvvalde" not in shown
        await press(pilot, "n")
        assert "2 authorities" in texts(pilot)


async def test_the_list_is_filtered_by_name_state_and_module(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "slash")
        await type_text(pilot, "buv")
        assert "1 found of 2" in texts(pilot)
        await press(pilot, "escape", "escape", "f", "tab", "enter")
        await type_text(pilot, "Serv")
        await press(pilot, "enter", "ctrl+s")
        assert "1 found of 2 · only: Services" in texts(pilot)
        await press(pilot, "f", "enter", "end", "enter", "ctrl+s")
        assert "No authority matches. n clears the filter." in texts(pilot)


async def test_who_manages_none_is_told_what_to_do(ctx: Context, places: dict[str, int]) -> None:
    async with running(TestApp(ctx, ZANE)) as pilot:
        await press(pilot, "g", "a")
        shown = texts(pilot)
        assert "✓ Nothing needs doing." in shown
        assert "You manage no authority yet. a registers the first one." in shown


async def test_only_access_managers_have_a_desk(ctx: Context, places: dict[str, int]) -> None:
    async with running(TestApp(ctx, GUNA)) as pilot:
        await press(pilot, "f4")
        assert isinstance(pilot.app.screen, MyAuthorityScreen)
        await press(pilot, "g")
        assert "Access management" not in texts(pilot)
        await press(pilot, "a", "5")
        assert "› Authority" in texts(pilot) and "5 Access" not in texts(pilot)


async def test_one_acts_for_another_authority_and_it_is_said_everywhere(
    app: TestApp, ctx: Context, places: dict[str, int]
) -> None:
    """S1.8: the same tabs, a bar on each screen; record and mail name the actor and the authority."""
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter")
        bar = "You act for another authority: Būvvalde"
        assert bar in texts(pilot) and "Access management › Būvvalde › Authority" in texts(pilot)
        await press(pilot, "e")
        await fill(pilot, town="Liepāja")
        await press(pilot, "ctrl+s", "enter")
        assert bar in texts(pilot) and "Liepāja" in texts(pilot)
        assert app.session is not None and app.session.authority == "Pārvaldniece"
        await press(pilot, "4", "e")
        assert bar in texts(pilot) and "Access management › Būvvalde › Users › Edit: Guna Sproģe" in texts(pilot)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, AccessScreen)
        assert bar not in texts(pilot) and "┃Būvvalde" in texts(pilot)
    with ctx.store.reading():
        entry = Entry.select().order_by(Entry.id.desc()).first()
        assert (entry.verb, entry.actor_id, entry.authority_id) == ("authority:edited", 1, places["board"])
        told = json.loads(Mail.get(Mail.kind == "authority_changed").params)
        assert told["by"] == "Māris Pārvaldnieks (Pārvaldniece)"


async def test_leaving_by_a_section_ends_the_acting(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "g", "m")
        assert "You act for" not in texts(pilot)
        assert "Administration › My authority" in texts(pilot)


async def test_what_was_typed_for_another_authority_is_asked_about_before_leaving(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "e")
        await type_text(pilot, "x")
        await press(pilot, "escape")
        assert "Drop 1 change?" in texts(pilot)
        await press(pilot, "escape", "f2")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "escape")
        assert "You act for another authority: Būvvalde" in texts(pilot)


async def test_the_data_is_confirmed_with_one_key(app: TestApp, ctx: Context, places: dict[str, int]) -> None:
    """B5."""
    with ctx.store.writing():
        Authority.update(confirmed_at=NOW.replace(year=2020)).execute()
    async with running(app) as pilot:
        assert "2020-11-24" in texts(pilot)
        await press(pilot, "c")
        assert "2026-11-24" in texts(pilot)
        assert toasts(pilot) == ["Confirmed: the data is current as of today."]


async def test_a_module_is_given_in_a_role_suspended_and_resumed(
    app: TestApp, ctx: Context, places: dict[str, int]
) -> None:
    """S1.9, S4.2."""
    board = places["board"]
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", *["down"] * 4)
        assert "Access  · none; a gives it" in texts(pilot)
        await press(pilot, "a", "down", "enter")
        assert toasts(pilot)[-1] == "Access given: Posting of workers"
        await press(pilot, "3")
        assert "✓ Posting of workers" in texts(pilot), "the other tabs know of it"
        await press(pilot, "5")
        assert "Role  Request coordinator" in texts(pilot)
        await press(pilot, "s")
        assert "Suspend “Posting of workers”?" in texts(pilot)
        await press(pilot, "enter")
        assert "‖ Posting of workers suspended" in texts(pilot)
        await press(pilot, "s")
        assert toasts(pilot)[-1] == "Access resumed: Posting of workers"
    given = _module(ctx, board, "posting_of_workers")
    assert given is not None and (given.role, given.access) == ("coordinator", "given")
    with ctx.store.reading():
        rights = set(UserRight.select(UserRight.module, UserRight.right).where(UserRight.user == 2).tuples())
    assert ("posting_of_workers", "request_handler") in rights


async def test_what_falls_away_is_shown_before_a_module_is_withdrawn(
    app: TestApp, ctx: Context, places: dict[str, int]
) -> None:
    with ctx.store.writing():
        ModuleKeyword.create(authority=places["board"], module="services", keyword="business_registers")
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "down", "down", "down", "d")
        shown = texts(pilot)
        assert "Withdraw “Services in the internal market”?" in shown
        assert "1 person loses rights:" in shown and "Guna Sproģe — Request handler" in shown
        assert "Business registers" in shown
        await press(pilot, "escape")
        assert _module(ctx, places["board"], "services") is not None
        await press(pilot, "d", "enter")
        assert toasts(pilot)[-1] == "Access withdrawn: Services in the internal market"
    assert _module(ctx, places["board"], "services") is None


async def test_a_module_on_which_others_rely_is_not_withdrawn_and_says_who_they_are(
    app: TestApp, ctx: Context, world: World, places: dict[str, int]
) -> None:
    relying = world.authority("Tā, kas paļaujas", modules=["services"])
    with ctx.store.writing():
        LinkedCoordinator.create(authority=relying, module="services", coordinator=places["board"])
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "down", "down", "down", "d")
        shown = texts(pilot)
        assert "cannot be withdrawn" in shown and "Tā, kas paļaujas" in shown
        await press(pilot, "enter")
    assert _module(ctx, places["board"], "services") is not None


async def test_a_module_withdrawn_meanwhile_gets_a_clear_word(
    app: TestApp, ctx: Context, places: dict[str, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "down", "down", "down", "s")
        access.withdraw_module(ctx, MARIS, places["board"], "services")
        await press(pilot, "enter")
        assert toasts(pilot) == ["This authority does not have access to “Services in the internal market” (any more)."]
        assert "Access  · none; a gives it" in texts(pilot)


async def test_the_own_authority_has_its_access_too_but_not_what_would_take_the_function_away(app: TestApp) -> None:
    """S2.3."""
    async with running(app) as pilot:
        await press(pilot, "5")
        shown = texts(pilot)
        assert "› Access" in shown and "Deactivate" not in shown and "Hand over" not in shown
        await press(pilot, "x", "h", "down", "s", "d")
        assert "Withdraw" not in texts(pilot) and "Suspend" not in texts(pilot)
        await press(pilot, "down", "down", "s", "enter")
        assert "‖ Services suspended" in texts(pilot)


async def test_an_authority_is_deactivated_and_reactivated(app: TestApp, ctx: Context, places: dict[str, int]) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "x")
        assert "Deactivate Būvvalde?" in texts(pilot)
        await press(pilot, "enter")
        assert "○ inactive" in texts(pilot)
        await press(pilot, "escape")
        assert "1 inactive" in texts(pilot)
    async with running(TestApp(ctx, GUNA)) as pilot:
        assert "Edit authority" not in texts(pilot), "who is of it only reads"
    async with running(TestApp(ctx, MARIS)) as pilot:
        await press(pilot, "g", "a", "enter", "5", "x")
        assert toasts(pilot) == ["Reactivated: Būvvalde"]
    with ctx.store.reading():
        assert Authority.get_by_id(places["board"]).status == "active"


async def test_an_authority_is_handed_over_and_taken_over(app: TestApp, ctx: Context, places: dict[str, int]) -> None:
    """B2: offered, accepted by the other access manager, and gone from the first one's desk."""
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "h")
        assert "Cita pārvaldniece · LV" in texts(pilot)
        await press(pilot, "enter", "enter")
        assert toasts(pilot)[-1] == "Offered to Cita pārvaldniece."
        assert "Offered to  Cita pārvaldniece · LV" in texts(pilot)
        await press(pilot, "h")
        assert toasts(pilot)[-1] == "The offer is taken back."
        await press(pilot, "h", "enter", "enter")
    async with running(TestApp(ctx, ZANE)) as pilot:
        await press(pilot, "g", "a")
        assert "→ offered to you: Būvvalde (LV), by Pārvaldniece" in texts(pilot)
        await press(pilot, "i", "enter")
        assert "Take over Būvvalde?" in texts(pilot)
        await press(pilot, "enter")
        assert toasts(pilot) == ["You manage Būvvalde now."]
        assert "┃Būvvalde" in texts(pilot) and "offered to you" not in texts(pilot)
    async with running(TestApp(ctx, MARIS)) as pilot:
        await press(pilot, "g", "a")
        assert "Būvvalde" not in texts(pilot)


async def test_an_offer_is_declined(ctx: Context, places: dict[str, int]) -> None:
    with ctx.store.writing():
        Handover.create(authority=places["board"], to_manager=places["other"], offered_by=1, offered_at=NOW)
    async with running(TestApp(ctx, ZANE)) as pilot:
        await press(pilot, "g", "a", "i", "enter", "escape", "enter", "d")
        assert toasts(pilot) == ["Declined: Būvvalde stays where it is."]
        assert "✓ Nothing needs doing." in texts(pilot)
    with ctx.store.reading():
        assert Authority.get_by_id(places["board"]).manager_id == places["manager"]


async def test_an_authority_handed_over_meanwhile_gets_a_clear_word(
    app: TestApp, ctx: Context, places: dict[str, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "5", "down", "down", "down")
        with ctx.store.writing():
            Authority.update(manager=places["other"]).where(Authority.id == places["board"]).execute()
        await press(pilot, "s", "enter")
        assert "Your authority does not manage this one (any more)." in toasts(pilot)[-1]
        assert _module(ctx, places["board"], "services").access == "given"  # type: ignore[union-attr]  # it is there


async def _to_the_form(pilot: Pilot[None], name: str, title: str = "› New authority") -> None:
    await press(pilot, "g", "a", "a")
    await type_text(pilot, name)
    await press(pilot, "ctrl+s")
    assert title in texts(pilot)


async def test_who_may_be_the_same_is_shown_before_one_registers(app: TestApp) -> None:
    """B2: an authority is registered once only; search first."""
    async with running(app) as pilot:
        await press(pilot, "g", "a", "a")
        assert "Type what you know of it; who may be the same appears here." in texts(pilot)
        await type_text(pilot, "Buvwalde")
        shown = texts(pilot)
        assert "These may be the same." in shown and "Būvvalde · Rīga · LV — similar name" in shown
        app.screen.query_one("#twins").focus()
        await press(pilot, "enter")
        assert "Why it may be the same: similar name" in texts(pilot)
        await press(pilot, "enter")
        await fill(pilot, official_name="Pavisam cita iestāde")
        assert "✓ None like it is registered." in texts(pilot)


async def test_an_authority_is_registered_with_modules_coordinator_and_first_user(
    app: TestApp, ctx: Context, world: World, places: dict[str, int]
) -> None:
    """S1.3, S1.9: one form, one transaction; the username is shown at the end."""
    coordinator = world.authority("Šķīrēju birojs", modules=["services"], roles={"services": "coordinator"})
    async with running(app) as pilot:
        await _to_the_form(pilot, "Ventas dome")
        await fill(pilot, email="pasts@ventas-dome.example", town="Ventspils")
        await press(pilot, "tab", "slash")
        await type_text(pilot, "building permits")
        await press(pilot, "down", "end", "space")
        app.screen.query_one("_Modules").focus()
        await press(pilot, "home", "down", "space", "a")
        await type_text(pilot, "skir")
        await press(pilot, "enter", "down", "space", "r")
        shown = texts(pilot)
        assert "[x] Services · Authority · → Šķīrēju birojs" in shown
        assert "[x] Posting of workers · Request coordinator" in shown
        await fill(pilot, user_first_name="Guna", user_surname="Sproģe", user_email="guna@ventas-dome.example")
        assert field(pilot, "user_username").value == "sproggun"
        await press(pilot, "ctrl+s")
        assert "Guna Sproģe is registered." in texts(pilot) and "sproggun" in texts(pilot)
        await press(pilot, "enter")
        assert "┃Ventas dome" in texts(pilot)
    with ctx.store.reading():
        row = Authority.get(Authority.official_name == "Ventas dome")
        assert (row.manager_id, row.town) == (places["manager"], "Ventspils")
        assert LinkedCoordinator.get(LinkedCoordinator.authority == row.id).coordinator_id == coordinator
        held = AuthorityModule.select(AuthorityModule.module, AuthorityModule.role)
        assert ("posting_of_workers", "coordinator") in set(held.where(AuthorityModule.authority == row.id).tuples())


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(app: TestApp, ctx: Context) -> None:
    async with running(app) as pilot:
        await _to_the_form(pilot, "Ventas dome")
        await fill(pilot, email="ventas", user_surname="Sproģe")
        await press(pilot, "ctrl+s")
        shown = texts(pilot)
        assert "This is not an e-mail address" in shown
        assert "fields are wrong. Nothing was saved." in toasts(pilot)[-1]
        assert app.focused is field(pilot, "email").entry
        await press(pilot, "escape")
        assert "› Is it there already?" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert (field(pilot, "email").value, field(pilot, "user_surname").value) == ("ventas", "Sproģe")
        await press(pilot, "escape", "escape")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, AccessScreen)


async def test_an_authority_registered_meanwhile_gets_a_clear_word(
    app: TestApp, ctx: Context, world: World, places: dict[str, int]
) -> None:
    async with running(app) as pilot:
        await _to_the_form(pilot, "Ventas dome")
        await fill(pilot, email="pasts@ventas-dome.example", user_first_name="Guna", user_surname="Sproģe")
        await fill(pilot, user_email="guna@ventas-dome.example")
        world.authority("Ventas dome", manager=places["manager"], email="pasts@ventas-dome.example")
        await press(pilot, "ctrl+s")
        assert "“Ventas dome”, Rīga has this name or e-mail address" in toasts(pilot)[-1]
        assert field(pilot, "user_surname").value == "Sproģe"
        await press(pilot, "escape")
        assert "Ventas dome · Rīga · LV — same name" in texts(pilot)


async def test_the_names_are_in_a_language_of_the_country_and_typing_finds_it(app: TestApp) -> None:
    async with running(app) as pilot:
        await _to_the_form(pilot, "Ventas dome")
        field(pilot, "country").focus()
        await press(pilot, "enter")
        await type_text(pilot, "belg")
        await press(pilot, "enter")
        assert (field(pilot, "country").value, field(pilot, "language").value) == ("BE", "nl")


async def test_another_language_loses_nothing_typed(app: TestApp) -> None:
    async with running(app) as pilot:
        await _to_the_form(pilot, "Ventas dome")
        await fill(pilot, town="Ventspils", user_surname="Sproģe")
        app.use_language("lv")
        await press(pilot)
        await settle(pilot)
        assert (field(pilot, "town").value, field(pilot, "user_surname").value) == ("Ventspils", "Sproģe")
        app.screen.query_one("_Modules").focus()
        await press(pilot, "home")
        assert "[ ] Profesionālās kvalifikācijas" in texts(pilot), "the catalogue's names are in it, too"


async def test_what_is_typed_ahead_of_the_list_belongs_to_it(app: TestApp) -> None:
    """Over a slow line the next key comes before the list has the focus."""
    async with running(app) as pilot:
        await press(pilot, "g", "a", "slash")
        await type_text(pilot, "buv")
        assert "1 found of 2" in texts(pilot)
        for key in ("enter", "n"):
            send(pilot, key)
        await settle(pilot)
        assert "2 authorities" in texts(pilot), "n cleared the filter, and was not typed into it"


async def test_what_is_told_in_passing_never_hides_for_whom_one_acts(app: TestApp) -> None:
    async with running(app, (80, 24), notifications=True) as pilot:
        await press(pilot, "g", "a", "enter", "c")
        await wait_for(pilot, "Confirmed: the data is current as of today.")
        assert texts(pilot).splitlines()[1] == " You act for another authority: Būvvalde"
        await press(pilot, "4", "r")
        assert "Reset the password of Guna Sproģe?" in texts(pilot), "under a question neither"
        assert texts(pilot).splitlines()[1] == " You act for another authority: Būvvalde"


async def test_the_way_back_is_told_of_wherever_one_acts(ctx: Context, places: dict[str, int]) -> None:
    """The keys that have no room at 80 columns are others."""
    async with running(TestApp(ctx, MARIS, "lv"), (80, 24)) as pilot:
        await press(pilot, "g", "a", "enter")
        for keys in (("1",), ("2",), ("3",), ("4",), ("5",), ("down", "down", "down"), ("s", "enter")):
            await press(pilot, *keys)
            assert "Esc " in texts(pilot).splitlines()[-1], keys


async def test_what_is_edited_outlives_a_change_of_access(app: TestApp) -> None:
    """Nothing typed is thrown away, ever: access can be given in the middle of an edit."""
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "e")
        await fill(pilot, town="Liepāja")
        await press(pilot, "ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n", "down", "down", "a", "enter")
        assert "Access given" in toasts(pilot)[-1]
        app.screen.query_one("TabLine").focus()
        await press(pilot, "1")
        assert field(pilot, "town").value == "Liepāja"


async def test_long_names_are_wrapped_not_cut(ctx: Context, places: dict[str, int]) -> None:
    async with running(TestApp(ctx, MARIS, "lv"), (80, 24)) as pilot:
        await press(pilot, "g", "a", "enter", "5")
        assert "Piekļuves" in texts(pilot) and "pārvald…" not in texts(pilot)
        await press(pilot, "end")
        shown = texts(pilot)
        assert "Sadarbība patērētāju tiesību" in shown and "aizsardzība…" not in shown


async def test_a_new_name_of_the_authority_acted_for_is_said_at_once(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "g", "a", "enter", "e")
        await fill(pilot, official_name="Rīgas būvvalde")
        await press(pilot, "ctrl+s", "enter")
        assert "You act for another authority: Rīgas būvvalde" in texts(pilot)
        assert "Access management › Rīgas būvvalde › Authority" in texts(pilot)


async def test_a_keyword_that_has_no_room_is_cut_with_a_sign(ctx: Context, places: dict[str, int]) -> None:
    async with running(TestApp(ctx, MARIS, "lv"), (80, 24)) as pilot:
        await _to_the_form(pilot, "Ventas dome", "› Jauna iestāde")
        app = pilot.app
        app.screen.query_one("KeywordTree").focus()
        await press(pilot)
        assert "> [ ] Lauksaimniecība, mežsaimniecība un ziv…" in texts(pilot)


async def test_a_coordinator_that_no_longer_is_one_is_said_where_it_is_changed(
    ctx: Context, world: World, places: dict[str, int]
) -> None:
    coordinator = world.authority("Šķīrēju birojs", modules=["services"], roles={"services": "coordinator"})
    async with running(TestApp(ctx, MARIS, "lv"), (80, 24)) as pilot:
        await press(pilot, "g", "a", "enter", "3", "e", "down", "a", "enter")
        with ctx.store.writing():
            AuthorityModule.update(role="authority").where(AuthorityModule.authority == coordinator).execute()
        await press(pilot, "ctrl+s")
        await settle(pilot)
        shown = " ".join(texts(pilot).split())
        assert "„Šķīrēju birojs“ šajā modulī (vairs) nav koordinators. Izvēlieties citu." in shown
        assert pilot.app.focused is pilot.app.screen.query_one("#linked")
        await press(pilot, "d")
        assert "Saistītie koordinatori · 0" in texts(pilot)


async def test_the_keys_of_a_long_question_are_always_to_be_seen(
    ctx: Context, world: World, places: dict[str, int]
) -> None:
    for number in range(12):
        world.user(places["board"], "Vārds", f"Uzvārds{number}", rights=[HANDLER])
    async with running(TestApp(ctx, MARIS, "lv"), (80, 24)) as pilot:
        await press(pilot, "g", "a", "enter", "5", "down", "down", "down", "d")
        assert "Enter Atņemt    Esc Atcelt" in texts(pilot)
        await press(pilot, *["down"] * 12)
        assert "Iestādei un tās administratoriem paziņo pa e-pastu." in texts(pilot)
        assert "Enter Atņemt    Esc Atcelt" in texts(pilot)
