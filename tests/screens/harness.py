"""The app in a test: on a real store, already logged in, waited for without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

from textual._context import visible_screen_stack
from textual.app import App
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from imi_tui import app as app_module
from imi_tui import i18n
from imi_tui.app import ImiApp
from imi_tui.backend import Backend
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.services import login
from imi_tui.typed_ahead import TypedAhead
from imi_tui.widgets.form import Field

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
LANGUAGES = ("en", "lv")

Steps = Callable[[Pilot[None]], Awaitable[None]]


class TestApp(ImiApp):
    """The app on a context; with an actor it begins in the first section instead of at the log-in."""

    __test__ = False
    CSS_PATH: ClassVar = [Path(app_module.__file__).parent / "styles" / name for name in ("first.tcss", "app.tcss")]

    def __init__(self, ctx: Context, actor: Actor | None = None, language: str = "en", **more: object) -> None:
        super().__init__(Backend(lambda: ctx), ctx.settings, **more)  # type: ignore[arg-type]  # demo log-ins
        self._ctx = ctx
        self._as = actor
        self._speaks = language

    def first_screen(self) -> Screen[None]:
        i18n.use(self._speaks)
        if self._as is None:
            return super().first_screen()
        self.backend.actor = self._as
        self.session = login.session(self._ctx, self._as)
        return Screen()

    def on_mount(self) -> None:
        super().on_mount()
        if self._as is not None:
            self.switch_screen(self.make("m"))


CALM = 5
"""Rounds in a row in which nothing moved, before everything is taken to be at rest."""


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the lanes have answered what was asked, and workers, screen and focus stay as they are."""
    app = pilot.app
    calm, before = 0, None
    while calm < CALM and not app._exit:  # an app that ended or crashed answers nothing any more
        if calm == CALM - 2:
            await pilot.pause(
                0
            )  # each widget has dealt with what it was sent: dear, so only once nothing seems to move
        else:
            await asyncio.sleep(0)
        backend: Backend = app.backend  # type: ignore[attr-defined]  # ours
        for lane in (backend._write, backend._read):
            answer = asyncio.get_running_loop().run_in_executor(lane, int)
            while not answer.done() and not backend.outage.away:  # else the lane waits for the database
                await asyncio.wait({answer}, timeout=0.01)
        running = frozenset(worker for worker in app.workers if not worker.is_finished)
        now = (app.screen, app.focused, running, len(app._notifications))
        typed_ahead: TypedAhead = app.typed_ahead  # type: ignore[attr-defined]  # ours
        nodes = [app, *app.screen.walk_children(with_self=True)]
        waiting = not typed_ahead.at_rest or any(_has_messages(node) for node in nodes)
        if not waiting and (unpainted := _unpainted(app)):
            for screen in unpainted:
                screen._on_timer_update()
            waiting = True
        calm, before = (calm + 1 if now == before and not waiting else 0), now


def _has_messages(node: MessagePump) -> bool:
    return node._message_queue is not None and not node._message_queue.empty()


def _unpainted(app: App[None]) -> list[Screen[object]]:
    """The screens in sight that have yet to lay out or paint what has changed."""
    return [
        screen
        for screen in (*app._background_screens, app.screen)
        if screen._layout_required
        or screen._scroll_required
        or screen._dirty_widgets
        or (screen._repaint_required and screen is app.screen)  # one behind a dialog asks again whenever it was done
    ]


async def wait_for(pilot: Pilot[None], text: str) -> None:
    """Wait until a text stands on the screen, for what takes more turns than `settle` knows of."""
    for _round in range(50):
        if text in texts(pilot):
            return
        await settle(pilot)
    raise AssertionError(f"waited for {text!r}; the screen shows:\n{texts(pilot)}")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each once the one before has had its effect."""
    for key in keys:
        send(pilot, key)
        await settle(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type a text into what has the focus."""
    for letter in text:
        send(pilot, letter)
    await settle(pilot)


def send(pilot: Pilot[None], key: str) -> None:
    """Send a key as the driver does. Textual's own `pilot.press` sleeps until the process is idle."""
    character = _CHARACTERS.get(key, key if len(key) == 1 else None)
    event = Key(_character_to_key(key) if len(key) == 1 else key, character)
    event.set_sender(pilot.app)
    assert pilot.app._driver is not None
    pilot.app._driver.send_message(event)


def texts(pilot: Pilot[None]) -> str:
    """What stands on the screen now, line by line, as a user reads it."""
    app = pilot.app
    width, height = app.size
    visible_screen_stack.set(app._background_screens)
    lines = app.screen._compositor.render_strips()
    assert len(lines) <= height and width
    return "\n".join(strip.text.rstrip() for strip in lines)


def steps(*keys: str) -> Steps:
    """Keys as something to be done before a snapshot."""

    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    return run


def cases(languages: Iterable[str] = LANGUAGES) -> list[tuple[str, str]]:
    """Language and size of each snapshot of a screen."""
    return [(language, size) for language in languages for size in SIZES]


_CHARACTERS = {"space": " ", "slash": "/", "question_mark": "?"}


@asynccontextmanager
async def running(
    app: TestApp, size: tuple[int, int] = (120, 40), *, notifications: bool = False
) -> AsyncIterator[Pilot[None]]:
    """The app in a terminal of this size, its lanes ended afterwards; with `notifications` they are painted."""
    try:
        async with app.run_test(size=size, notifications=notifications) as pilot:
            await settle(pilot)
            yield pilot
    finally:
        app.backend.close()


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste a text into what has the focus, as a terminal does."""
    focused = pilot.app.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await settle(pilot)


def field(pilot: Pilot[None], name: str) -> Field:
    """A form's field by its name."""
    return pilot.app.screen.query_one(f"#field-{name.replace('.', '-')}", Field)


async def fill(pilot: Pilot[None], **values: str) -> None:
    """Type a text into each field, in place of what stood there."""
    for name, value in values.items():
        entry = field(pilot, name).entry
        entry.focus()
        if isinstance(entry, Input):
            entry.value = ""
        await type_text(pilot, value)


def toasts(pilot: Pilot[None]) -> list[str]:
    """What the app has told in passing."""
    return [notification.message for notification in pilot.app._notifications]
