"""To the clipboard of the user's own terminal, however far away that is (OSC 52).

tmux lets one of two forms through, by its settings: the bare one or the wrapped one. Both are sent there. Whether the
terminal obeyed nobody tells us: so what is said shows the value, to be selected by hand.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from imi_tui.i18n import _
from imi_tui.rules.text import visible_lines

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

LONGEST = 4096
"""Bytes that are sent at most: terminals drop what is much longer."""


def copy(app: ImiApp, text: str) -> None:
    """Send a text, cleaned, to the terminal's clipboard, and say so."""
    cleaned = visible_lines(text, LONGEST).encode()[:LONGEST].decode(errors="ignore")
    app.copy_to_clipboard(cleaned)
    if os.environ.get("TMUX") and app._driver is not None:
        app._driver.write(wrapped_for_tmux(cleaned))
    app.notify(_("Sent to your terminal's clipboard:") + "\n" + cleaned, markup=False)


def wrapped_for_tmux(text: str) -> str:
    """The sequence as tmux hands it on to the terminal around it."""
    encoded = base64.b64encode(text.encode()).decode("ascii")
    return f"\x1bPtmux;\x1b\x1b]52;c;{encoded}\x07\x1b\\"
