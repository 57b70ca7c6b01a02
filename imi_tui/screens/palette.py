"""The command palette: every action that works right now, and the sections; no command and no word of Textual's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.binding import ActiveBinding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets.option_list import Option

from imi_tui.i18n import _
from imi_tui.rules.text import fold
from imi_tui.screens.frame import Section
from imi_tui.widgets.keyline import ours, words_of
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp


class Palette(CommandPalette):
    """The palette, which says in the interface's language that nothing matches; Textual's own says it in English."""

    def _start_no_matches_countdown(self, search_value: str) -> None:
        self._stop_no_matches_countdown()
        say = partial(self._say_nothing, searching=bool(search_value))
        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, say)

    def _say_nothing(self, *, searching: bool) -> None:
        if searching:
            words = Option(plain(_("No command matches.")), disabled=True, id=self._NO_MATCHES)
            self.query_one(CommandList).add_option(words)
        self._list_visible = searching


Command = tuple[str, str, Callable[[], Any]]


class Commands(Provider):
    """The bindings of the screen under the palette, by name, plus what has no key."""

    @property
    def _imi(self) -> ImiApp:
        from imi_tui.app import ImiApp

        assert isinstance(self.app, ImiApp)
        return self.app

    def _commands(self) -> Iterator[Command]:
        app = self._imi
        done: set[str] = set()
        for node, binding, enabled, _tooltip in self._bindings():
            if not enabled or not ours(binding) or binding.action in done:
                continue
            if binding.action in {"command_palette", "app.go"} or binding.action.startswith("section"):
                continue
            done.add(binding.action)
            run = partial(app.run_action, binding.action, node)
            yield words_of(binding), app.get_key_display(binding), run
        if isinstance(self.screen, Section):
            for letter, name in app.sections().items():
                yield _("Go to: {section}").format(section=name), f"g {letter}", partial(app.action_section, letter)
        for code, name in (("lv", "Latviešu valoda"), ("en", "English")):
            yield _("Language: {language}").format(language=name), "", partial(app.use_language, code)
        yield _("Dark theme"), "", partial(setattr, app, "theme", "imi-dark")
        yield _("Light theme"), "", partial(setattr, app, "theme", "imi-light")
        if app.session is not None:
            if "sessions" not in done:
                yield _("Where you are logged in"), "", app.action_sessions
            yield _("Drafts"), "", app.action_drafts
            yield _("Log out"), "", app.action_log_out

    def _bindings(self) -> list[ActiveBinding]:
        """What works right now, what the footer shows before the keys that only move."""
        return sorted(self.screen.active_bindings.values(), key=lambda active: not active.binding.show)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, key, run in self._commands():
            yield DiscoveryHit(name, run, help=key or None)

    async def search(self, query: str) -> Hits:
        """Commands in which each word typed begins or occurs, whatever the case or diacritics."""
        words = fold(query).split()
        for name, key, run in self._commands():
            folded = fold(name)
            if all(word in folded for word in words):
                score = 1.0 if words and folded.startswith(words[0]) else 0.5
                yield Hit(score, name, run, help=key or None)
