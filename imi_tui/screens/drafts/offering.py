"""What one typed another time and did not save is offered: at the log-in, whenever one likes, and gone on with (B6)."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from imi_tui.i18n import _
from imi_tui.rules.refusals import Refused
from imi_tui.services import drafts

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.services.drafts import Kept


def offer(app: ImiApp) -> None:
    """Show the drafts there are, at the log-in."""
    _beside(app, _offered(app))


def show(app: ImiApp) -> None:
    """Show them to somebody who asks for them; say so where there are none."""
    _beside(app, _shown(app))


def go_on(app: ImiApp, kept: Kept) -> None:
    """Go on with a draft: the very form opens at its place, with what was typed."""
    _beside(app, _gone_on(app, kept))


def _beside(app: ImiApp, doing: Coroutine[Any, Any, object]) -> None:
    """In place of whatever else is about to take one somewhere."""
    app.run_worker(doing, group="place", exclusive=True)


async def _offered(app: ImiApp) -> bool:
    """Show the drafts, but for those of the screens that are open; whether there are any."""
    open_here = [keeper.session for keeper in app.ending.keepers()]
    try:
        found = await app.backend.read(drafts.mine, open_here)
    except Refused as refused:
        app.show_refusal(refused)
        return True
    if found:
        from imi_tui.screens.drafts.screen import DraftsScreen

        if not isinstance(app.screen, DraftsScreen):
            await app.push_screen(DraftsScreen(found))
    return bool(found)


async def _shown(app: ImiApp) -> None:
    if not await _offered(app):
        app.notify(_("There are no drafts: all that you typed was saved or dropped."), markup=False)


async def _gone_on(app: ImiApp, kept: Kept) -> None:
    from imi_tui.screens.drafts import going_on

    if not await app.may_leave():
        return
    try:
        typed = await going_on.taken(app, kept)
        section = going_on.section(app, typed)
        await app.only(section)
        await going_on.into(section, kept, typed)
    except Refused as refused:
        app.show_refusal(refused)
        await going_on.refused(app.screen)
