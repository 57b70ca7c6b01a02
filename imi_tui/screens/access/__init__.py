"""Access management: the desk of an access manager, registering an authority, an authority's access to modules (B2)."""

from imi_tui.screens.access.desk import AccessScreen
from imi_tui.screens.access.pane import AccessPane

__all__ = ["AccessPane", "AccessScreen"]
