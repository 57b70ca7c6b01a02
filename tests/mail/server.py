"""A real SMTP server for the tests: keeps what it received, and refuses on wish at each step."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

CERTIFICATE = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "imi@relay.example", "p@ss/w:rd ?#1"


class Handler:
    """Answers; each answer can be set, `cut` closes the line after the text instead of answering.

    `before_accepting` is called before a mail is accepted, in a thread of its own.
    """

    def __init__(self, log_in: bool) -> None:
        self.log_in = log_in
        self.sender = self.recipient = self.data = "250 OK"
        self.refused: set[str] = set()
        self.cut = False
        self.before_accepting: Callable[[], object] = bool
        self.received: list[bytes] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.logged_in: list[bool] = []

    @property
    def messages(self) -> list[EmailMessage]:
        """What was accepted, as a mail program reads it."""
        return [parsed(raw) for raw in self.received]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        if self.log_in and not session.authenticated:
            return "530 5.7.0 log in first"
        return self.sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = "550 5.1.1 no such user" if address in self.refused else self.recipient
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.to_thread(self.before_accepting)
        if self.data.startswith("2"):
            self.received.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
            self.logged_in.append(session.authenticated)
        if self.cut:
            server.transport.abort()
        return self.data


class Server(Controller):
    """Listens on a port of its own at 127.0.0.1."""

    def __init__(
        self, *, starttls: bool = False, tls: bool = False, log_in: bool = False, utf8: bool = True, **more: Any
    ) -> None:
        self.answers = Handler(log_in)
        self._socket = socket.create_server(("127.0.0.1", 0))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        super().__init__(
            self.answers,
            hostname="127.0.0.1",
            port=self._socket.getsockname()[1],
            ssl_context=context if tls else None,
            tls_context=context if starttls else None,
            authenticator=_check,
            auth_require_tls=starttls,
            enable_SMTPUTF8=utf8,
            server_hostname="localhost",
            **more,
        )

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


def _check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False, auth_data=data if good else None)


def parsed(raw: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The text of a mail with the lines joined again that `format=flowed` broke."""
    lines = message.get_content().replace("\r\n", "\n").split("\n")
    text = ""
    for line in lines:
        shown = line.removeprefix(" ")
        text += shown if shown.endswith(" ") and shown != "-- " else f"{shown}\n"
    return text


def temporary_password(message: EmailMessage) -> str:
    """The temporary password of a mail: the only paragraph of one word."""
    (password,) = (part for part in text_of(message).split("\n\n") if len(part.split()) == 1)
    return password.strip()
