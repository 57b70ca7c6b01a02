"""Go on with a draft: which screen it belongs on, and there into the very form, filled with what was typed (B6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imi_tui.rules.drafts import DraftKind, Typed, coordinators_in
from imi_tui.screens.drafts.keeper import new_session
from imi_tui.screens.frame import Section
from imi_tui.services import authorities, drafts
from imi_tui.services.drafts import Kept

if TYPE_CHECKING:
    from textual.screen import Screen

    from imi_tui.app import ImiApp


async def taken(app: ImiApp, kept: Kept) -> Typed:
    """What was typed last, taken over by a new editing session. Raises what `drafts.take` does."""
    return await app.backend.write(drafts.take, kept.typed.session, new_session())


def section(app: ImiApp, typed: Typed) -> Section:
    """The section that the form is in; one that shows the draft by itself is told of it."""
    own = app.session is not None and typed.authority_id == app.session.authority_id
    if typed.kind is DraftKind.ACCOUNT:
        from imi_tui.screens.account import AccountScreen

        return AccountScreen(typed)
    if typed.kind is DraftKind.TRANSLATION:
        from imi_tui.screens.translations import TranslationsScreen

        return TranslationsScreen()
    if typed.kind is not DraftKind.REGISTRATION and own:
        from imi_tui.screens.my_authority import MyAuthorityScreen

        return MyAuthorityScreen(going_on=typed)
    from imi_tui.screens.access import AccessScreen

    return AccessScreen()


async def into(shown: Section, kept: Kept, typed: Typed) -> None:
    """From the section, once it is shown, into the form. Raises `Refused` where what it needs cannot be read."""
    from imi_tui.screens.access import AccessScreen
    from imi_tui.screens.translations import TranslationsScreen

    if isinstance(shown, TranslationsScreen):
        await shown.go_on(typed)
    elif isinstance(shown, AccessScreen):
        if typed.kind is DraftKind.REGISTRATION:
            named = await shown.app.backend.read(authorities.named, coordinators_in(typed.mine))
            await shown.register(typed, named)
        else:
            await shown.act_for(typed.authority_id or 0, kept.authority, typed)


async def refused(shown: Screen[object]) -> None:
    """A draft could not be gone on with: the list shows what there is now."""
    from imi_tui.screens.drafts.screen import DraftsScreen

    if isinstance(shown, DraftsScreen):
        await shown.read_anew()
