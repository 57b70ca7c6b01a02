"""Where the program logs, and what of it: ids, codes and references, and never what somebody typed or is called (B13).

A line tells when, how grave, of which process and session, and what. Of an exception it tells its kind and the places
in the program, not its words, which may hold values; of a library's own message only that there was one. Nothing is
ever logged to the terminal that the app paints on. Rotation is left to logrotate or journald: a file that was moved is
opened anew.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from types import TracebackType

from imi_tui.i18n import N_
from imi_tui.rules.text import visible
from imi_tui.settings import Settings

OURS = "imi_tui"

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

UNEXPECTED = N_(
    "An unexpected error ended the program; nothing half-done was saved. Reference for support: {reference}"
)

JOURNAL = Path("/dev/log")
"""The socket of journald, or of another syslog."""

_PLACES = 15
"""Places of a traceback that are told, the innermost."""

_SHORT = 8
"""Characters of a session's id that tell it apart from the others of a day."""


class _State:
    """What this process logs as and to."""

    session = ""
    handler: logging.Handler | None = None


def begin(settings: Settings, *, painting: bool = False) -> None:
    """Log from now on as the settings say; `painting` says that the terminal is the app's, stderr included.

    Nothing is opened before there is something to log. Never raises: a program works without its log.
    """
    root = logging.getLogger()
    if _State.handler is not None:
        root.removeHandler(_State.handler)
    _State.handler = _Later(settings, painting)
    root.addHandler(_State.handler)
    logging.getLogger(OURS).setLevel(LEVELS[settings.log_level])
    if painting:
        logging.captureWarnings(True)


def in_session(identity: str) -> None:
    """The lines that follow are of this session; of none where it is empty."""
    _State.session = identity[:_SHORT]


def note(what: str) -> None:
    """Log something that is no trouble; `what` is a text of the program's own."""
    logging.getLogger(OURS).info(what)


def unexpected(error: BaseException) -> str:
    """Log what nobody foresaw; returns the reference by which it is found."""
    import secrets

    reference = secrets.token_hex(4)
    logging.getLogger(OURS).error("unexpected error %s", reference, exc_info=error)
    return reference


class Lines(logging.Formatter):
    """One line for each record. `timed` says whether the instant is told, which a journal does by itself."""

    def __init__(self, *, timed: bool = True) -> None:
        super().__init__()
        self._timed = timed

    def format(self, record: logging.LogRecord) -> str:
        """The line; of an exception its kind and places."""
        parts = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))] if self._timed else []
        parts += [record.levelname, str(record.process), _State.session or "-", record.name + ":"]
        ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        parts.append(record.getMessage() if ours else f"reported at {_file(record.pathname)}:{record.lineno}")
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(places(record.exc_info[1]))
        return visible(" ".join(parts), limit=4000)


def places(error: BaseException) -> str:
    """The kinds of an exception and of what led to it, each with its places in the program, the innermost first."""
    told: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        told.append(f"{type(at).__name__} at {_frames(at.__traceback__) or '?'}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "; from ".join(told)


def _frames(trace: TracebackType | None) -> str:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{_file(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return ", ".join(frames[: -_PLACES - 1 : -1])


def _file(path: str) -> str:
    """A file by its package and name."""
    return "/".join(Path(path).parts[-3:])


class _Later(logging.Handler):
    """Opens what it logs to when there is something to log: the log-in is painted without. Never complains aloud."""

    def __init__(self, settings: Settings, painting: bool) -> None:
        super().__init__()
        self._settings, self._painting = settings, painting
        self._to: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on."""
        try:
            if self._to is None:
                self._to = _handler(self._settings, self._painting)
                self._to.handleError = self.handleError  # type: ignore[method-assign]  # it must be silent too
            self._to.handle(record)
        except Exception:  # whatever is wrong with the log must not reach who works, nor the terminal
            return

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say nothing: the terminal is not ours to write to. `imi doctor` tells of a log that cannot be written."""

    def close(self) -> None:
        """Close what was opened."""
        if self._to is not None:
            self._to.close()
        super().close()


class _File(logging.Handler):
    """A file for its owner alone, opened for each line: so it may be moved away, and many processes write to it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Append the line in one piece."""
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, f"{self.format(record)}\n".encode())
        finally:
            os.close(file)


def _handler(settings: Settings, painting: bool) -> logging.Handler:
    made: logging.Handler
    if settings.log == "stderr" and not painting:
        made = logging.StreamHandler(sys.stderr)
    elif settings.log == "journal" and JOURNAL.exists():
        from logging.handlers import SysLogHandler

        made = SysLogHandler(str(JOURNAL), SysLogHandler.LOG_DAEMON)
        made.ident = "imi: "
        made.append_nul = False
        made.setFormatter(Lines(timed=False))
        return made
    else:
        path = settings.log_path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # with a server, nothing else is there
        made = _File(path)
    made.setFormatter(Lines())
    return made
