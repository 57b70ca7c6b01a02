"""Start the app safely: an environment that opens nothing, a real terminal, a database that is ours."""

from __future__ import annotations

import errno
import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from db.probe import StoreError, StoreKind, meta_value, probe
from imi_tui import i18n
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway
from imi_tui.rules.script import INDEXED, VERSION

if TYPE_CHECKING:
    from types import TracebackType

    from imi_tui.app import ImiApp
    from imi_tui.context import Context
    from imi_tui.settings import Settings

_KEPT = {
    *("TERM", "COLORTERM", "NO_COLOR", "LANG", "LANGUAGE", "TZ", "HOME", "USER", "LOGNAME", "PATH", "SHELL", "TMPDIR"),
    *("TMUX", "STY", "LINES", "COLUMNS", "NOTIFY_SOCKET"),
}
_KEPT_BEGINNINGS = ("LC_", "SSH_", "XDG_", "IMI_", "COVERAGE_")

_KEPT_OVER_SSH = {"TERM", "COLORTERM", "NO_COLOR", "LANG", "LANGUAGE", "TZ", "HOME", "USER", "LOGNAME", "PATH", "SHELL"}
_KEPT_BEGINNINGS_OVER_SSH = ("LC_", "SSH_")

MANY = 2000
"""Authorities from which on the progress of indexing is shown."""

_NO_TERMINALS = {"", "dumb", "unknown"}

_PR_SET_DUMPABLE = 4
"""From Linux's `sys/prctl.h`."""


def forced(environment: Mapping[str, str] = os.environ, isolated: bool = bool(sys.flags.isolated)) -> bool:
    """Whether sshd's ForceCommand runs us, for somebody who is to get the app and nothing else of this machine.

    Known by the command that was asked for in its place, or by an SSH connection under `python -I`: a console script
    cannot carry `-I`, so whoever types `imi` at a prompt of their own is not meant.
    """
    return "SSH_ORIGINAL_COMMAND" in environment or (isolated and bool(environment.get("SSH_CONNECTION")))


def secure() -> None:
    """Keep only the environment we know, forbid core dumps, create files for ourselves alone.

    `TEXTUAL_*` names drivers to import and files to write every key to, `PYTHON*` runs code; a core dump holds the
    passwords that were in memory. Run by ForceCommand, nothing that the other side may have sent counts: no `IMI_*`
    (settings come from the settings file alone), no folder; and no key stops or ends us while we start.
    """
    over_ssh = forced()
    kept, beginnings = (_KEPT_OVER_SSH, _KEPT_BEGINNINGS_OVER_SSH) if over_ssh else (_KEPT, _KEPT_BEGINNINGS)
    for name in list(os.environ):
        if name not in kept and not name.startswith(beginnings):
            del os.environ[name]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    if over_ssh:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            signal.signal(number, signal.SIG_IGN)
        _close_memory()


def _close_memory() -> None:
    """Nobody else of the same account may look into this process; all the users of a deployment share one."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def refuse_commands() -> None:
    """Over ForceCommand the app is opened and no command run, whatever was asked for: say so, and end."""
    if "SSH_ORIGINAL_COMMAND" in os.environ:
        i18n.use(language_of(os.environ))
        fail(
            i18n._(
                "This log-in opens the program only: it runs no command and copies no file."
                " Connect with “ssh” and the name of the server alone."
            )
        )


def settings() -> Settings:
    """The settings, with the interface's language put to use; ends the program with a line where they are wrong."""
    from imi_tui.settings import SettingsError, load

    try:
        loaded = load()
    except SettingsError as error:
        fail(str(error))
    i18n.use(loaded.language or language_of(os.environ))
    return loaded


SWITCH = 0.0005
"""Seconds after which a thread that reads the database lets the one go on that paints; Python's own 5 ms are longer
than a key takes."""


def open_app(
    loaded: Settings | None = None,
    demo: Sequence[dict[str, str]] = (),
    beside: Callable[[Context], None] | None = None,
) -> int:
    """Open the app on the database of the settings; returns the exit code.

    `beside` is given the context once it exists, after the log-in is painted, for what runs beside the app.
    """
    sys.setswitchinterval(SWITCH)
    gc.disable()  # nothing that is made until the log-in is painted is garbage: 7 % of the start
    loaded = loaded or settings()
    _need_terminal()
    there = ready(loaded.database_url(), wait=True)
    from imi_tui import log
    from imi_tui.app import ImiApp
    from imi_tui.backend import Backend
    from imi_tui.context import make_context

    log.begin(loaded, painting=True)

    def made() -> Context:
        if not there:
            look(loaded.database_url())
        context = make_context(loaded)
        if beside is not None:
            beside(context)
        return context

    backend = Backend(made)
    app = ImiApp(backend, loaded, demo)
    try:
        app.run(mouse=loaded.mouse)
    finally:
        _read_no_more(app)
    if backend.actor.session:
        from imi_tui.services import sessions

        closed = backend.close(sessions.close)
    else:
        closed = backend.close()
    if app.return_code == 128 + signal.SIGHUP:
        _write_nowhere()
    code = app.return_code or 0
    log.note(f"the program ends with {code}")
    if not closed:
        _end_now(code)
    return code


def _read_no_more(app: ImiApp) -> None:
    """Where the app broke while it left, Textual's thread goes on reading a terminal that may be gone: for ever, and as
    fast as it can."""
    over = getattr(app._driver, "exit_event", None)
    if over is not None:
        over.set()


def _write_nowhere() -> None:
    """The terminal is gone: what Python still flushes there would fail, and be the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _end_now(code: int) -> NoReturn:
    """End although something waits still for a database that is away, which may be for minutes."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def look(url: str) -> None:
    """Look at a database that was away when the program began. Raises `StoreAway`: away still, or not to be used."""
    try:
        probe(url)
    except StoreError as error:
        raise StoreAway(error.kind.value, path=error.detail) from error


def ready(url: str, *, wait: bool = False) -> bool:
    """See to it that the database can be used: an older one is upgraded, with a copy of it put beside, and where the
    full-text index is not of this version it is made; anything else that is wrong ends the program with a line, nothing
    touched. Whether it is ready: one that is away just now is not, where the caller means to `wait` for it."""
    try:
        try:
            probe(url)
        except StoreError as error:
            if error.kind is not StoreKind.OLDER:
                raise
            from db.schema import upgrade
            from imi_tui.context import system_clock

            copy = upgrade(url, system_clock())
            if copy is not None:  # else another process did it meanwhile
                sys.stderr.write(i18n._("The database was upgraded; the old one is {path}.").format(path=copy) + "\n")
        if meta_value(url, INDEXED) != VERSION:
            _index(url)
    except StoreError as error:
        if wait and error.kind is StoreKind.AWAY:
            return False
        fail(sentence(StoreAway(error.kind.value, path=error.detail)))
    return True


def _index(url: str) -> None:
    """Fill the full-text index, which is absent after an upgrade, or of another version."""
    import click

    from db.catalogue import load
    from db.engine import Store
    from db.models import Authority
    from imi_tui.services.search_index import rebuild

    store = Store(url)
    with store.reading():
        number = Authority.select().count()
    label = i18n._("Indexing the authorities")
    with click.progressbar(length=number, label=label, file=sys.stderr, hidden=number < MANY) as bar:
        rebuild(store, load(), bar.update)
    store.close()


def catch_the_rest() -> None:
    """What nobody foresaw is logged, without its words, and told by a reference; nothing else reaches the terminal."""
    sys.excepthook = _told
    sys.unraisablehook = lambda unraisable: _logged(unraisable.exc_value)
    threading.excepthook = lambda failed: _logged(failed.exc_value)


def _logged(error: BaseException | None) -> str:
    from imi_tui import log

    if isinstance(error, OSError) and error.errno == errno.EIO:  # Textual still writes to a terminal that is gone
        log.note("the terminal is gone")
        return ""
    return "" if error is None else log.unexpected(error)


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last words of a program that an error ended; its exit code is 1."""
    if not issubclass(kind, Exception):
        sys.__excepthook__(kind, error, trace)
        return
    from imi_tui.log import UNEXPECTED

    sys.stderr.write(f"imi: {i18n._(UNEXPECTED).format(reference=_logged(error))}\n")


def fail(message: str) -> NoReturn:
    """One line on stderr, exit code 1."""
    sys.stderr.write(f"imi: {message}\n")
    sys.exit(1)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "") in _NO_TERMINALS:
        fail(i18n._("The program needs a terminal. Over SSH use “ssh -t”, and see that TERM is set."))


def language_of(environment: Mapping[str, str]) -> str:
    """The two letters of the locale, as the C library would choose it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name][:2]
    return "en"
