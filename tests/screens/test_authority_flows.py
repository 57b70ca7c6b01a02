"""The tabs Authority, Classification and Modules by keyboard: the guide's chapter 2, and the wrong turns."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from db.models import AuthorityModule, Mail
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor
from imi_tui.screens.my_authority.coordinator_search import CoordinatorSearch
from imi_tui.screens.my_authority.review import ReviewScreen
from imi_tui.screens.my_authority.screen import MyAuthorityScreen
from imi_tui.services import authorities, outbox
from imi_tui.widgets.keyword_tree import KeywordTree
from tests.screens.harness import (
    TestApp,
    field,
    fill,
    paste,
    press,
    running,
    settle,
    texts,
    toasts,
    type_text,
    wait_for,
)
from tests.screens.hostile import HOSTILE
from tests.world import World


@pytest.fixture
def place(world: World) -> tuple[Actor, int]:
    """An authority whose administrator speaks English here, and a coordinator of its module services."""
    authority = world.authority(modules=["services"], keywords=["labour_law"])
    world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en")
    world.authority("Šķīrēju birojs", modules=["services"], roles={"services": "coordinator"})
    return Actor(1), authority


@pytest.fixture
def app(ctx: Context, place: tuple[Actor, int]) -> Iterator[TestApp]:
    return TestApp(ctx, place[0])


async def _filter(pilot: Pilot[None], text: str) -> None:
    await press(pilot, "slash")
    await type_text(pilot, text)


async def test_the_three_tabs_are_edited_reviewed_and_saved_whole(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    """S2.1, S2.2, S2.5-S2.8: one editing session, every change old → new, who is told, Enter saves it."""
    async with running(app) as pilot:
        assert "Administration › My authority › Authority" in texts(pilot)
        await press(pilot, "e")
        assert "› Editing" in texts(pilot)
        await fill(pilot, town="Liepāja")
        assert "was: Rīga" in texts(pilot)
        await press(pilot, "ctrl+n")
        assert "1 Authority•" in texts(pilot)
        await _filter(pilot, "posted")
        await press(pilot, "down", "end", "space")
        assert "2 keywords chosen" in texts(pilot)
        await press(pilot, "ctrl+n", "down")
        app.screen.query_one("#pane-3 TreeLines").focus()
        await press(pilot, "space", "a")
        await type_text(pilot, "SKIR")
        await press(pilot, "enter")
        assert "Linked coordinators · 1" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReviewScreen)
        shown = texts(pilot)
        for words in ("4 changes", "Rīga → Liepāja", "Posted workers", "+ Šķīrēju birojs · LV", "pasts@vdi.example"):
            assert words in shown
        assert authorities.view(ctx, *place).version == 1
        await press(pilot, "enter")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert "Saved: 4 changes." in " ".join(toasts(pilot))
        assert "› Editing" not in texts(pilot)
    seen = authorities.view(ctx, *place)
    assert (seen.town, seen.keywords, seen.version) == ("Liepāja", {"labour_law", "posted_workers"}, 2)
    services = next(module for module in seen.modules if module.code == "services")
    assert len(services.keywords) == 1
    assert [one.name for one in services.coordinators] == ["Šķīrēju birojs"]


async def test_a_wrong_value_takes_one_to_its_field_whatever_tab_is_open(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, email="nonsense", website="also nonsense", town="Cēsis")
        await press(pilot, "ctrl+n", "ctrl+s")
        shown = texts(pilot)
        assert "This is not an e-mail address" in shown
        assert "This is not a web address" in shown
        assert app.focused is field(pilot, "email").entry
        assert field(pilot, "town").value == "Cēsis"
        await fill(pilot, email="pasts@vdi.example", website="")
        await press(pilot, "ctrl+s", "enter")
    assert (authorities.view(ctx, *place).town, authorities.view(ctx, *place).website) == ("Cēsis", "")


async def test_leaving_asks_and_dropping_drops(app: TestApp, ctx: Context, place: tuple[Actor, int]) -> None:
    async with running(app) as pilot:
        await press(pilot, "e", "escape")
        assert "› Editing" not in texts(pilot)
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        await press(pilot, "escape")
        assert "Drop 1 change?" in texts(pilot)
        await press(pilot, "escape")
        assert field(pilot, "town").value == "Cēsis"
        await press(pilot, "ctrl+q")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "escape", "escape", "enter")
        assert "Rīga" in texts(pilot)
        assert "› Editing" not in texts(pilot)
    assert authorities.view(ctx, *place).version == 1


async def test_nothing_changed_is_told(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+s")
        assert "Nothing has been changed yet." in " ".join(toasts(pilot))


async def test_a_colleague_who_saved_meanwhile_is_named_and_both_are_saved(
    app: TestApp, ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    """Between the review and the save (B7)."""
    _actor, authority = place
    second = world.administrator(authority, "Ilze", "Liepa")

    def save_meanwhile(postcode: str) -> None:
        seen = authorities.view(ctx, second, authority)
        authorities.save(ctx, second, authority, seen.version, replace(seen.draft(), postcode=postcode))

    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        await press(pilot, "ctrl+s")
        save_meanwhile("LV-1011")
        await press(pilot, "enter")
        assert "Ilze Liepa changed meanwhile: Postcode; both are saved." in " ".join(toasts(pilot))
        assert isinstance(app.screen, MyAuthorityScreen)
    seen = authorities.view(ctx, second, authority)
    assert (seen.town, seen.postcode) == ("Cēsis", "LV-1011")


async def test_a_text_in_one_more_language_is_added(app: TestApp, ctx: Context, place: tuple[Actor, int]) -> None:
    async with running(app) as pilot:
        await press(pilot, "e")
        field(pilot, "more").entry.value = "de"  # type: ignore[attr-defined]  # a Select
        await settle(pilot)
        await fill(pilot, **{"informal_name.de": "Arbeitsaufsicht"})
        area = field(pilot, "description.de").entry
        assert isinstance(area, TextArea)
        area.text = "Erste Zeile\nZweite"
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "— → Arbeitsaufsicht" in texts(pilot)
        await press(pilot, "enter")
    seen = authorities.view(ctx, *place)
    assert ("de", "Arbeitsaufsicht") in {(text.language, text.text) for text in seen.informal_names}
    assert ("de", "Erste Zeile\nZweite") in {(text.language, text.text) for text in seen.descriptions}


async def test_the_language_changes_in_the_middle_of_an_edit_and_nothing_is_lost(app: TestApp) -> None:
    """B10."""
    async with running(app) as pilot:
        await press(pilot, "e")
        await fill(pilot, town="Cēsis")
        app.use_language("lv")
        await wait_for(pilot, "› Rediģēšana")
        shown = texts(pilot)
        assert "› Rediģēšana" in shown
        assert "bija: Rīga" in shown
        assert field(pilot, "town").value == "Cēsis"


async def test_keywords_are_filtered_with_their_path_and_parents_stand_for_what_is_under_them(app: TestApp) -> None:
    """S2.6."""
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+n")
        assert "[-]" in texts(pilot)
        await _filter(pilot, "ROOFER")
        shown = texts(pilot)
        assert "Construction" in shown
        assert "Roofer" in shown
        assert "Labour law" in shown.split("keyword chosen")[1]
        assert "Agriculture" not in shown
        await press(pilot, "down", "home", "space")
        assert "2 keywords chosen" in texts(pilot)
        await press(pilot, "n")
        assert "Agriculture" in texts(pilot)
        await _filter(pilot, "no such keyword")
        assert "No keyword matches" in texts(pilot)
        await press(pilot, "escape")
        tree = app.screen.query_one(KeywordTree)
        assert tree.chosen == {"labour_law", "roofer"}


async def test_a_coordinator_is_removed_again(app: TestApp) -> None:
    """S2.8."""
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+n", "ctrl+n", "down")
        app.screen.query_one("#pane-3 TreeLines").focus()
        await press(pilot, "a")
        await type_text(pilot, "nobody has this name")
        assert "No coordinator of this module has such a name." in texts(pilot)
        await press(pilot, "enter", "escape")
        await press(pilot, "a", "enter", "d")
        assert "Linked coordinators · 0" in texts(pilot)
        assert "3 Modules•" not in texts(pilot)


async def test_whoever_is_no_administrator_reads_only(ctx: Context, world: World, place: tuple[Actor, int]) -> None:
    """S1.7."""
    app = TestApp(ctx, Actor(world.user(place[1], language="en")))
    async with running(app) as pilot:
        for tab in ("1", "2", "3"):
            await press(pilot, tab, "e", "ctrl+s")
            assert "› Editing" not in texts(pilot)
            assert "Edit authority" not in texts(pilot)
        assert "Services" in texts(pilot)


@pytest.mark.parametrize("name", ["official_name", "informal_name.lv", "description.lv", "email", "website"])
async def test_whatever_is_put_into_a_field_is_refused_or_shown_as_text(app: TestApp, name: str) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "e")
        for typed in HOSTILE.values():
            entry = field(pilot, name).entry
            if isinstance(entry, TextArea):
                entry.text = ""
            else:
                entry.value = ""  # type: ignore[attr-defined]  # an Input
            entry.focus()
            await paste(pilot, typed)
            kept = field(pilot, name).value
            await press(pilot, "ctrl+s")
            assert not any(letter in texts(pilot) for letter in "\x1b\x07\x9b\x00\u202e\u2066")
            if isinstance(app.screen, ReviewScreen):
                await press(pilot, "escape")
            assert field(pilot, name).value == kept


async def test_an_authority_whose_name_a_terminal_would_obey_is_shown_as_text(ctx: Context, world: World) -> None:
    authority = world.authority("\x1b]0;pwned\x07[/x]\u202eName", informal="[@click=app.quit]x[/]")
    app = TestApp(ctx, world.administrator(authority))
    async with running(app, (80, 24)) as pilot:
        for keys in ("1", "2", "3", "4", "e", "escape"):
            await press(pilot, keys)
            shown = texts(pilot)
            assert "[/x]" in shown
            assert not any(letter in shown for letter in "\x1b\x07\u202e")


async def test_a_significant_informal_name_is_ticked_seen_side_by_side_and_reported(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    """S2.4: the box is there only while editing; the person decides, the hint helps."""
    async with running(app) as pilot:
        assert "Changed significantly" not in texts(pilot)
        await press(pilot, "e")
        assert "Only where the name above was changed." in texts(pilot)
        await fill(pilot, **{"informal_name.lv": "Darba inspekcija."})
        assert "Darba inspekcija → Darba inspekcija.: looks like a small change" in texts(pilot)
        await fill(pilot, **{"informal_name.lv": "Vides pārvalde"})
        assert "Darba inspekcija → Vides pārvalde: looks like another meaning" in texts(pilot)
        await press(pilot, "tab", "space")
        assert "[x] tell the Commission" in texts(pilot)
        await press(pilot, "ctrl+n", "ctrl+n", "1")
        assert "[x] tell the Commission" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert "The European Commission is asked to correct the translations" in " ".join(texts(pilot).split())
        await press(pilot, "enter")
        assert "The European Commission is asked for translations." in " ".join(toasts(pilot))
    with ctx.store.reading():
        assert Mail.select().where(Mail.kind == "translation_wanted").count() == 1


async def test_a_mail_that_did_not_reach_the_authority_is_shown_and_sent_again(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    """B16."""
    with ctx.store.writing():
        mail = outbox.queue(ctx.now(), MailKind.AUTHORITY_CHANGED, place[1], None, {"fields": ["phone"], "by": "x"})
        Mail.update(state="given_up", error="550 no such mailbox").where(Mail.id == mail).execute()
    async with running(app) as pilot:
        assert "The mail server answered: 550 no such mailbox" in " ".join(texts(pilot).split())
        await press(pilot, "m")
        assert "The e-mail is sent again: authority's data changed." in " ".join(toasts(pilot))
        assert "◔ E-mail queued" in texts(pilot)


async def test_a_coordinator_is_added_from_the_list_of_modules_too(app: TestApp) -> None:
    """S2.8: the words under a module say that a adds one, so it does wherever on the tab one is."""
    async with running(app) as pilot:
        await press(pilot, "3")
        assert "a Add" not in texts(pilot)
        await press(pilot, "e")
        assert "none; a adds one" in texts(pilot)
        assert "a Add" in texts(pilot)
        await press(pilot, "a")
        assert isinstance(app.screen, CoordinatorSearch)


async def test_the_review_names_keywords_in_the_order_of_the_tree(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+n", "home", "space", "ctrl+s")
        assert isinstance(app.screen, ReviewScreen)
        shown = " ".join(texts(pilot).split())
        assert shown.index("Crop production") < shown.index("Animal husbandry") < shown.index("Hunting")


async def test_a_long_description_leaves_its_error_and_the_next_field_in_sight(app: TestApp) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "e", "tab", "tab", "tab")
        await paste(pilot, "\n".join(f"line {number}" for number in range(2000)))
        await settle(pilot)
        lines = texts(pilot).splitlines()
        entry = next(number for number, line in enumerate(lines) if "Description (lv)" in line)
        assert "was: " in lines[entry + 4]
        assert "Address" in "\n".join(lines[entry + 5 :])
        await press(pilot, "ctrl+s")
        assert "At most" in texts(pilot)


async def test_a_coordinator_that_coordinates_no_more_is_told_and_has_the_focus(app: TestApp, ctx: Context) -> None:
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+n", "ctrl+n", "down", "a", "enter", "1")
        with ctx.store.writing():
            AuthorityModule.update(role="authority").execute()
        await press(pilot, "ctrl+s")
        assert "› Modules › Editing" in texts(pilot)
        assert app.focused is not None
        assert app.focused.id == "linked"


async def test_enter_typed_ahead_of_a_slow_search_takes_none_of_what_was_there_before(
    app: TestApp, world: World
) -> None:
    """S2.8."""
    world.authority("Aa birojs", modules=["services"], roles={"services": "coordinator"})
    answer = threading.Event()
    async with running(app) as pilot:
        await press(pilot, "e", "ctrl+n", "ctrl+n", "down", "a")
        assert "Aa birojs" in texts(pilot)
        search = app.screen
        assert isinstance(search, CoordinatorSearch)
        app.backend._read.submit(answer.wait)
        search.query_one(Input).value = "skir"
        await pilot.pause(0)
        search.action_choose()
        answer.set()
        await wait_for(pilot, "Linked coordinators · 1")
        assert "Šķīrēju birojs" in texts(pilot)
        assert "Aa birojs" not in texts(pilot)
