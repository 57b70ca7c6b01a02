"""The mails of an authority: what has become of each, what could not be delivered, and sending one again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.models import Entry, Mail, User
from imi_tui.context import Context
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import MailState
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.services import mails, outbox, user_view, users, users_list
from tests.world import Clock, World, values_of


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


@pytest.fixture
def janis(world: World, authority: int) -> int:
    return world.user(authority)


def _queue(
    ctx: Context, authority: int, user: int | None, kind: MailKind = MailKind.RIGHTS_CHANGED, **facts: object
) -> int:
    with ctx.store.writing():
        mail = outbox.queue(ctx.now(), kind, authority, user, {"by": "Anna"})
        if facts:
            Mail.update(**facts).where(Mail.id == mail).execute()
        return mail


def test_the_newest_mails_come_first_and_can_be_narrowed(
    ctx: Context, anna: Actor, authority: int, janis: int, world: World
) -> None:
    first = _queue(ctx, authority, janis, state="sent")
    second = _queue(ctx, authority, None, state="given_up", error="550 no")
    other = _queue(ctx, world.authority("Cita iestāde"), None)
    page = mails.mails_page(ctx, anna, authority)
    assert [row.id for row in page] == [second, first]
    assert [row.name for row in page] == ["", "Jānis Kalniņš"]
    assert [row.id for row in mails.mails_page(ctx, anna, authority, user_id=janis)] == [first]
    assert [row.id for row in mails.mails_page(ctx, anna, authority, state=MailState.GIVEN_UP)] == [second]
    assert [row.id for row in mails.mails_page(ctx, anna, authority, before=second)] == [first]
    assert mails.mail_row(ctx, anna, authority, second).error == "550 no"
    with pytest.raises(Gone):
        mails.mail_row(ctx, anna, authority, other)


@pytest.mark.parametrize("state", ["queued", "failed", "given_up"])
def test_a_mail_that_did_not_go_out_is_queued_anew(
    ctx: Context, anna: Actor, authority: int, janis: int, state: str, clock: Clock
) -> None:
    mail = _queue(ctx, authority, janis, state=state, error="550 no", tries=7)
    clock.move(days=2)
    again = mails.resend(ctx, anna, authority, mail)
    assert (again.state, again.tries, again.error, again.kind) == (MailState.QUEUED, 0, "", "rights_changed")
    assert [row.id for row in mails.mails_page(ctx, anna, authority)] == [again.id]
    assert again.next_try_at == clock()
    with ctx.store.reading():
        assert Mail.get().params == '{"by": "Anna"}'
        entry = Entry.select().order_by(Entry.id.desc()).first()
        assert (entry.verb, entry.subject_id) == ("mail:resent", janis)
        assert "rights_changed" in values_of(entry.id)["kind"]


def test_a_sent_temporary_password_is_sent_again_as_long_as_it_is_one(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    users.reset_password(ctx, anna, authority, janis)
    with ctx.store.writing():
        Mail.update(state="sent").execute()
    (sent,) = mails.mails_page(ctx, anna, authority)
    assert sent.again
    assert mails.resend(ctx, anna, authority, sent.id).state is MailState.QUEUED
    assert len(mails.mails_page(ctx, anna, authority)) == 2
    with ctx.store.writing():
        User.update(password_temporary=False).where(User.id == janis).execute()
    assert not mails.mail_row(ctx, anna, authority, sent.id).again
    with pytest.raises(Refused, match="mail_not_kept"):
        mails.resend(ctx, anna, authority, sent.id)


def test_what_is_sent_or_being_sent_is_not_sent_again(ctx: Context, anna: Actor, authority: int, janis: int) -> None:
    sent = _queue(ctx, authority, janis, state="sent")
    with pytest.raises(Refused, match="mail_not_kept"):
        mails.resend(ctx, anna, authority, sent)
    sending = _queue(ctx, authority, janis, state="sending")
    with pytest.raises(Refused, match="mail_under_way"):
        mails.resend(ctx, anna, authority, sending)


def test_only_the_authoritys_administrators_send_again(ctx: Context, authority: int, janis: int, world: World) -> None:
    mail = _queue(ctx, authority, janis)
    stranger = world.administrator(world.authority("Cita iestāde"))
    for actor in (Actor(janis), stranger):
        with pytest.raises(NotAllowed):
            mails.resend(ctx, actor, authority, mail)
    with pytest.raises(NotAllowed):
        mails.mails_page(ctx, stranger, authority)
    assert mails.mails_page(ctx, Actor(janis), authority)


def test_the_details_tell_of_the_mail_that_did_not_arrive_before_a_newer_one(
    ctx: Context, anna: Actor, authority: int, janis: int
) -> None:
    failed = _queue(ctx, authority, janis, MailKind.WELCOME, state="failed", error="out_of_reach")
    newer = _queue(ctx, authority, janis, state="sent")
    told = user_view.user_detail(ctx, anna, authority, janis).last_mail
    assert told is not None and told.id == failed
    with ctx.store.writing():
        Mail.delete().where(Mail.id == failed).execute()
    told = user_view.user_detail(ctx, anna, authority, janis).last_mail
    assert told is not None and told.id == newer
    assert mails.last(ctx, anna, authority) is None


def test_what_could_not_be_delivered_is_counted_with_names(
    ctx: Context, anna: Actor, authority: int, janis: int, world: World
) -> None:
    assert users_list.users_counts(ctx, anna, authority).undelivered == mails.Undelivered(0, ())
    _queue(ctx, authority, janis, state="given_up")
    _queue(ctx, authority, None, state="given_up")
    _queue(ctx, authority, janis, state="failed")
    _queue(ctx, world.authority("Cita iestāde"), None, state="given_up")
    found = users_list.users_counts(ctx, anna, authority).undelivered
    assert found == mails.Undelivered(2, ("", "Jānis Kalniņš"))
    for _number in range(3):
        _queue(ctx, authority, janis, state="given_up")
    assert users_list.users_counts(ctx, anna, authority).undelivered == replace(found, count=5, names=found.names[1:])


def test_of_mails_that_are_queued_together_the_last_temporary_password_of_a_user_counts(
    ctx: Context, world: World, authority: int, janis: int
) -> None:
    """As of those that are queued one after the other; what has left stays, and so does a colleague's."""
    zane = world.user(authority)
    for user, state in ((janis, "queued"), (janis, "sent"), (zane, "failed")):
        _queue(ctx, authority, user, MailKind.WELCOME, state=state)
    kinds = [(MailKind.WELCOME, janis), (MailKind.RIGHTS_CHANGED, janis), (MailKind.PASSWORD_RESET, janis)]
    kinds += [(MailKind.RIGHTS_CHANGED, janis), (MailKind.PASSWORD_EXPIRED, zane), (MailKind.PASSWORD_REMINDER, zane)]
    with ctx.store.writing():
        outbox.queue_all(ctx.store, ctx.now(), [outbox.Queued(kind, authority, user, {}) for kind, user in kinds])
    with ctx.store.reading():
        found = [(mail.user_id, mail.kind, mail.state) for mail in Mail.select().order_by(Mail.id)]
    assert found == [
        (janis, "welcome", "sent"),
        (zane, "welcome", "failed"),
        (janis, "rights_changed", "queued"),
        (janis, "password_reset", "queued"),
        (janis, "rights_changed", "queued"),
        (zane, "password_reminder", "queued"),
    ]
