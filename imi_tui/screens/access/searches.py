"""The searches of access management: another access manager, an access coordinator of a module."""

from __future__ import annotations

from collections.abc import Sequence

from imi_tui.i18n import _
from imi_tui.screens.authority_search import AuthoritySearch
from imi_tui.services import authorities, handover
from imi_tui.services.access_rules import ACCESS_COORDINATOR
from imi_tui.services.authority_view import Coordinator

NOBODY = 0
"""The id of the line that takes the access coordinator away."""


class ManagerSearch(AuthoritySearch):
    """Dismisses with the access manager chosen, or None."""

    def __init__(self) -> None:
        super().__init__(frozenset())
        self.title_words = _("Hand over to which access manager?")
        self.takes = _("choose")
        self.no_match = _("No access manager has such a name.")
        self.nobody = _("There is no other access manager.")

    async def find(self, text: str, limit: int) -> Sequence[Coordinator]:
        """The other access managers."""
        return await self.app.backend.latest("managers", handover.managers, text, limit)


class AccessCoordinatorSearch(AuthoritySearch):
    """Dismisses with the access coordinator chosen (one with the id `NOBODY` to have none), or None."""

    def __init__(self, module: str, module_name: str, authority_id: int, present: Coordinator | None) -> None:
        super().__init__(frozenset({authority_id}))
        self._module = module
        self._present = present
        self.title_words = _("Access coordinators in “{module}”").format(module=module_name)
        self.takes = _("choose")
        self.no_match = _("No access coordinator of this module has such a name.")
        self.nobody = _("No other authority is access coordinator in this module.")

    async def find(self, text: str, limit: int) -> Sequence[Coordinator]:
        """The access coordinators of the module; nobody, where there is one to be taken away."""
        search = authorities.search_coordinators
        found = await self.app.backend.latest("coordinators", search, self._module, text, limit, ACCESS_COORDINATOR)
        nobody = Coordinator(NOBODY, _("nobody"), "—")
        return [*([nobody] if self._present and not text.strip() else []), *found]
