"""The translation desk by keyboard: see, correct, confirm, add, and the wrong turns (S2.4, B3)."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from db.models import AuthorityText, User
from imi_tui.context import Context
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import FieldError
from imi_tui.screens.my_authority.screen import MyAuthorityScreen
from imi_tui.screens.translations.screen import TranslationsScreen
from imi_tui.screens.translations.task_screen import TaskScreen
from imi_tui.services.translations import settle
from imi_tui.widgets.side_by_side import SideBySide
from tests.desk import DESCRIPTION, NAME, Desk
from tests.screens.harness import (
    TestApp,
    field,
    fill,
    paste,
    press,
    running,
    texts,
    toasts,
    type_text,
    wait_for,
)
from tests.screens.harness import (
    settle as settled,
)
from tests.screens.hostile import HOSTILE
from tests.world import World


@pytest.fixture
def desk(ctx: Context, world: World) -> Desk:
    return Desk.of(ctx, world)


@pytest.fixture
def app(ctx: Context, desk: Desk) -> TestApp:
    return TestApp(ctx, desk.clara)


async def _open(pilot: Pilot[None]) -> None:
    await press(pilot, "g", "t", "enter")
    assert isinstance(pilot.app.screen, TaskScreen)


def _lines(pilot: Pilot[None]) -> str:
    """What stands on the screen, as running text."""
    return " ".join(texts(pilot).split())


async def test_what_changed_is_seen_corrected_and_confirmed_and_then_it_is_done(app: TestApp, desk: Desk) -> None:
    """B3, from the list to the end: the desk is calm again, and the authority is told."""
    desk.ask("Darba drošības inspekcija")
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "t")
        shown = _lines(pilot)
        for words in (
            "Administration › Translations",
            "1 informal name · 0 descriptions",
            "! de en",
            "! to be corrected: the original changed · English (en), German (de)",
            "Before: Darba inspekcija",
            "Now: Darba [+drošības] inspekcija",
            "by Anna Bērziņa · original: Latvian (lv)",
        ):
            assert words in shown
        await press(pilot, "enter")
        shown = _lines(pilot)
        assert "› Valsts darba inspekcija" in shown
        assert "Darba inspekcija │ Darba [+drošības] inspekcija" in shown
        assert shown.count("! to be corrected: the original changed · ^o confirms that it is still right") == 2
        assert pilot.app.focused is field(pilot, "informal_name.en").entry
        await press(pilot, "ctrl+o")
        assert "Settled: 1 translation." in toasts(pilot)
        assert _lines(pilot).count("! to be corrected") == 1
        assert pilot.app.focused is field(pilot, "informal_name.de").entry
        assert desk.told() == []
        await fill(pilot, **{"informal_name.de": "Arbeitssicherheit"})
        assert "was: Arbeitsaufsicht" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, TranslationsScreen)
        assert "Done: Valsts darba inspekcija." in " ".join(toasts(pilot))
        assert "✓ Nothing is to be translated." in texts(pilot)
        assert "0 informal names" in texts(pilot)
    assert desk.texts() == {
        "lv": ("Darba drošības inspekcija", False),
        "de": ("Arbeitssicherheit", False),
        "en": ("Labour Inspectorate", False),
    }
    assert desk.told() == [None, desk.anna.user_id]


async def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(app: TestApp, desk: Desk) -> None:
    desk.ask()
    async with running(app, (80, 24)) as pilot:
        await _open(pilot)
        await fill(pilot, **{"informal_name.en": "Safety", "informal_name.de": ""})
        await press(pilot, "ctrl+s")
        assert "This must be filled in." in texts(pilot)
        assert "1 field is wrong. Nothing was saved." in toasts(pilot)
        assert pilot.app.focused is field(pilot, "informal_name.de").entry
        assert field(pilot, "informal_name.en").value == "Safety"
        assert desk.texts()["en"] == ("Labour Inspectorate", True)
        app.use_language("lv")
        await wait_for(pilot, "Tulkojumi")
        assert sentence(FieldError("", "required")) in texts(pilot)
        assert (field(pilot, "informal_name.en").value, field(pilot, "informal_name.de").value) == ("Safety", "")


async def test_a_translation_that_somebody_else_changed_is_shown_beside_what_was_typed(
    app: TestApp, desk: Desk
) -> None:
    """B7 at the desk: theirs, who and when; saving again puts mine in its place, knowingly."""
    desk.ask()
    async with running(app, (80, 24)) as pilot:
        await _open(pilot)
        await fill(pilot, **{"informal_name.de": "Arbeitssicherheit", "informal_name.en": "Safety"})
        desk.save({"informal_name.de": "Arbeitsschutz"})
        await press(pilot, "ctrl+s")
        shown = _lines(pilot)
        assert "Anna Bērziņa changed this translation at 2026-11-24 09:00. It is now: Arbeitsschutz." in shown
        assert pilot.app.focused is field(pilot, "informal_name.de").entry
        assert field(pilot, "informal_name.de").value == "Arbeitssicherheit"
        assert field(pilot, "informal_name.en").value == "Safety"
        assert (desk.texts()["de"][0], desk.texts()["en"][0]) == ("Arbeitsschutz", "Labour Inspectorate")
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, TranslationsScreen)
    assert (desk.texts()["de"][0], desk.texts()["en"][0]) == ("Arbeitssicherheit", "Safety")


async def test_a_task_that_a_colleague_ended_leaves_what_was_typed_on_the_screen(app: TestApp, desk: Desk) -> None:
    desk.ask()
    clark = desk.world.administrator(desk.commission, "Clark", "Esmar")
    async with running(app) as pilot:
        await _open(pilot)
        await fill(pilot, **{"informal_name.de": "Arbeitssicherheit"})
        for language, text in (("de", "Arbeitsaufsicht"), ("en", "Labour Inspectorate")):
            settle(desk.ctx, clark, desk.authority, NAME, language, text, text)
        await press(pilot, "ctrl+s")
        assert "Nothing is to be translated here any more" in " ".join(toasts(pilot))
        assert field(pilot, "informal_name.de").value == "Arbeitssicherheit"
        await press(pilot, "escape")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "enter")
        assert "✓ Nothing is to be translated." in texts(pilot)
    assert desk.told() == [None, desk.anna.user_id]


async def test_leaving_asks_only_where_something_typed_would_be_lost(app: TestApp, desk: Desk) -> None:
    desk.ask()
    async with running(app) as pilot:
        await _open(pilot)
        await press(pilot, "ctrl+s")
        assert "Nothing has been changed yet." in toasts(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, TranslationsScreen)
        await press(pilot, "enter")
        await fill(pilot, **{"informal_name.de": "Amt"})
        for key in ("escape", "ctrl+q"):
            await press(pilot, key)
            assert "Leave without saving?" in texts(pilot)
            await press(pilot, "escape")
            assert field(pilot, "informal_name.de").value == "Amt"
        await press(pilot, "escape", "enter")
        assert isinstance(pilot.app.screen, TranslationsScreen)
    assert desk.texts()["de"] == ("Arbeitsaufsicht", True)


async def test_one_more_language_goes_with_the_last_confirmation(app: TestApp, desk: Desk) -> None:
    """What was typed elsewhere is saved before the last confirmation ends the task."""
    desk.ask()
    async with running(app) as pilot:
        await _open(pilot)
        offered = {code for _name, code in field(pilot, "more").entry._options}  # type: ignore[attr-defined]  # a Select
        assert "fr" in offered and not {"lv", "de", "en"} & offered
        field(pilot, "more").entry.value = "fr"  # type: ignore[attr-defined]  # a Select
        await settled(pilot)
        assert pilot.app.focused is field(pilot, "informal_name.fr").entry
        await type_text(pilot, "Sécurité au travail")
        field(pilot, "informal_name.en").focus()
        await press(pilot, "ctrl+o")
        assert field(pilot, "informal_name.fr").value == "Sécurité au travail"
        assert "fr" not in desk.texts()
        field(pilot, "informal_name.de").focus()
        await press(pilot, "ctrl+o")
        assert isinstance(pilot.app.screen, TranslationsScreen)
    assert desk.texts()["fr"] == ("Sécurité au travail", False)
    assert desk.tasks() == set()


async def test_confirming_is_for_what_is_older_and_was_not_typed_in(app: TestApp, desk: Desk) -> None:
    desk.ask()
    async with running(app) as pilot:
        await _open(pilot)
        await type_text(pilot, "x")
        await press(pilot, "ctrl+o")
        assert "You changed this translation: Ctrl+S saves it." in toasts(pilot)
        await press(pilot, "backspace", "ctrl+o")
        assert desk.texts()["en"] == ("Labour Inspectorate", False)
        field(pilot, "informal_name.en").focus()
        await press(pilot, "ctrl+o")
        assert "Only a translation that is older than the original is confirmed." in toasts(pilot)
        field(pilot, "more").focus()
        await press(pilot, "ctrl+o")
        assert desk.tasks() == {NAME}


async def test_a_task_with_nothing_older_is_ended_by_the_same_key(app: TestApp, desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language != "lv").execute()
    desk.ask()
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "g", "t")
        assert "✓ no translation is older than the original" in texts(pilot)
        await press(pilot, "enter")
        assert "Add others, or end the task with ^o." in _lines(pilot)
        field(pilot, "more").entry.value = "et"  # type: ignore[attr-defined]  # a Select
        await settled(pilot)
        await type_text(pilot, "Tööohutus")
        await press(pilot, "ctrl+o")
        assert "Ctrl+S saves first what you typed." in toasts(pilot)
        await press(pilot, "ctrl+s")
        assert desk.texts()["et"] == ("Tööohutus", False)
        assert isinstance(pilot.app.screen, TaskScreen)
        await press(pilot, "ctrl+o")
        assert "Done: Valsts darba inspekcija." in " ".join(toasts(pilot))
    assert desk.tasks() == set()


async def test_an_original_that_moved_on_is_shown_before_anything_is_settled(app: TestApp, desk: Desk) -> None:
    desk.ask("Vides drošība")
    async with running(app) as pilot:
        await _open(pilot)
        await fill(pilot, **{"informal_name.de": "Umweltsicherheit"})
        desk.ask("Vides uzraudzība")
        await press(pilot, "ctrl+s")
        assert any("The authority changed the original meanwhile." in toast for toast in toasts(pilot))
        assert "[+Vides uzraudzība]" in _lines(pilot)
        assert field(pilot, "informal_name.de").value == "Umweltsicherheit"
        assert desk.texts()["de"] == ("Arbeitsaufsicht", True)
        await press(pilot, "ctrl+s")
    assert desk.texts()["de"] == ("Umweltsicherheit", False)


async def test_a_task_that_became_stale_again_is_not_ended_by_an_older_screen(app: TestApp, desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language != "lv").execute()
    desk.ask()
    async with running(app) as pilot:
        await _open(pilot)
        desk.save({"informal_name.de": "Aufsicht"})
        desk.ask("Vides drošība")
        await press(pilot, "ctrl+o")
        assert desk.tasks() == {NAME}
        assert "First correct or confirm what is still to be translated: de." in toasts(pilot)
        assert "^o confirms that it is still right" in _lines(pilot)
        assert "[+Vides] drošība" in _lines(pilot)


async def test_the_list_is_filtered_by_text_and_by_language_and_cleared(app: TestApp, desk: Desk) -> None:
    desk.ask()
    other = desk.world.authority("Aizsardzības birojs", country="EE")
    desk.save({"informal_name.lv": "Cits"}, NAME, authority=other, actor=desk.world.administrator(other))
    async with running(app) as pilot:
        await press(pilot, "g", "t", "slash")
        await type_text(pilot, "AIZSARDZIB")
        assert "Valsts darba" not in texts(pilot)
        assert "1 found" in texts(pilot)
        await press(pilot, "enter", "n")
        assert "Valsts darba" in texts(pilot)
        await press(pilot, "F", "F")  # backwards from all: Swedish, Spanish
        assert "only: Spanish (es) · 2 found of 2" in texts(pilot)
        await press(pilot, "f", "f", "f")
        assert "only: Bulgarian (bg)" in texts(pilot)
        with desk.ctx.store.writing():
            AuthorityText.create(authority=other, kind=NAME, language="bg", text="x")
        await press(pilot, "ctrl+r")
        assert "1 found" in texts(pilot)
        assert "Aizsardzības" not in texts(pilot)
        await press(pilot, "slash")
        await type_text(pilot, "nothing")
        assert "Nothing matches. n clears the filter." in texts(pilot)
        await press(pilot, "escape", "escape", "n")
        assert "Aizsardzības" in texts(pilot)


async def test_the_place_in_the_list_is_kept(app: TestApp, desk: Desk) -> None:
    desk.ask()
    desk.save({"description.lv": "Cits."}, DESCRIPTION)
    async with running(app) as pilot:
        await press(pilot, "g", "t", "down")
        assert "Informal name · Valsts darba inspekcija · Latvia" in texts(pilot)
        await press(pilot, "g", "m", "g", "t")
        assert isinstance(pilot.app.screen, TranslationsScreen)
        assert "Informal name · Valsts darba inspekcija · Latvia" in texts(pilot)
        await press(pilot, "enter", "escape")
        assert "Informal name · Valsts darba inspekcija · Latvia" in texts(pilot)


async def test_a_row_whose_task_was_ended_meanwhile_goes(app: TestApp, desk: Desk) -> None:
    desk.ask()
    async with running(app) as pilot:
        await press(pilot, "g", "t")
        desk.save({"informal_name.de": "Amt", "informal_name.en": "Office"})
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, TranslationsScreen)
        assert "✓ Nothing is to be translated." in texts(pilot)


async def test_f4_leads_the_commission_to_its_desk_and_nobody_else(app: TestApp, ctx: Context, desk: Desk) -> None:
    async with running(app) as pilot:
        await press(pilot, "f4")
        assert isinstance(pilot.app.screen, TranslationsScreen)
        assert "✓ Nothing is to be translated." in texts(pilot)
    stranger = TestApp(ctx, desk.anna)
    async with running(stranger) as pilot:
        for keys in (("f4",), ("g", "t")):
            await press(pilot, *keys)
            assert isinstance(pilot.app.screen, MyAuthorityScreen)


async def test_a_long_description_scrolls_beside_its_translations(app: TestApp, desk: Desk) -> None:
    old = "\n".join(f"Line {number} of the old text." for number in range(60))
    desk.save({"description.lv": old})
    desk.ask(old.replace("Line 50", "Row 50"), DESCRIPTION)
    async with running(app, (80, 24)) as pilot:
        await _open(pilot)
        assert "^o confirms" in _lines(pilot)
        assert pilot.app.focused is field(pilot, "description.en").entry
        await press(pilot, "shift+tab")
        assert isinstance(pilot.app.focused, SideBySide)
        assert "[+Row] 50" not in texts(pilot)
        for _page in range(20):
            if "[+Row] 50" in texts(pilot):
                break
            await press(pilot, "pagedown")
        shown = texts(pilot)
        assert "[−Line] 50 of the old text." in shown and "[+Row] 50 of the old text." in shown
        await press(pilot, "tab")
        assert pilot.app.focused is field(pilot, "description.en").entry


@pytest.mark.parametrize("name", ["informal_name.de", "description.en"])
async def test_whatever_is_put_into_a_translation_is_refused_or_shown_as_text(
    app: TestApp, desk: Desk, name: str
) -> None:
    kind = name.partition(".")[0]
    hostile = "[@click=app.quit]x[/] \x1b]0;pwned\x07\u202e"
    with desk.ctx.store.writing():
        AuthorityText.update(text=hostile).where(AuthorityText.kind == kind, AuthorityText.language == "en").execute()
    desk.ask("Cits", kind)
    with desk.ctx.store.writing():
        AuthorityText.update(text=hostile).where(AuthorityText.kind == kind, AuthorityText.language == "lv").execute()
    desk.save({f"{kind}.lv": "[bold]x[/bold]"})
    async with running(app, (80, 24)) as pilot:
        await _open(pilot)
        assert "[bold]x[/bold]" in texts(pilot)
        for typed in HOSTILE.values():
            field(pilot, name).focus()
            await paste(pilot, typed)
            await press(pilot, "ctrl+s")
            assert not any(letter in texts(pilot) for letter in "\x1b\x07\x9b\x00\u202e\u2066")
            if not isinstance(pilot.app.screen, TaskScreen):
                break


async def test_the_authority_reads_of_a_translation_that_it_is_older_until_it_is_settled(
    ctx: Context, desk: Desk
) -> None:
    """S2.4: the other translations go on being shown; in the form too they are marked."""
    desk.ask("Cits")
    with ctx.store.writing():
        User.update(language="en").where(User.id == desk.anna.user_id).execute()
    app = TestApp(ctx, desk.anna)
    async with running(app) as pilot:
        assert "Arbeitsaufsicht (de) ! to be corrected: the original changed" in _lines(pilot)
        await press(pilot, "e")
        assert _lines(pilot).count("! to be corrected: the original changed") == 2
        await press(pilot, "escape")
        for language, text in (("de", "Arbeitsaufsicht"), ("en", "Labour Inspectorate")):
            settle(ctx, desk.clara, desk.authority, NAME, language, text, text)
        await press(pilot, "g", "m")
        assert "! to be corrected" not in texts(pilot)


async def test_a_significant_description_is_ticked_seen_shortly_and_reported(ctx: Context, desk: Desk) -> None:
    """S2.4 for the description: a box of its own, and of a long text only what differs."""
    long = "Iestāde uzrauga darba tiesību ievērošanu visā valstī un katru gadu par to ziņo. "
    desk.save({"description.lv": long})
    app = TestApp(ctx, desk.anna)
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "e")
        field(pilot, "description.lv").entry.text = long + "Tā arī konsultē."  # type: ignore[attr-defined]  # Lines
        await settled(pilot)
        field(pilot, "significant.description").focus()
        await settled(pilot)
        shown = _lines(pilot)
        assert "… → … Tā arī konsultē.: looks like another meaning" in shown
        await press(pilot, "space")
        assert "[x] tell the Commission" in texts(pilot)
        await press(pilot, "ctrl+s")
        asked = "The European Commission is asked to correct the translations of the"
        assert f"{asked} description." in _lines(pilot)
        assert f"{asked} informal name." not in _lines(pilot)
        await press(pilot, "enter")
    assert desk.tasks() == {DESCRIPTION}
