"""Delivery of the queued mail: from the write door to what a real mail server received, and back when it fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from db.models import Authority, Entry, Mail, User
from imi_tui.context import Context
from imi_tui.i18n.mail_failures import mail_failure
from imi_tui.mail.compose import one_line
from imi_tui.mail.delivery import WORKER, Delivered, deliver
from imi_tui.mail.transports import Permanent, Transport, transport
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.mailing import LEASE
from imi_tui.rules.verbs import Verb
from imi_tui.services import credentials, deliveries, users
from imi_tui.services.status import password_status
from imi_tui.worker import run_once, serve
from tests.databases import stored
from tests.mail.house import House
from tests.mail.server import PASSWORD, USER, Handler, Server, temporary_password, text_of
from tests.world import Clock, values_of


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


class Interrupted:
    """A transport that is killed before it has sent, or just after."""

    def __init__(self, beneath: Transport | None = None) -> None:
        self.beneath = beneath

    def send(self, message: EmailMessage) -> None:
        if self.beneath:
            self.beneath.send(message)
        raise Killed


class Meanwhile:
    """A transport in whose sending something else happens."""

    def __init__(self, happens: Callable[[], Any], raises: Exception | None = None) -> None:
        self.happens, self.raises, self.sent = happens, raises, list[EmailMessage]()

    def send(self, message: EmailMessage) -> None:
        self.happens()
        if self.raises:
            raise self.raises
        self.sent.append(message)


def only_mail() -> Mail:
    (mail,) = Mail.select()
    return mail


# What arrives


def test_a_reset_mails_a_temporary_password_that_works(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.reset()
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    (message,) = answers.messages
    password = temporary_password(message)
    assert house.logs_in_with(password)
    person = house.person()
    assert password_status(person, clock()) is PasswordStatus.TEMPORARY
    assert person.password_until == person.attention_at == clock() + timedelta(days=14)
    assert answers.recipients == ["p.o@people.example"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == only_mail().message_id
    assert message["To"].addresses[0].display_name == "Pēteris Ozols"
    mail = only_mail()
    assert (mail.state, mail.sent_at, mail.error, mail.params) == ("sent", clock(), "", "{}")


def test_the_record_tells_of_the_mailed_password_once_and_never_holds_it(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.reset()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna Bērziņa")
    run_once(ctx, smtp)
    entries = [entry for entry in Entry.select() if entry.actor_kind == WORKER.kind]
    assert [(entry.verb, entry.subject_id) for entry in entries] == [(Verb.PASSWORD_MAILED.code, house.colleague)]
    lapses = (clock() + timedelta(days=14)).isoformat()
    assert values_of(entries[0].id) == {"lapses": [None, lapses]}


def test_the_username_is_in_no_mail_and_the_password_nowhere_on_the_disk(
    ctx: Context,
    house: House,
    smtp: Transport,
    answers: Handler,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    house.reset()
    house.queue(MailKind.WELCOME, house.administrator.user_id)
    with ctx.store.writing():
        credentials.make_temporary(house.administrator.user_id or 0, ctx.now(), credentials.lives_of(ctx.settings))
    answers.recipient = "450 later"
    deliver(ctx, smtp)
    answers.recipient = "250 OK"
    ctx.now.move(minutes=2)  # type: ignore[attr-defined]  # the tests' clock
    assert deliver(ctx, smtp).sent == 2
    passwords = [temporary_password(message) for message in answers.messages]
    said = [record for record in caplog.records if not record.name.startswith("mail.")]  # the test's server
    assert said
    for raw, username in zip(answers.received, ("ozolsp42", "anna7"), strict=True):
        assert username not in raw.decode().lower()
    on_disk = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert on_disk
    for password in passwords:
        assert not [path for path in on_disk if password.encode() in path.read_bytes()]
        assert not [record for record in said if password in record.getMessage()]
    there = stored(ctx.store)
    assert b"ozolsp42" in there
    assert not [password for password in passwords if password.encode() in there]


@pytest.mark.parametrize("language", ["lv", "en", "el", "bg"])
def test_the_mail_is_in_the_users_working_language(
    ctx: Context, house: House, smtp: Transport, answers: Handler, language: str
) -> None:
    User.update(language=language).where(User.id == house.colleague).execute()
    house.reset()
    deliver(ctx, smtp)
    (message,) = answers.messages
    assert message["Content-Language"] == language
    month = {"lv": "decembris", "en": "December", "el": "Δεκεμβρίου", "bg": "декември"}[language]
    assert month in text_of(message)
    assert house.logs_in_with(temporary_password(message))


def test_a_change_is_told_to_the_authority_in_its_language_without_values(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    Authority.update(official_language="en").where(Authority.id == house.authority).execute()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone", "email"], by="Anna Bērziņa")
    deliver(ctx, smtp)
    (message,) = answers.messages
    assert answers.recipients == ["pasts@vdi.example"]
    text = text_of(message)
    assert "- Phone\n- E-mail\n" in text
    assert "Changed by: Anna Bērziņa" in text
    assert "+371" not in text and "pasts@" not in text


HOSTILE = [
    "Jānis\r\nBcc: victim@elsewhere.example",
    "Jānis\nSubject: other",
    "\u2028Bcc: victim@elsewhere.example\x0b\x00\x1b[2J",
    "=?utf-8?q?ev=0ABcc=3A?= Bērziņa",
    "=?utf-8?b?QmNjOiB2aWN0aW1AZWxzZXdoZXJlLmV4YW1wbGU=?=",
    'Ozols, "Pēteris" <victim@elsewhere.example>',
    "Group: a@b.example, c@d.example;",
    "(comment) \\ back",
    "\u202egnitset\u202c \u200b",
    "[/x] {name} %(name)s {0.__class__}",
    "A\u0301" * 40,
]


HEADERS = sorted(
    [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "Content-Language", "MIME-Version"),
    ]
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_nothing_about_the_mail(
    ctx: Context, house: House, smtp: Transport, answers: Handler, name: str
) -> None:
    User.update(first_name=name, surname=name).where(User.id == house.colleague).execute()
    Authority.update(official_name=name).where(Authority.id == house.authority).execute()
    house.reset()
    assert deliver(ctx, smtp).sent == 1
    (message,) = answers.messages
    assert sorted(message.keys()) == HEADERS
    assert answers.recipients == ["p.o@people.example"]
    assert [address.addr_spec for address in message["To"].addresses] == ["p.o@people.example"]
    display_name = message["To"].addresses[0].display_name
    # The standard library's reader puts a blank where a long name was folded.
    assert "".join(display_name.split()) == "".join(one_line(f"{name} {name}".replace("\x00", "\ufffd")).split())
    shown = display_name + text_of(message)
    assert not set(shown) & set("\r\x00\x1b\x0b\u2028\u202e\u200b")
    assert house.logs_in_with(temporary_password(message))


def test_a_domain_beyond_ascii_is_written_as_idna(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    User.update(email="ā.b@straße.example".replace("ā", "a")).where(User.id == house.colleague).execute()
    house.reset()
    deliver(ctx, smtp)
    assert answers.recipients == ["a.b@xn--strae-oqa.example"]


# What fails


def test_what_is_temporary_is_tried_again_after_growing_waits_with_a_new_password(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    answers.recipient = "450 4.2.0 greylisted"
    house.reset()
    for tries, minutes in enumerate((1, 5, 15, 60, 240, 240), start=1):
        assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=1)
        mail = only_mail()
        assert (mail.state, mail.tries, mail.error) == ("failed", tries, "450 4.2.0 greylisted")
        # Chance adds up to a quarter, so that mails that failed together do not come back together.
        wait = mail.next_try_at - clock()
        assert timedelta(minutes=minutes) <= wait <= timedelta(minutes=minutes * 1.25)
        assert house.person().password_hash is None
        clock.at = mail.next_try_at - timedelta(seconds=1)
        assert deliver(ctx, smtp).left == 1
        assert only_mail().tries == tries
        clock.move(seconds=1)
    answers.recipient = "250 OK"
    assert deliver(ctx, smtp).sent == 1
    assert house.logs_in_with(temporary_password(answers.messages[0]))


def test_what_is_permanent_fails_with_the_servers_words_and_a_new_reset_mends_it(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    answers.recipient = "550 5.1.1 no such user"
    house.reset()
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=1, left=0)
    assert (only_mail().state, only_mail().error) == ("given_up", "550 5.1.1 no such user")
    assert house.person().password_hash is None
    answers.recipient = "250 OK"
    house.reset()
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    assert only_mail().state == "sent"


def test_one_bad_address_does_not_hold_up_the_others(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    answers.refused = {"p.o@people.example"}
    house.reset()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=1, left=0)


def test_a_server_that_is_away_is_asked_once_a_run(ctx: Context, house: House, server: Server) -> None:
    for _number in range(3):
        house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    smtp = transport(f"smtp://127.0.0.1:{server.port}")
    server.answers.sender = "421 4.3.2 going down"
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=3)
    assert sorted(mail.tries for mail in Mail.select()) == [0, 0, 1]
    server.answers.sender = "250 OK"
    assert deliver(ctx, smtp) == Delivered(sent=2, given_up=0, left=1)


def test_a_secret_that_the_server_echoes_is_not_stored(
    ctx: Context, house: House, start_server: Callable[..., Server]
) -> None:
    from urllib.parse import quote

    server = start_server(log_in=True)
    server.answers.recipient = f"450 you are {PASSWORD}"
    house.reset()
    deliver(ctx, transport(f"smtp://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}"))
    assert only_mail().error == "450 you are ***"

    class Echo:
        def send(self, message: EmailMessage) -> None:
            self.password = temporary_password(message)
            raise Permanent(f"554 refused\r\n\x1b]0;{self.password}\x07 {'x' * 400}")

    ctx.now.move(minutes=2)  # type: ignore[attr-defined]  # the tests' clock
    echo = Echo()
    deliver(ctx, echo)
    error = only_mail().error
    assert echo.password not in error
    assert error.startswith("554 refused ") and error.isprintable() and len(error) <= 300


def test_an_address_that_cannot_be_written_fails_alone(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    User.update(email="a b\r\nBcc: c@d.example").where(User.id == house.colleague).execute()
    house.reset()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=1, left=0)
    (failed,) = Mail.select().where(Mail.state == "given_up")
    assert failed.error == "address"
    assert answers.recipients == ["pasts@vdi.example"]


def test_an_unexpected_error_leaves_the_others_alone_and_its_text_out_of_the_log(
    ctx: Context, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "geheim"

    def fall_over() -> None:
        raise RuntimeError(secret)

    house.reset()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    assert deliver(ctx, Meanwhile(fall_over)) == Delivered(sent=0, given_up=0, left=2)
    assert {mail.error for mail in Mail.select()} == {"unexpected: RuntimeError"}
    assert "RuntimeError" in caplog.text and "geheim" not in caplog.text
    assert mail_failure("unexpected: RuntimeError").endswith("(RuntimeError)")
    assert mail_failure("550 mailbox unavailable") == "The mail server answered: 550 mailbox unavailable"


# What happens meanwhile


def test_the_mail_of_a_killed_worker_is_sent_again_with_a_new_password(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.reset()
    with pytest.raises(Killed):
        deliver(ctx, Interrupted(smtp))
    assert only_mail().state == "sending"
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=1)
    clock.move(seconds=LEASE.total_seconds())
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    first, second = (temporary_password(message) for message in answers.messages)
    assert first != second
    assert house.logs_in_with(second) and not house.logs_in_with(first)
    assert answers.messages[0]["Message-ID"] != answers.messages[1]["Message-ID"]


def test_the_mail_of_a_killed_worker_is_dropped_where_a_newer_reset_was_mailed(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.reset()
    with pytest.raises(Killed):
        deliver(ctx, Interrupted())
    house.reset()
    clock.move(seconds=LEASE.total_seconds())
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    assert house.logs_in_with(temporary_password(answers.messages[0]))
    assert only_mail().state == "sent"


def test_a_mail_without_a_password_keeps_its_message_id_when_it_is_repeated(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    answers.cut = True
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=1)
    assert only_mail().error == "unknown_outcome"
    answers.cut = False
    clock.move(minutes=2)
    assert deliver(ctx, smtp).sent == 1
    first, second = (message["Message-ID"] for message in answers.messages)
    assert first == second


def test_a_password_that_may_have_arrived_stays_good_until_the_next_is_made(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    answers.cut = True
    house.reset()
    deliver(ctx, smtp)
    assert house.logs_in_with(temporary_password(answers.messages[0]))
    with ctx.store.writing():
        credentials.set_password(house.colleague, "chosen", clock(), credentials.lives_of(ctx.settings))
    clock.move(minutes=2)
    answers.cut = False
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=0)
    assert house.person().password_hash == "chosen"
    assert Mail.select().count() == 0


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "550 5.1.1 no such user", "421 4.3.2 going down"])
def test_a_password_that_may_have_arrived_stays_good_where_the_next_does_not_go_out(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock, answer: str
) -> None:
    answers.cut = True
    house.reset()
    deliver(ctx, smtp)
    password, lapses = temporary_password(answers.messages[0]), house.person().password_until
    answers.cut, answers.recipient = False, answer
    for _try in range(3):
        clock.move(hours=6)
        deliver(ctx, smtp)
        assert house.logs_in_with(password)
        person = house.person()
        assert person.password_until == person.attention_at == lapses
    answers.recipient = "250 OK"
    clock.move(hours=6)
    deliver(ctx, smtp)
    newest = temporary_password(answers.messages[-1])
    assert house.logs_in_with(newest)
    assert (newest == password) == answer.startswith("550")


def test_a_second_reset_drops_the_first_unsent(ctx: Context, house: House, smtp: Transport, answers: Handler) -> None:
    house.reset()
    house.reset()
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    assert len(answers.received) == 1


@pytest.mark.parametrize("fails", [None, Permanent("550 no")])
def test_a_reset_while_the_mail_is_under_way_makes_the_newer_password_the_good_one(
    ctx: Context, house: House, smtp: Transport, answers: Handler, fails: Exception | None, clock: Clock
) -> None:
    house.reset()
    under_way = Meanwhile(lambda: house.reset() if Mail.select().count() == 1 else None, fails)
    stop = threading.Event()
    deliver(ctx, _Stopping(under_way, stop), stop)
    assert house.person().password_hash is None
    assert deliver(ctx, smtp).left == 0
    assert house.logs_in_with(temporary_password(answers.messages[0]))
    assert [mail.state for mail in Mail.select()] == (["sent", "sent"] if fails is None else ["sent"])


class _Stopping:
    """A transport after whose first mail the worker is told to stop."""

    def __init__(self, beneath: Transport, stop: threading.Event) -> None:
        self.beneath, self.stop = beneath, stop

    def send(self, message: EmailMessage) -> None:
        self.stop.set()
        self.beneath.send(message)


def test_a_password_blocked_meanwhile_is_not_mailed(
    ctx: Context, house: House, smtp: Transport, answers: Handler, clock: Clock
) -> None:
    house.reset()
    with ctx.store.writing():
        credentials.block(house.colleague, clock())
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=1, left=0)
    assert only_mail().error == "blocked"
    assert answers.received == []
    assert house.person().blocked_at is not None


def test_a_user_deleted_while_the_mail_is_under_way(ctx: Context, house: House) -> None:
    house.reset()
    gone = Meanwhile(lambda: users.delete(ctx, house.administrator, house.authority, house.colleague))
    assert deliver(ctx, gone) == Delivered(sent=1, given_up=0, left=0)
    assert Mail.select().count() == 0


def test_a_mail_to_a_deleted_user_is_not_sent(ctx: Context, house: House, smtp: Transport, answers: Handler) -> None:
    house.reset()
    users.delete(ctx, house.administrator, house.authority, house.colleague)
    assert deliver(ctx, smtp) == Delivered(sent=0, given_up=0, left=0)
    assert answers.received == []


def test_a_worker_that_was_overtaken_changes_nothing(ctx: Context, house: House, clock: Clock) -> None:
    house.reset()
    slow = deliveries.claim(ctx, WORKER)
    assert slow is not None and deliveries.claim(ctx, WORKER) is None
    clock.move(seconds=LEASE.total_seconds())
    assert deliveries.claim(ctx, WORKER) is not None
    assert deliveries.give_password(ctx, WORKER, slow, "late") is None
    deliveries.not_sent(ctx, WORKER, slow, "late", again=False)
    assert (only_mail().state, only_mail().error) == ("sending", "")
    assert house.person().password_hash is None


def test_two_workers_at_once_send_each_mail_once(ctx: Context, house: House, tmp_path: Path) -> None:
    for _number in range(12):
        house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    sent: list[str] = []

    class Keep:
        def send(self, message: EmailMessage) -> None:
            sent.append(message["Message-ID"])

    def work() -> None:
        deliver(ctx, Keep())
        ctx.store.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sent) == len(set(sent)) == 12


def test_the_loop_delivers_what_is_queued_while_it_runs_and_ends_when_told(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    stop = threading.Event()
    loop = threading.Thread(target=serve, args=(ctx, smtp, stop, 0.01))
    loop.start()
    house.reset()
    for _wait in range(500):
        if answers.received and only_mail().state == "sent":
            break
        threading.Event().wait(0.01)
    stop.set()
    loop.join(5)
    assert not loop.is_alive()
    assert house.logs_in_with(temporary_password(answers.messages[0]))


def test_the_loop_outlives_a_database_that_is_away(
    ctx: Context, house: House, smtp: Transport, caplog: pytest.LogCaptureFixture, database_file: Path
) -> None:
    path = database_file
    path.rename(path.with_suffix(".away"))
    stop = threading.Event()
    loop = threading.Thread(target=serve, args=(ctx, smtp, stop, 0.01))
    loop.start()
    threading.Event().wait(0.2)
    assert loop.is_alive()
    path.with_suffix(".away").rename(path)
    stop.set()
    loop.join(5)
    assert caplog.text.count("store_missing") == 1


def test_only_the_house_itself_may_touch_the_outbox(ctx: Context, house: House) -> None:
    from imi_tui.rules.refusals import NotAllowed

    for touch in (deliveries.claim, deliveries.waiting, deliveries.anything_due):
        with pytest.raises(NotAllowed):
            touch(ctx, house.administrator)


def test_a_worker_that_was_overtaken_touches_no_later_mail_of_the_same_number(
    ctx: Context, house: House, clock: Clock, database_file: Path
) -> None:
    """SQLite gives the numbers of deleted mails again; a server never does."""
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["phone"], by="Anna")
    first = deliveries.claim(ctx, WORKER)
    assert first is not None
    with ctx.store.writing():
        Mail.delete().execute()
    house.queue(MailKind.AUTHORITY_CHANGED, None, fields=["town"], by="Anna")
    second = deliveries.claim(ctx, WORKER)
    assert second is not None and (second.id, second.tries) == (first.id, first.tries)
    deliveries.sent(ctx, WORKER, first)
    assert only_mail().state == "sending"
    deliveries.sent(ctx, WORKER, second)
    assert only_mail().state == "sent"


def test_nobody_is_told_of_a_block_that_was_lifted_before_the_mail_went_out(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    for user, blocked in ((house.colleague, False), (house.administrator.user_id, True)):
        house.queue(MailKind.PASSWORD_BLOCKED, user)
        if blocked:
            with ctx.store.writing():
                credentials.block(user or 0, ctx.now())
    assert deliver(ctx, smtp) == Delivered(sent=1, given_up=0, left=0)
    assert [message["To"] for message in answers.messages] == ["Anna Bērziņa <ab@vdi.example>"]


def test_an_authority_of_a_country_outside_the_union_is_written_to_in_english(
    ctx: Context, house: House, smtp: Transport, answers: Handler
) -> None:
    Authority.update(official_language="is").execute()
    house.queue(MailKind.MODULE_GIVEN, None, module="services", by="Anna")
    assert deliver(ctx, smtp).sent == 1
    assert answers.messages[0]["Content-Language"] == "en"
    assert "Services in the internal market" in text_of(answers.messages[0])
