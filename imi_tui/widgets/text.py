"""The one way by which text from data reaches a widget: cleaned, and never parsed as markup."""

from __future__ import annotations

from textual.content import Content

from imi_tui.rules.text import LONGEST, visible, visible_lines


def id_of(kind: str, name: str) -> str:
    """A widget's id made from a name or a code, which may hold what no id may; another name gives another id."""
    kept = "".join(
        one if one == "_" or (one.isascii() and one.isalnum()) else "-" if one == "." else f"_{ord(one):x}_"
        for one in name
    )
    return f"{kind}-{kept}"


def plain(value: str, style: str = "", *, limit: int = LONGEST) -> Content:
    """A text on one line, in one style, of at most `limit` characters."""
    return Content.styled(visible(value, limit), style) if style else Content(visible(value, limit))


def fitting(text: Content, width: int, height: int) -> Content:
    """A text as far as it finds room; one that goes on says so at its end."""
    lines = text.wrap(max(2, width))
    if len(lines) <= height:
        return text
    last = lines[height - 1].rstrip().truncate(max(1, width - 2))
    return Content("\n").join([*lines[: height - 1], last + " …"])


def plain_lines(value: str, style: str = "", *, limit: int = LONGEST) -> Content:
    """A text of several lines."""
    text = visible_lines(value, limit)
    return Content.styled(text, style) if style else Content(text)
