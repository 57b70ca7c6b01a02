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
from aiosmtpd.smtp import SMTP, AuthResult

CERTIFICATE = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "imi@relay.example", "p@ss/w:rd ?#1"

CUT, HANG = "cut", "hang"
"""Faults that are no answer: the line is closed, or nothing more is said until the client goes."""


class Handler:
    """Answers; each answer can be set, `cut` closes the line after the text instead of answering.

    `faults` are by step: an answer, `CUT` or `HANG` instead of what the server does there. The steps are CONNECT, EHLO,
    STARTTLS, AUTH, MAIL, RCPT, DATA, TEXT (while the text is under way) and END (once it has been received whole; a
    mail is kept by then, unless it is refused). `before_accepting` is called before that, in a thread of its own.
    """

    def __init__(self, log_in: bool = False) -> None:
        self.log_in = log_in
        self.sender = self.recipient = self.data = "250 OK"
        self.refused: set[str] = set()
        self.cut = False
        self.before_accepting: Callable[[], object] = bool
        self.faults: dict[str, str] = {}
        self.received: list[bytes] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.logged_in: list[bool] = []

    @property
    def messages(self) -> list[EmailMessage]:
        """What was accepted, as a mail program reads it."""
        return [parsed(raw) for raw in self.received]

    def __dir__(self) -> list[str]:
        """Without `messages`: aiosmtpd reads every attribute of its handler for each line, and that one is long."""
        return [name for name in super().__dir__() if name != "messages"]

    async def fault(self, step: str) -> str:
        """What goes wrong at a step, or nothing."""
        return self.faults.get(step, "")

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
        fault = await self.fault("END")
        answer = self.data if fault in {"", CUT, HANG} else fault
        if answer.startswith("2"):
            self.received.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
            self.logged_in.append(session.authenticated)
        if self.cut or fault == CUT:
            server.transport.abort()
        if fault == HANG:
            await _until_the_client_goes()
        return answer


class Faulty(SMTP):
    """A line to a client; asks its handler at each step whether it goes wrong there. `lines` are the open ones."""

    def __init__(self, handler: Handler, lines: set[Faulty], **how: Any) -> None:
        super().__init__(handler, **how)
        self._lines = lines

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._lines.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._lines.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if not await self._fails("CONNECT"):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._fails("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self._fails("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self._fails("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self._fails("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._fails("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._fails("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self._fails("DATA"):
            await super().smtp_DATA(arg)

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354"):
            await self._fails("TEXT")

    async def _fails(self, step: str) -> bool:
        fault = await self.event_handler.fault(step)
        if fault == CUT:
            self.transport.abort()
        elif fault == HANG:
            await _until_the_client_goes()
        elif fault:
            await super().push(fault)
        return bool(fault)


async def _until_the_client_goes() -> None:
    await asyncio.Event().wait()  # cancelled once the line is closed


class Server(Controller):
    """Listens on a port of its own at 127.0.0.1; until it is started, that port refuses."""

    def __init__(
        self,
        *,
        starttls: bool = False,
        tls: bool = False,
        log_in: bool = False,
        utf8: bool = True,
        answers: Handler | None = None,
        **more: Any,
    ) -> None:
        self.answers = answers or Handler(log_in)
        self._lines: set[Faulty] = set()
        # With the protocol named asyncio sends without delay; else each mail waits 40 ms for an acknowledgement.
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
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

    def factory(self) -> SMTP:
        return Faulty(self.answers, self._lines, **self.SMTP_kwargs)

    def stop(self, no_assert: bool = False) -> None:
        """Stop it; lines that are open still are cut, and nothing of it is left."""
        if self._thread is None:
            self._socket.close()
            self.loop.close()
            return
        asyncio.run_coroutine_threadsafe(self._cut_all(), self.loop).result()
        super().stop(no_assert)

    async def _cut_all(self) -> None:
        while self._lines:
            for line in list(self._lines):
                line.transport.abort()
            await asyncio.sleep(0)

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
