"""What is logged holds no name, address or password, whatever goes wrong; it goes where the settings say, and never to
the terminal that the app paints on."""

from __future__ import annotations

import ast
import asyncio
import errno
import gc
import logging
import os
import socket
import sqlite3
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee
import pytest

from db.models import User
from db.probe import StoreError, StoreKind
from imi_tui import log, start
from imi_tui.context import Context
from imi_tui.mail.delivery import deliver
from imi_tui.mail.transports import transport
from imi_tui.rules.refusals import NotAllowed, StoreAway
from imi_tui.services import login, users
from imi_tui.settings import Settings
from imi_tui.worker import serve
from tests.mail.house import House
from tests.mail.server import Server
from tests.world import PASSWORD, World

PLANTED = ("Žanete", "Slepenā", "zanete.slepena@people.example", "slepzane", "Slepena-Parole-9", PASSWORD)
FIRST, LAST, EMAIL, USERNAME, TYPED, _GOOD = PLANTED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(log=str(tmp_path / "imi.log"), log_level="debug")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test logs to, the others do not."""
    yield
    root, handler = logging.getLogger(), log._State.handler
    if handler is not None:
        root.removeHandler(handler)
    log._State.handler = None
    log.in_session("")
    logging.captureWarnings(False)
    logging.getLogger("imi_tui").setLevel(logging.NOTSET)


def _logged(settings: Settings) -> str:
    path = settings.log_path()
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _clean(text: str) -> None:
    assert text
    for word in PLANTED:
        assert word not in text
        assert word.encode("unicode_escape").decode() not in text


def _raise(error: BaseException, cause: BaseException | None = None) -> Any:
    name, typed = f"{FIRST} {LAST}", TYPED  # the locals of the place where it breaks
    assert name and typed
    raise error from cause


def test_a_mail_server_that_quotes_whom_it_refuses(ctx: Context, world: World, settings: Settings) -> None:
    log.begin(settings)
    server = Server()
    server.start()
    try:
        house = House(ctx, world)
        with ctx.store.writing():
            User.update(first_name=FIRST, surname=LAST, email=EMAIL).where(User.id == house.colleague).execute()
        server.answers.recipient = f"550 <{EMAIL}>: {USERNAME} is not known here"
        house.reset()
        deliver(ctx, transport(f"smtp://127.0.0.1:{server.port}"))
    finally:
        server.stop()
    text = _logged(settings)
    assert "given_up" in text
    _clean(text)


def test_errors_with_values_in_their_words(settings: Settings) -> None:
    log.begin(settings)
    errors = (
        peewee.IntegrityError(f"UNIQUE constraint failed: users.email ({EMAIL})"),
        sqlite3.OperationalError(f"near '{LAST}': syntax error"),
        StoreError(StoreKind.BUG, EMAIL),
        StoreAway("store_full", path=USERNAME),
        KeyError(TYPED),
        UnicodeEncodeError("ascii", FIRST, 0, 1, EMAIL),
        ExceptionGroup(LAST, [ValueError(EMAIL)]),
    )
    for error in errors:
        for cause in (None, ValueError(f"{USERNAME} typed {TYPED}")):
            try:
                _raise(error, cause)
            except Exception as caught:
                reference = log.unexpected(caught)
                assert reference in _logged(settings).splitlines()[-1]
    text = _logged(settings)
    _clean(text)
    for error in errors:
        assert type(error).__name__ in text
    assert "from ValueError at" in text and "tests/test_log.py" in text and "_raise" in text


def test_what_the_libraries_and_python_itself_complain_of(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    log.begin(settings, painting=True)
    logging.getLogger("peewee").warning("query %s", EMAIL)
    logging.getLogger("asyncio").error(f"Task of {LAST} was never retrieved", exc_info=ValueError(TYPED))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"coroutine of {USERNAME}", RuntimeWarning, stacklevel=1)

    async def nobody_waits() -> None:
        async def breaks() -> None:
            _raise(ValueError(EMAIL))

        task = asyncio.get_running_loop().create_task(breaks())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(nobody_waits())
    text = _logged(settings)
    _clean(text)
    for name in ("peewee", "asyncio", "py.warnings"):
        assert f" {name}: reported at " in text
    assert capfd.readouterr() == ("", "")


def test_what_nobody_foresaw_ends_with_a_reference_alone(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    log.begin(settings)
    start.catch_the_rest()
    try:
        _raise(ValueError(EMAIL))
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=_raise, args=(ValueError(TYPED),))
    thread.start()
    thread.join()

    thread = threading.Thread(target=_raise, args=(OSError(errno.EIO, "Input/output error"),))
    thread.start()  # a line that drops is no trouble
    thread.join()

    class Broken:
        def __del__(self) -> None:
            _raise(ValueError(LAST))

    Broken()
    gc.collect()
    text = _logged(settings)
    _clean(text)
    assert [line.split()[1] for line in text.splitlines()] == ["ERROR", "ERROR", "INFO", "ERROR"]
    told = capfd.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert told.err.rpartition(" ")[2].strip() in text.splitlines()[0]
    _clean(told.err)


def test_what_people_do_and_are_refused(ctx: Context, world: World, settings: Settings) -> None:
    """The whole day of a house, logged at its finest level."""
    log.begin(settings)
    authority = world.authority()
    administrator = world.administrator(authority)
    new = users.NewUser(FIRST, LAST, "lv", EMAIL, username=USERNAME)
    user_id = users.register(ctx, administrator, authority, new).user_id
    with pytest.raises(NotAllowed):
        login.log_in(ctx, login.LOGIN, USERNAME, TYPED)
    users.reset_password(ctx, administrator, authority, user_id)
    stop = threading.Event()

    class Stops:
        def send(self, message: object) -> None:
            stop.set()
            raise ValueError(f"{message} {EMAIL}")

    serve(ctx, Stops(), stop, 0.01)  # type: ignore[arg-type]  # a transport that breaks
    text = _logged(settings)
    assert "mail 1" in text and "ValueError at" in text
    _clean(text)


def test_a_line_tells_when_how_grave_and_of_which_process_and_session(settings: Settings) -> None:
    log.begin(settings)
    logging.getLogger("imi_tui.worker").info("mail %s", 7)
    log.in_session("0123456789abcdef")
    logging.getLogger("imi_tui").error("forged\n2026-01-01 line \x1b[2J")
    first, second = _logged(settings).splitlines()
    assert first[10] == "T" and first[20:] == f" INFO {os.getpid()} - imi_tui.worker: mail 7"
    assert second[20:].startswith(f" ERROR {os.getpid()} 01234567 imi_tui: forged")
    assert "\x1b" not in second


def test_the_level_is_that_of_the_settings(settings: Settings, tmp_path: Path) -> None:
    log.begin(Settings(log=settings.log, log_level="error"))
    logging.getLogger("imi_tui.mail").warning("not this")
    assert _logged(settings) == ""
    logging.getLogger("imi_tui.mail").error("this")
    assert "this" in _logged(settings)


def test_the_file_is_its_owners_alone_and_may_be_moved_away(settings: Settings, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        log.begin(settings)
        logging.getLogger("imi_tui").error("one")
        path = settings.log_path()
        assert path.stat().st_mode & 0o777 == 0o600
        path.rename(tmp_path / "imi.log.1")
        logging.getLogger("imi_tui").error("two")
    finally:
        os.umask(old)
    assert "two" in _logged(settings) and "one" not in _logged(settings)


def test_a_log_that_cannot_be_written_disturbs_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.begin(Settings(log=f"{tmp_path}/none/imi.log"))
    logging.getLogger("imi_tui").error("nobody hears this")
    assert capfd.readouterr() == ("", "")


def test_it_goes_to_stderr_but_never_to_the_terminal_of_the_app(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/imi.db", log="stderr")
    log.begin(settings)
    logging.getLogger("imi_tui").error("of a command")
    assert "of a command" in capfd.readouterr().err
    log.begin(settings, painting=True)
    logging.getLogger("imi_tui").error("of the app")
    assert capfd.readouterr() == ("", "")
    assert "of the app" in (tmp_path / "imi.log").read_text(encoding="utf-8")


def test_it_goes_to_the_journal_or_where_there_is_none_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/imi.db", log="journal")
    monkeypatch.setattr(log, "JOURNAL", tmp_path / "journal")
    log.begin(settings)
    logging.getLogger("imi_tui").error("to a file")
    assert "to a file" in (tmp_path / "imi.log").read_text(encoding="utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "journal"))
        journal.settimeout(10)
        log.begin(settings)
        logging.getLogger("imi_tui").error("to the journal")
        told = journal.recv(1000).decode()
        assert log._State.handler is not None
        log._State.handler.close()
    assert told == f"<27>imi: ERROR {os.getpid()} - imi_tui: to the journal"


def test_no_line_of_ours_passes_an_exception_or_a_text_made_on_the_spot() -> None:
    """What reaches the log is written down here, place by place: ids, codes, references, kinds."""
    for path in Path(log.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not calls or not isinstance(node.func.value, ast.Name) or node.func.value.id not in {"LOG", "_log"}:  # type: ignore[attr-defined]  # a call of an attribute
                continue
            first, *rest = node.args  # type: ignore[attr-defined]  # likewise
            assert isinstance(first, ast.Constant), (path, node.lineno)
            assert not any(isinstance(one, ast.Name) and one.id.startswith(("err", "exc")) for one in rest), path
