"""The users tab by keyboard: the guide's chapters 3 and 4, and the wrong turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from db.models import Mail, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import ADMINISTRATOR, Actor, system_actor
from imi_tui.screens.my_authority import MyAuthorityScreen
from imi_tui.screens.users.form import UserForm
from imi_tui.screens.users.username_page import UsernamePage
from imi_tui.services import user_edit, user_view, users
from imi_tui.widgets.paged_table import PagedTable
from tests.screens.harness import TestApp, field, fill, paste, press, running, settle, texts, toasts, type_text
from tests.screens.hostile import HOSTILE
from tests.world import World

SERVICES = Right("services", "basic_user")


@pytest.fixture
def place(world: World) -> tuple[Actor, int]:
    """An authority with an administrator, who speaks English here, and two more users."""
    authority = world.authority()
    world.user(authority, "Anna", "Bērziņa", administrator=True, username="anna", language="en")
    world.user(authority, "Jānis", "Kalniņš", username="janis", rights=[SERVICES])
    world.user(authority, "Līga", "Ozola", username="liga", blocked=True)
    return Actor(1), authority


@pytest.fixture
def app(ctx: Context, place: tuple[Actor, int]) -> Iterator[TestApp]:
    return TestApp(ctx, place[0])


def _stored(ctx: Context, username: str) -> User | None:
    with ctx.store.reading():
        return User.get_or_none(User.username == username)


def _rights(ctx: Context, user_id: int) -> set[Right]:
    with ctx.store.reading():
        return {Right(*row) for row in UserRight.select(UserRight.module, UserRight.right).where(
            UserRight.user == user_id
        ).tuples()}  # fmt: skip


def _entry(pilot: Pilot[None], name: str) -> Input:
    entry = field(pilot, name).entry
    assert isinstance(entry, Input)
    return entry


async def test_the_list_shows_both_badges_and_the_details(app: TestApp) -> None:
    """S4.1, S4.9, S4.10."""
    async with running(app) as pilot:
        await press(pilot, "4")
        shown = texts(pilot)
        assert "3 users · 1 blocked" in shown
        assert "Ozola, Līga" in shown
        assert "✖ blocked" in shown
        assert "● active" in shown
        await press(pilot, "down")
        assert "working language: Latvian" in texts(pilot)
        assert "Services: Basic user" in texts(pilot)


async def test_a_colleague_is_registered(app: TestApp, ctx: Context) -> None:
    """S3.2-S3.7, S3.9, S3.10, S4.4: no right by default; the username is proposed, shown at the end, never mailed."""
    async with running(app) as pilot:
        await press(pilot, "4", "a")
        assert isinstance(app.screen, UserForm)
        await type_text(pilot, "Георги")
        await press(pilot, "tab")
        await type_text(pilot, "Иванов")
        assert field(pilot, "username").value == "ivanogeo"
        assert "✓ free; proposed" in texts(pilot)
        await fill(pilot, email="Georgi@VDI.example", phone="67 000 001")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, UsernamePage)
        shown = texts(pilot)
        assert "ivanogeo" in shown
        assert "in person or by phone, not by e-mail" in shown
        assert "Georgi@vdi.example" in shown
        await press(pilot, "enter")
        row = app.screen.query_one(PagedTable).row
        assert row is not None
        assert row.cells[0].text == "Иванов, Георги"
        assert "◔ temporary 14 d" in texts(pilot)
    new = _stored(ctx, "ivanogeo")
    assert new is not None
    assert (new.language, new.phone, new.password_temporary) == ("en", "+371 67 000 001", True)
    assert _rights(ctx, new.id) == set()
    with ctx.store.reading():
        mail = Mail.get()
    assert (mail.kind, mail.user_id) == ("welcome", new.id)
    assert "ivanogeo" not in mail.params


async def test_rights_are_given_with_the_registration(app: TestApp, ctx: Context) -> None:
    """S1.4, S3.7: a second administrator takes the advice of S3.1 away."""
    async with running(app) as pilot:
        await press(pilot, "4")
        assert "Only one administrator" in texts(pilot)
        await press(pilot, "a")
        await fill(pilot, first_name="Ilze", surname="Liepa", email="ilze@vdi.example")
        field(pilot, "rights").entry.focus()
        await press(pilot, "home", "space", "ctrl+s", "enter")
        assert "Only one administrator" not in texts(pilot)
    new = _stored(ctx, "liepailz")
    assert new is not None
    assert _rights(ctx, new.id) == {ADMINISTRATOR}


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: TestApp, ctx: Context) -> None:
    """S3.5, S3.10: somebody else's address in other letter case, a taken username."""
    async with running(app) as pilot:
        await press(pilot, "4", "a", "ctrl+s")
        assert "This must be filled in." in texts(pilot)
        assert app.focused is field(pilot, "first_name").entry
        await fill(pilot, first_name="Jānis", surname="Kalniņš", email="JANIS@people.example", username="JANIS")
        assert "✖ Another user has this e-mail address" in texts(pilot)
        assert "✖ The username JANIS is taken" in texts(pilot)
        await press(pilot, "ctrl+s")
        assert app.focused is field(pilot, "email").entry
        assert field(pilot, "surname").value == "Kalniņš"
        await fill(pilot, email="janis.2@vdi.example", username="janis2")
        assert texts(pilot).count("✓ free") == 2
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, UsernamePage)


async def test_an_own_username_is_kept_when_the_name_changes_and_a_cleared_one_is_proposed(app: TestApp) -> None:
    """S3.10."""
    async with running(app) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, first_name="Anna", surname="Ozola", username="mana.izvele")
        await fill(pilot, surname="Ozoliņa")
        assert field(pilot, "username").value == "mana.izvele"
        await fill(pilot, username="")
        await fill(pilot, surname="Zariņa")
        assert field(pilot, "username").value == "zarinann"


@pytest.mark.parametrize("name", ["first_name", "surname", "email", "phone", "username"])
async def test_whatever_is_put_into_a_field_is_refused_or_shown_as_text(app: TestApp, name: str) -> None:
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "4")
        for number, typed in enumerate(HOSTILE.values()):
            if not isinstance(app.screen, UserForm):
                await press(pilot, "a")
                good = {"first_name": "Ilze", "surname": "Liepa", "email": f"ilze{number}@vdi.example"}
                for other, value in good.items():
                    _entry(pilot, other).value = value
            entry = _entry(pilot, name)
            entry.value = ""
            entry.focus()
            await paste(pilot, typed)
            kept = entry.value
            await press(pilot, "ctrl+s")
            assert not any(letter in texts(pilot) for letter in "\x1b\x07\x9b\x00\u202e\u2066")
            if isinstance(app.screen, UserForm):
                assert field(pilot, name).value == kept
            else:
                assert isinstance(app.screen, UsernamePage)
                await press(pilot, "enter")


async def test_leaving_the_form_asks_where_something_was_typed(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "a", "escape")
        assert isinstance(app.screen, MyAuthorityScreen)
        await press(pilot, "a")
        await type_text(pilot, "I")
        await press(pilot, "escape")
        assert "Leave without saving?" in texts(pilot)
        await press(pilot, "escape")
        assert field(pilot, "first_name").value == "I"
        await press(pilot, "escape", "enter")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert isinstance(app.focused, PagedTable)


async def test_everything_of_a_colleague_can_be_changed(app: TestApp, ctx: Context) -> None:
    """S3.8, S4.2: data and rights in one go; a change is marked, with what stood there before."""
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        assert "Edit: Jānis Kalniņš" in texts(pilot)
        await fill(pilot, surname="Kalns", phone="67 222 333")
        assert "was: Kalniņš" in texts(pilot)
        assert "• Surname" in texts(pilot)
        field(pilot, "rights").entry.focus()
        await press(pilot, "home", "space", "ctrl+s")
        assert "Saved: Jānis Kalns" in " ".join(toasts(pilot))
        assert "Kalns, Jānis" in texts(pilot)
    changed = _stored(ctx, "janis")
    assert changed is not None
    assert (changed.surname, changed.phone, changed.version) == ("Kalns", "+371 67 222 333", 2)
    assert _rights(ctx, changed.id) == {SERVICES, ADMINISTRATOR}


async def test_a_mandatory_right_keeps_a_holder_when_rights_are_taken(app: TestApp, ctx: Context) -> None:
    """S4.3: refused at the rights, naming right and module and what to do."""
    async with running(app) as pilot:
        await press(pilot, "4", "e")
        field(pilot, "rights").entry.focus()
        await press(pilot, "home", "space", "ctrl+s")
        assert isinstance(app.screen, UserForm)
        shown = texts(pilot)
        assert "Somebody must hold the right “Administrator” in “Administration”" in shown
        assert "Give it to another user" in shown
    assert ADMINISTRATOR in _rights(ctx, 1)


async def test_a_mandatory_right_keeps_a_holder_when_somebody_is_deleted(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    """S4.3: seen beforehand in the question, and refused."""
    handler = Right("services", "request_handler")
    world.user(place[1], "Zane", "Āboliņa", rights=[handler], username="zane")
    app = TestApp(ctx, place[0])
    async with running(app) as pilot:
        await press(pilot, "4", "d")
        assert "mandatory, held by nobody else" in texts(pilot)
        await press(pilot, "enter")
        assert "Somebody must hold the right “Request handler” in “Services”" in " ".join(toasts(pilot))
    assert _stored(ctx, "zane") is not None


async def test_a_colleague_is_deleted_after_a_question_that_names_them(app: TestApp, ctx: Context) -> None:
    """S4.5."""
    async with running(app) as pilot:
        await press(pilot, "4", "down", "d")
        shown = texts(pilot)
        assert "Delete Jānis Kalniņš?" in shown
        assert "Enter Delete    Esc Cancel" in shown
        assert "Services · Basic user" in shown
        await press(pilot, "escape")
        assert _stored(ctx, "janis") is not None
        await press(pilot, "d", "enter")
        assert "Jānis Kalniņš was deleted." in " ".join(toasts(pilot))
        assert "Kalniņš, Jānis" not in texts(pilot)
        assert "2 users" in texts(pilot)
    assert _stored(ctx, "janis") is None


async def test_nobody_deletes_or_resets_oneself(app: TestApp, ctx: Context) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "d")
        assert "Nobody can delete their own account" in " ".join(toasts(pilot))
        await press(pilot, "r")
        assert isinstance(app.screen, MyAuthorityScreen)
        assert "Your own password you change under My account" in " ".join(toasts(pilot))
    assert _stored(ctx, "anna") is not None


async def test_a_password_is_reset_and_a_temporary_one_is_mailed(app: TestApp, ctx: Context) -> None:
    """S4.6: a block is lifted."""
    async with running(app) as pilot:
        await press(pilot, "4", "end", "r")
        assert "Reset the password of Līga Ozola?" in texts(pilot)
        await press(pilot, "enter")
        assert "A temporary one is on its way to liga@people.example" in " ".join(toasts(pilot))
        assert "◔ temporary 14 d" in texts(pilot)
        assert "◔ E-mail queued 2026-11-24 09:00: temporary password" in texts(pilot)
    with ctx.store.reading():
        assert Mail.get().kind == "password_reset"


async def test_whoever_is_no_administrator_reads_only(ctx: Context, place: tuple[Actor, int]) -> None:
    """S1.7."""
    app = TestApp(ctx, Actor(2))
    async with running(app) as pilot:
        await press(pilot, "4")
        assert "Bērziņa, Anna" in texts(pilot)
        for key in ("a", "e", "r", "d"):
            await press(pilot, key)
            assert isinstance(app.screen, MyAuthorityScreen)
        assert "Add user" not in texts(pilot)


async def test_filter_status_and_sort_are_kept_on_return(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "slash")
        await type_text(pilot, "ozola")
        assert "1 found of 3" in texts(pilot)
        assert "Kalniņš, Jānis" not in texts(pilot)
        await press(pilot, "enter", "g", "p", "g", "m", "4")
        assert "1 found of 3" in texts(pilot)
        await press(pilot, "n")
        assert "Kalniņš, Jānis" in texts(pilot)
        await press(pilot, "f", "f", "f", "f", "f")
        assert "only: blocked" in texts(pilot)
        assert "Kalniņš, Jānis" not in texts(pilot)
        await press(pilot, "n", "S")
        table = app.screen.query_one(PagedTable)
        assert table.row is not None and table.row.cells[0].text == "Ozola, Līga"


async def test_nobody_found_says_what_to_do(app: TestApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "slash")
        await type_text(pilot, "zzz")
        assert "Nobody matches. n clears the filter." in texts(pilot)
        await press(pilot, "down", "e", "r", "d")
        assert isinstance(app.screen, MyAuthorityScreen)


async def test_a_colleague_who_was_faster_is_named_and_both_are_saved(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    actor, authority = place
    second = world.administrator(authority, "Ilze", "Liepa")
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        await fill(pilot, phone="67 000 009")
        detail = user_view.user_detail(ctx, second, authority, 2)
        theirs = user_edit.EditedUser(
            detail.version, "Jānis", "Cits", "lv", detail.email, detail.phone, frozenset(detail.rights)
        )
        user_edit.edit(ctx, second, authority, 2, theirs)
        await press(pilot, "ctrl+s")
        assert "Ilze Liepa changed meanwhile: Surname; both are saved." in " ".join(toasts(pilot))
    changed = _stored(ctx, "janis")
    assert changed is not None
    assert (changed.surname, changed.phone) == ("Cits", "+371 67 000 009")


async def test_somebody_deleted_meanwhile_is_told_and_the_list_read_anew(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "down")
        users.delete(ctx, system_actor("cli"), place[1], 2)
        await press(pilot, "r")
        assert "This user was deleted meanwhile." in " ".join(toasts(pilot))
        assert "Kalniņš, Jānis" not in texts(pilot)


async def test_who_could_not_save_because_somebody_else_did_comes_back_to_a_list_read_anew(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    actor, authority = place
    async with running(app) as pilot:
        await press(pilot, "4", "down", "e")
        await type_text(pilot, "x")
        users.delete(ctx, actor, authority, 2)
        await press(pilot, "ctrl+s")
        assert "This user was deleted meanwhile." in texts(pilot)
        await press(pilot, "escape", "escape", "enter")
        assert "Kalniņš, Jānis" not in texts(pilot)


async def test_names_that_a_terminal_would_obey_are_shown_as_text(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    world.user(place[1], "[/x]", "\x1b[31mAa\u202e[bold]", username="hostile", email="h@people.example")
    app = TestApp(ctx, place[0])
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "4", "home")
        for keys in (("r", "escape"), ("d", "escape"), ("e", "escape")):
            await press(pilot, *keys)
        await settle(pilot)
        shown = texts(pilot)
        assert "Aa·[bold], [/x]" in shown
        assert not any(letter in shown for letter in "\x1b\u202e")


async def test_whoever_gives_up_their_own_administration_sees_it_at_once(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    actor, authority = place
    world.administrator(authority, "Ilze", "Liepa")
    app = TestApp(ctx, actor)
    async with running(app) as pilot:
        await press(pilot, "4", "e")
        field(pilot, "rights").entry.focus()
        await press(pilot, "home", "space", "ctrl+s")
        await settle(pilot)
        assert "Anna Bērziņa · user" in texts(pilot)
        await press(pilot, "4", "a")
        assert isinstance(app.screen, MyAuthorityScreen)


async def test_what_was_not_delivered_is_said_at_once_and_sent_again_with_one_key(
    app: TestApp, ctx: Context, place: tuple[Actor, int]
) -> None:
    """B16: the attention line, the reason in the details, m, and what will come of it."""
    with ctx.store.reading():
        liga = User.get(User.username == "liga")
    users.reset_password(ctx, place[0], place[1], liga.id)
    with ctx.store.writing():
        Mail.update(state="given_up", error="550 no such mailbox").execute()
    async with running(app) as pilot:
        await press(pilot, "4")
        assert "! 1 e-mail was not delivered: Līga Ozola" in texts(pilot)
        assert "m Send e-mail again" not in texts(pilot)
        await press(pilot, "end")
        assert "The mail server answered: 550 no such mailbox" in texts(pilot)
        assert "m Send e-mail again" in texts(pilot)
        await press(pilot, "m")
        assert "It brings a new temporary password" in " ".join(toasts(pilot))
        assert "not delivered" not in texts(pilot)
        assert "◔ E-mail queued" in texts(pilot)


async def test_a_change_of_rights_says_who_is_told(app: TestApp, ctx: Context) -> None:
    async with running(app) as pilot:
        await press(pilot, "4", "end", "e")
        await press(pilot, *["tab"] * 5, "space", "ctrl+s")
        assert "liga@people.example is told of the rights by e-mail." in " ".join(toasts(pilot))
    with ctx.store.reading():
        assert Mail.get().kind == "rights_changed"


async def test_what_is_typed_in_a_proposed_username_goes_to_its_end(app: TestApp) -> None:
    """S3.10."""
    async with running(app) as pilot:
        await press(pilot, "4", "a")
        await type_text(pilot, "Žanis")
        await press(pilot, "tab")
        await type_text(pilot, "Müllers")
        proposed = _entry(pilot, "username").value
        await press(pilot, *["tab"] * 4)
        await type_text(pilot, "9")
        assert _entry(pilot, "username").value == proposed + "9"


async def test_why_a_right_cannot_be_taken_away_is_read_to_the_end_on_a_narrow_screen(app: TestApp) -> None:
    """S4.3."""
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "4", "e", *["tab"] * 5, "space", "ctrl+s")
        shown = " ".join(texts(pilot).split())
        assert "Somebody must hold the right “Administrator” in “Administration”" in shown
        assert "first." in shown


async def test_details_that_find_no_room_say_so_and_enter_shows_them_to_whoever_reads(
    ctx: Context, world: World, place: tuple[Actor, int]
) -> None:
    """S1.7: read-only is not half."""
    long = "x" * 60
    reader = world.user(place[1], "Zane", "Zile", language="en")
    world.user(place[1], long, long, username="aaa", rights=[SERVICES], email=f"{long}@vdi.example")
    app = TestApp(ctx, Actor(reader))
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "4", "slash")
        await type_text(pilot, "xxx")
        await press(pilot, "enter")
        assert "Services: Basic user" not in texts(pilot)
        assert texts(pilot).splitlines()[-2].endswith("…")
        await press(pilot, "enter")
        assert "Services: Basic user" in texts(pilot)
        await press(pilot, "escape")
        assert "Go on" not in texts(pilot)


async def test_details_fit_a_window_that_changes(app: TestApp) -> None:
    async with running(app, (120, 40)) as pilot:
        await press(pilot, "4", "down")
        assert "last log-in:" not in texts(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "last log-in:" in texts(pilot)
