"""Repaint the rows that changed, and nothing of the widgets that have none of them.

Textual's compositor asks every widget that is visible for all of its lines, whatever changed: on a screen of a dozen
widgets that is more than half of what a key in a list costs. This one asks only those in the changed rows, for these.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class RowsOnly(Compositor):
    """A compositor whose partial updates cost as much as the rows that they repaint."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """What is painted, by widget: its region, the part of it that is asked for, the lines of that part."""
        if crop is None:
            yield from super()._get_renders()
            return
        for widget, (region, clip) in self.visible_widgets.items():
            # Whole rows: where widgets overlap, lines are cut at their edges and not at those of what changed.
            rows = Region(clip.x, crop.y, clip.width, crop.height).intersection(clip)
            shown = region.intersection(rows)
            if shown:
                yield region, rows, widget.render_lines(shown.translate((-region.x, -region.y)))
