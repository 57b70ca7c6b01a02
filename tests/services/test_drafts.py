"""Drafts: one's own only, one for each editing session, within limits, and gone when nobody goes on with them (B6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Authority, Draft, Entry, TranslationTask, User
from imi_tui.context import Context
from imi_tui.rules.drafts import DraftKind, Typed
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.services import drafts
from tests.world import NOW, Clock, World

WORKER = system_actor("worker")


@pytest.fixture
def anna(world: World) -> Actor:
    return world.administrator(world.authority(access_manager=True))


def _typed(phone: str = "+371 67 111 111", session: str = "one", **more: object) -> Typed:
    typed = Typed(DraftKind.ACCOUNT, session, {"phone": ""}, {"phone": phone})
    return replace(typed, **more)


def test_what_was_typed_is_kept_and_the_newest_stands(ctx: Context, anna: Actor, clock: Clock) -> None:
    drafts.keep(ctx, anna, _typed("1"))
    clock.move(seconds=2)
    drafts.keep(ctx, anna, _typed("2", base_version=3))
    (kept,) = drafts.mine(ctx, anna)
    assert kept.typed == _typed("2", base_version=3)
    assert (kept.started_at, kept.saved_at, kept.refusal) == (NOW, clock.at, "")
    assert Entry.select().count() == 0


def test_where_it_was_typed_is_kept(ctx: Context, anna: Actor) -> None:
    drafts.keep(replace(ctx, origin="192.0.2.7", terminal="pts/3"), anna, _typed(session="far"))
    drafts.keep(replace(ctx, terminal="pts/3"), anna, _typed(session="near"))
    assert [kept.origin for kept in drafts.mine(ctx, anna)] == ["pts/3", "192.0.2.7"]


def test_nobody_sees_drops_or_takes_the_draft_of_another(ctx: Context, world: World, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed())
    other = world.administrator(1, "Līga", "Ozola")
    assert drafts.mine(ctx, other) == ()
    assert not drafts.drop(ctx, other, "one")
    with pytest.raises(Gone):
        drafts.take(ctx, other, "one", "two")
    drafts.keep(ctx, other, _typed("theirs"))
    (mine,), (theirs,) = drafts.mine(ctx, anna), drafts.mine(ctx, other)
    assert mine.typed.mine != theirs.typed.mine


def test_two_sessions_of_one_person_each_keep_their_own(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed("1", "one"))
    drafts.keep(ctx, anna, _typed("2", "two"))
    assert {kept.typed.session for kept in drafts.mine(ctx, anna)} == {"one", "two"}
    assert [kept.typed.session for kept in drafts.mine(ctx, anna, without=["two"])] == ["one"]


def test_who_goes_on_with_a_draft_takes_it_and_the_session_before_keeps_its_own(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed("1", "one"))
    assert drafts.take(ctx, anna, "one", "two") == _typed("1", "two")
    with pytest.raises(Gone) as gone:
        drafts.take(ctx, anna, "one", "three")
    assert gone.value.code == "draft_gone"
    drafts.keep(ctx, anna, _typed("more", "one"))
    drafts.keep(ctx, anna, _typed("other", "two"))
    assert {kept.typed.session: kept.typed.mine["phone"] for kept in drafts.mine(ctx, anna)} == {
        "one": "more",
        "two": "other",
    }


def test_what_is_dropped_is_gone(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed())
    assert drafts.drop(ctx, anna, "one")
    assert not drafts.drop(ctx, anna, "one")
    assert drafts.mine(ctx, anna) == ()


def test_the_drafts_of_who_is_deleted_go_with_them(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed())
    with ctx.store.writing():
        User.delete().where(User.id == anna.user_id).execute()
    assert Draft.select().count() == 0
    with pytest.raises(NotAllowed):
        drafts.keep(ctx, anna, _typed())


def test_what_was_typed_until_a_password_was_blocked_is_kept_and_shown_later(ctx: Context, anna: Actor) -> None:
    with ctx.store.writing():
        User.update(blocked_at=NOW).where(User.id == anna.user_id).execute()
    drafts.keep(ctx, anna, _typed())
    with pytest.raises(NotAllowed):
        drafts.mine(ctx, anna)
    with ctx.store.writing():
        User.update(blocked_at=None).where(User.id == anna.user_id).execute()
    assert len(drafts.mine(ctx, anna)) == 1


def test_a_system_actor_has_no_drafts(ctx: Context) -> None:
    with pytest.raises(NotAllowed):
        drafts.keep(ctx, WORKER, _typed())


def test_what_is_too_large_is_refused_and_what_was_kept_stays(
    ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "LONGEST", 100)
    drafts.keep(ctx, anna, _typed("1"))
    with pytest.raises(Refused) as refused:
        drafts.keep(ctx, anna, _typed("1" * 100))
    assert refused.value.code == "draft_too_large"
    assert drafts.mine(ctx, anna)[0].typed == _typed("1")


def test_the_longest_draft_finds_room_in_the_store(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed("ā" * (drafts.LONGEST - 20)))
    assert len(drafts.mine(ctx, anna)) == 1


def test_too_many_are_refused_and_those_there_are_go_on(
    ctx: Context, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 2)
    for session in ("one", "two"):
        drafts.keep(ctx, anna, _typed(session=session))
    with pytest.raises(Refused) as refused:
        drafts.keep(ctx, anna, _typed(session="three"))
    assert (refused.value.code, refused.value.facts) == ("drafts_too_many", {"number": 2})
    drafts.keep(ctx, anna, _typed("more", "two"))
    assert drafts.mine(ctx, anna)[0].typed.mine == {"phone": "more"}


def test_a_draft_that_nobody_went_on_with_lapses(ctx: Context, anna: Actor, clock: Clock) -> None:
    drafts.keep(ctx, anna, _typed())
    clock.move(days=90)
    assert drafts.lapse(ctx, WORKER) == 0
    clock.move(seconds=1)
    drafts.keep(ctx, anna, _typed(session="two"))
    assert drafts.lapse(ctx, WORKER) == 1
    assert Draft.get().session == "two"


def test_a_draft_of_a_later_version_waits_unread(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed())
    with ctx.store.writing():
        Draft.update(kind="unheard_of").execute()
    assert drafts.mine(ctx, anna) == ()
    with pytest.raises(Gone):
        drafts.take(ctx, anna, "one", "two")
    assert Draft.get().session == "one"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        (_typed(), ""),
        (_typed(kind=DraftKind.AUTHORITY, authority_id=1), ""),
        (_typed(kind=DraftKind.AUTHORITY, authority_id=99), "authority_gone"),
        (_typed(kind=DraftKind.AUTHORITY, authority_id=2), "not_managed"),
        (_typed(kind=DraftKind.NEW_USER, authority_id=1), ""),
        (_typed(kind=DraftKind.USER, authority_id=1, subject="1"), ""),
        (_typed(kind=DraftKind.USER, authority_id=1, subject="99"), "user_gone"),
        (_typed(kind=DraftKind.REGISTRATION), ""),
        (_typed(kind=DraftKind.TRANSLATION, authority_id=2, subject="informal_name"), "not_allowed"),
    ],
)
def test_it_is_said_why_one_cannot_go_on(ctx: Context, world: World, anna: Actor, typed: Typed, refusal: str) -> None:
    world.authority("Cita iestāde", email="cita@vdi.example")
    drafts.keep(ctx, anna, typed)
    assert drafts.mine(ctx, anna)[0].refusal == refusal


def test_a_translation_that_is_done_cannot_be_gone_on_with(ctx: Context, world: World, anna: Actor) -> None:
    from imi_tui.services.functions import set_commission

    set_commission(ctx, system_actor("cli"), 1)
    with ctx.store.writing():
        TranslationTask.create(authority=1, kind="informal_name", language="lv", new="x", asked_at=NOW)
    drafts.keep(ctx, anna, _typed(kind=DraftKind.TRANSLATION, authority_id=1, subject="informal_name"))
    assert drafts.mine(ctx, anna)[0].refusal == ""
    with ctx.store.writing():
        TranslationTask.delete().execute()
    assert drafts.mine(ctx, anna)[0].refusal == "translation_done"


def test_who_is_no_administrator_any_more_can_still_read_what_was_typed(ctx: Context, anna: Actor) -> None:
    drafts.keep(ctx, anna, _typed(kind=DraftKind.AUTHORITY, authority_id=1))
    with ctx.store.writing():
        Authority.update(status="inactive").execute()
    (kept,) = drafts.mine(ctx, anna)
    assert (kept.refusal, kept.authority, kept.typed.mine["phone"]) == (
        "authority_inactive",
        "Valsts darba inspekcija",
        "+371 67 111 111",
    )
