"""What is behind the log-in: loaded while the user types, after the log-in was painted without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imi_tui import i18n
from imi_tui.rules.languages import INTERFACE_LANGUAGES

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

STYLES = Path(__file__).parents[1] / "styles" / "app.tcss"


def load(app: ImiApp) -> None:
    """Load the first section, on another thread than the loop's, which its imports would hold for long."""
    import imi_tui.i18n.last_log_in
    import imi_tui.screens.dialogs
    import imi_tui.screens.drafts.offering
    import imi_tui.screens.my_authority
    import imi_tui.services.presence
    import imi_tui.services.sessions  # noqa: F401  # to have it loaded
    from imi_tui.services import catalogue, door

    for language in INTERFACE_LANGUAGES:  # that of whoever logs in, too
        catalogue.words(app.backend.context().catalogue, language)
        i18n.country_name("", language)
    door.make_ready()


def load_styles(app: ImiApp) -> None:
    """Read the styles of it."""
    app.stylesheet.read(STYLES)
    app.stylesheet.parse()
