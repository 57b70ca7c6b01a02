"""Mail to an SMTP server: TLS, log-in, and which answer means what.

A refusal of us (connection, encryption, log-in, sender) is not the mail's fault: nothing can be sent just now. A
refusal of the recipient or of the content concerns this mail: 4xx is worth another try, 5xx is not.
"""

from __future__ import annotations

import base64
import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from imi_tui.mail.transports import Away, NotSent, Permanent, Temporary
from imi_tui.rules.mailing import MailFailure

TIMEOUT = 20.0
"""Seconds that the server may take for an answer."""

PATIENCE = 300.0
"""Seconds that it may take over the text: many look for viruses before they accept. Who goes earlier sends it again to
a server that has it (RFC 5321, 4.5.3.2.6). Stays within the `LEASE`, with all that comes before."""

_GOING_AWAY = 421
_SEND_THE_TEXT = 354


class SmtpTransport:
    """Sends each mail over a connection of its own. Credentials go out only encrypted, or to this very machine.

    `bounces` is the address that what cannot be delivered comes back to; without it, that is the sender's.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        encrypted: bool = False,
        starttls: str = "offered",
        cafile: str = "",
        bounces: str = "",
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        self.host, self.port, self.timeout, self._patience = host, port, timeout, patience
        self._user, self._password = user, password
        self._bounces = bounces
        self._encrypted, self._starttls, self._cafile = encrypted, starttls, cafile

    def send(self, message: EmailMessage) -> None:
        """Send the mail; the server has accepted it when this returns. Raises `NotSent`."""
        with self._let_in() as connection:
            connection.patience = self._patience
            with self._judged(MailFailure.BROKEN_OFF, connection):
                self._sent(connection, message)

    def knock(self) -> None:
        """See whether the server lets us in, and send nothing (B13). Raises `NotSent`."""
        with self._let_in():
            pass

    @contextmanager
    def _let_in(self) -> Iterator[_Connection]:
        """A connection that is encrypted and logged in, as it was set."""
        with self._judged(MailFailure.OUT_OF_REACH):
            connection = self._connected()
        try:
            with self._judged(MailFailure.OUT_OF_REACH):
                connection.ehlo_or_helo_if_needed()
            with self._judged(MailFailure.NOT_ENCRYPTED):
                self._secured(connection)
            with self._judged(MailFailure.LOGIN_REFUSED):
                if self._user:
                    connection.login(self._user, self._password)
            yield connection
        finally:
            _quit(connection)

    def _connected(self) -> _Connection:
        if self._encrypted:
            return _EncryptedConnection(self.host, self.port, timeout=self.timeout, context=self._tls())
        return _Connection(self.host, self.port, timeout=self.timeout)

    def _secured(self, connection: _Connection) -> None:
        if self._encrypted or self._starttls == "never":
            return
        if connection.has_extn("starttls"):
            connection.starttls(context=self._tls())
            connection.ehlo()
        elif self._starttls == "require" or (self._user and not _is_this_machine(self.host)):
            raise Away(MailFailure.NOT_ENCRYPTED)

    def _sent(self, connection: _Connection, message: EmailMessage) -> None:
        sender = self._bounces or message["From"].addresses[0].addr_spec
        recipients = [address.addr_spec for address in message["To"].addresses]
        refused = connection.send_message(message, sender, recipients)
        for code, answer in refused.values():  # some refused, some not: smtplib only mentions it
            raise self._of_mail(code, answer)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._cafile or None)

    @contextmanager
    def _judged(self, reason: MailFailure, sending: _Connection | None = None) -> Iterator[None]:
        """Turn what smtplib raises into a kind of failure; `reason` is what an answer of the server means just now."""
        try:
            yield
        except NotSent:
            raise
        except smtplib.SMTPRecipientsRefused as error:
            raise self._of_mail(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPDataError as error:
            raise self._of_mail(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise Permanent(MailFailure.ADDRESS_REFUSED) if sending else Away(reason) from None
        except smtplib.SMTPSenderRefused as error:
            told = self._answer(error.smtp_code, error.smtp_error)
            raise (Away(MailFailure.SENDER_REFUSED, told) if error.smtp_code >= 500 else Away(told)) from None
        except smtplib.SMTPResponseException as error:
            raise Away(reason, self._answer(error.smtp_code, error.smtp_error)) from None
        except ssl.SSLCertVerificationError as error:
            raise Away(MailFailure.CERTIFICATE, error.verify_message) from None
        except smtplib.SMTPServerDisconnected:
            raise self._broken(sending) from None
        except smtplib.SMTPException:
            raise Away(reason) from None
        except OSError as error:
            if sending:
                raise self._broken(sending) from None
            raise Away(MailFailure.OUT_OF_REACH, error.strerror or type(error).__name__) from None

    def _broken(self, sending: _Connection | None) -> NotSent:
        if sending and sending.in_data:
            return Temporary(MailFailure.UNKNOWN_OUTCOME)
        return Away(MailFailure.BROKEN_OFF)

    def _of_mail(self, code: int, answer: bytes | str) -> NotSent:
        told = self._answer(code, answer)
        if code == _GOING_AWAY:
            return Away(told)
        return Permanent(told) if code >= 500 else Temporary(told)

    def _answer(self, code: int, answer: bytes | str) -> str:
        """The server's answer, with the password blotted out in each form in which it was sent."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        if self._password:
            plain = f"\0{self._user}\0{self._password}"
            for secret in (base64.b64encode(plain.encode()).decode(), _base64(self._password), self._password):
                text = text.replace(secret, "***")
        return f"{code} {text}"


class _Connection(smtplib.SMTP):
    """Knows whether the mail's text is under way: from then on a broken line leaves open whether it was accepted."""

    in_data = False
    patience = PATIENCE

    def getreply(self) -> tuple[int, bytes]:
        code, answer = super().getreply()
        goes_ahead = code == _SEND_THE_TEXT
        self.in_data |= goes_ahead
        if self.sock:
            self.sock.settimeout(self.patience if goes_ahead else self.timeout)
        return code, answer


class _EncryptedConnection(_Connection, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _quit(connection: _Connection) -> None:
    """Take leave; the mail's fate is decided already, whatever the server says to this."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
