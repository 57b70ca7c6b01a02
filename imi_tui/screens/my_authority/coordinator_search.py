"""Search among the authorities that coordinate in a module, to link one of them (S2.8)."""

from __future__ import annotations

from collections.abc import Sequence

from imi_tui.i18n import _
from imi_tui.screens.authority_search import AuthoritySearch
from imi_tui.services import authorities
from imi_tui.services.access_rules import COORDINATOR
from imi_tui.services.authority_view import Coordinator


class CoordinatorSearch(AuthoritySearch):
    """Dismisses with the coordinator chosen, or None. `linked` are the ids that are not offered."""

    def __init__(self, module: str, module_name: str, linked: frozenset[int], role: str = COORDINATOR) -> None:
        super().__init__(linked)
        self._module = module
        self._role = role
        self.title_words = _("Coordinators in “{module}”").format(module=module_name)
        self.takes = _("add")
        self.no_match = _("No coordinator of this module has such a name.")
        self.nobody = _("No other authority coordinates in this module.")

    async def find(self, text: str, limit: int) -> Sequence[Coordinator]:
        """The coordinators of the module with this role."""
        search = authorities.search_coordinators
        return await self.app.backend.latest("coordinators", search, self._module, text, limit, self._role)
