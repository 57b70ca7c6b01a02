"""Numbers that are counted no further than up to some most: beyond it "more than 1 000"."""

from __future__ import annotations

from imi_tui.i18n import _


def counted(number: int, most: int) -> str:
    """The number as it is read. The words that go with it take the form of `min(number, most)`, since that is named."""
    return _("more than {n}").format(n=f"{most:,}".replace(",", " ")) if number > most else str(number)
