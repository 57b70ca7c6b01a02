"""Transports against a real SMTP server and a real Maildir."""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path
from urllib.parse import quote

import pytest

from imi_tui.mail.compose import compose
from imi_tui.mail.smtp import SmtpTransport
from imi_tui.mail.transports import Away, NotSent, Permanent, Temporary, transport
from imi_tui.mail.words import Words
from imi_tui.settings import SettingsError
from tests.mail.server import CERTIFICATE, PASSWORD, USER, Server

Start = Callable[..., Server]
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"


def a_mail(to: str = "janis@people.example") -> EmailMessage:
    return compose(
        Words("Sveiki", "Labdien, Jāni!\n\nGlāžšķūņu rūķīši."),
        sender=("IMI", "imi@localhost.example"),
        to=("Jānis Kalniņš", to),
        language="lv",
        message_id="<1@localhost.example>",
        now=datetime(2026, 11, 24, 9, tzinfo=UTC),
    )


def url(server: Server, *, login: str = "", options: str = "", scheme: str = "smtp") -> str:
    return f"{scheme}://{login}localhost:{server.port}{options}"


def trusting(more: str = "") -> str:
    return f"?cafile={CERTIFICATE}{more}"


def test_smtp_sends_the_mail_as_composed(server: Server) -> None:
    transport(url(server)).send(a_mail())
    (message,) = server.answers.messages
    assert message["Subject"] == "Sveiki"
    assert "Glāžšķūņu rūķīši." in message.get_content()
    assert server.answers.recipients == ["janis@people.example"]


def test_starttls_is_used_where_offered_and_the_login_goes_through_it(start_server: Start) -> None:
    server = start_server(starttls=True, log_in=True)
    transport(url(server, login=LOGIN, options=trusting())).send(a_mail())
    assert server.answers.encrypted == [True]
    assert server.answers.logged_in == [True]


def test_smtps_is_encrypted_from_the_first_byte(start_server: Start) -> None:
    server = start_server(tls=True, log_in=True)
    transport(url(server, scheme="smtps", login=LOGIN, options=trusting())).send(a_mail())
    assert len(server.answers.received) == 1


def test_a_certificate_that_is_not_trusted_stops_the_mail(start_server: Start) -> None:
    for server, scheme in ((start_server(starttls=True), "smtp"), (start_server(tls=True), "smtps")):
        with pytest.raises(Away, match="certificate"):
            transport(url(server, scheme=scheme)).send(a_mail())
        assert server.answers.received == []


def test_required_starttls_that_is_not_offered_stops_the_mail(server: Server) -> None:
    with pytest.raises(Away, match="not_encrypted"):
        transport(url(server, options="?starttls=require")).send(a_mail())
    assert server.answers.received == []


def test_credentials_do_not_leave_this_machine_in_clear(start_server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_server(log_in=True)
    elsewhere = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda address, *more: elsewhere(("127.0.0.1", address[1]), *more))
    far = f"relay.example:{server.port}"
    with pytest.raises(Away, match="not_encrypted"):
        transport(f"smtp://{LOGIN}{far}").send(a_mail())
    transport(f"smtp://{LOGIN}{far}?starttls=never").send(a_mail())
    assert len(server.answers.received) == 1


@pytest.mark.parametrize(
    ("login", "reason"), [(f"{quote(USER, safe='')}:wrong-Secret1@", "login_refused: 535"), ("", "sender_refused: 530")]
)
def test_a_refused_login_is_not_the_mails_fault_and_is_told_without_the_password(
    start_server: Start, login: str, reason: str
) -> None:
    server = start_server(log_in=True)
    with pytest.raises(Away, match=reason) as caught:
        transport(url(server, login=login)).send(a_mail())
    assert "wrong-Secret1" not in caught.value.reason


def test_a_login_that_is_not_offered_is_not_the_mails_fault(start_server: Start) -> None:
    server = start_server(auth_exclude_mechanism=["LOGIN", "PLAIN"])
    with pytest.raises(Away, match="login_refused"):
        transport(url(server, login=LOGIN)).send(a_mail())


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("recipient", "450 4.2.0 greylisted", Temporary),
        ("recipient", "451 4.3.0 try later", Temporary),
        ("recipient", "550 5.1.1 no such user", Permanent),
        ("recipient", "421 4.3.2 going down", Away),
        ("data", "452 4.2.2 mailbox full", Temporary),
        ("data", "552 5.2.3 too large", Permanent),
        ("data", "554 5.7.1 content refused", Permanent),
        ("sender", "550 5.7.1 who are you", Away),
        ("sender", "421 4.3.2 going down", Away),
    ],
)
def test_each_answer_has_its_kind(server: Server, step: str, answer: str, kind: type[NotSent]) -> None:
    setattr(server.answers, step, answer)
    with pytest.raises(NotSent) as caught:
        transport(url(server)).send(a_mail())
    assert type(caught.value) is kind
    assert answer in caught.value.reason
    assert server.answers.received == []


def test_a_mail_refused_for_one_of_its_recipients_is_refused(server: Server) -> None:
    message = a_mail()
    del message["To"]
    message["To"] = "good@people.example, bad@people.example"
    server.answers.refused = {"bad@people.example"}
    with pytest.raises(Permanent, match="550"):
        transport(url(server)).send(message)


def test_a_line_cut_after_the_text_leaves_the_outcome_unknown(server: Server) -> None:
    server.answers.cut = True
    with pytest.raises(Temporary, match="unknown_outcome") as caught:
        transport(url(server)).send(a_mail())
    assert not isinstance(caught.value, Away)


def test_a_server_that_hangs_is_given_up_after_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = SmtpTransport(host="127.0.0.1", port=silent.getsockname()[1], timeout=0.2)
        with pytest.raises(Away):
            hanging.send(a_mail())


def test_a_server_that_is_not_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Away, match="out_of_reach"):
        transport(f"smtp://127.0.0.1:{port}").send(a_mail())


def test_a_local_part_beyond_ascii_needs_a_server_that_takes_it(start_server: Start) -> None:
    with pytest.raises(Permanent, match="address_refused"):
        transport(url(start_server(utf8=False))).send(a_mail("jānis@people.example"))


def test_maildir_is_made_for_its_owner_alone_and_holds_the_mail(tmp_path: Path) -> None:
    folder = tmp_path / "dzīvs 100%" / "mail"
    transport(f"maildir://{quote(str(folder))}").send(a_mail())
    (message,) = Maildir(folder, create=False)
    assert message["To"].startswith("=?utf-8?")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (stored,) = (folder / "new").iterdir()
    assert b"\r" not in stored.read_bytes()


def test_a_maildir_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Away, match="folder"):
        transport(f"maildir://{tmp_path}/file/mail").send(a_mail())


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "http://host",
        "smtp://",
        "smtp://user:Secret1@host:port",
        "smtp://user:Se/cret1@host",
        "smtp://user:Secret1%C4%81@host",
        "smtp://host?starttls=perhaps",
        "smtp://host?tls=1",
        "smtp://host?cafile=/no/such/file.pem",
        "maildir://relative",
    ],
)
def test_an_unusable_url_is_said_without_the_password(wrong: str) -> None:
    with pytest.raises(SettingsError, match="IMI_MAIL") as caught:
        transport(wrong)
    assert "cret1" not in str(caught.value)
