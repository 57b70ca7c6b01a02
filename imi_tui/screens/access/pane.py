"""Tab 5, Access: an authority's access to each module, and its standing as a whole (S1.9, S2.3, B2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.rules.refusals import Refused
from imi_tui.screens.access import questions
from imi_tui.screens.access.searches import AccessCoordinatorSearch, ManagerSearch
from imi_tui.screens.my_authority.changed import AccessChanged
from imi_tui.screens.my_authority.words import DASH, access_words
from imi_tui.services import access, access_changes, access_view, authorities, handover, standing
from imi_tui.services.access_view import Access
from imi_tui.services.authority_view import AuthorityView, Coordinator
from imi_tui.services.catalogue import CatalogueView, ModuleWords
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.ledger import Fact, Heading, Ledger, Line
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

LIST_ROOM = 32
"""Cells of a line of the list; what is longer goes on under the module's name."""

WHOLE = "whole"
"""The id of the first line, the authority as a whole; no module is called so."""


class AccessPane(Widget):
    """The modules on the left, the chosen one on the right. `own`: of the access manager's own authority."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "give", N_("Give"), tooltip=N_("Give access")),
        Binding("s", "suspend", N_("Suspend"), tooltip=N_("Suspend access")),
        Binding("s", "resume", N_("Resume"), tooltip=N_("Resume access")),
        Binding("r", "role", N_("Role"), tooltip=N_("Change the role")),
        Binding("c", "coordinator", N_("Coordinator"), tooltip=N_("Change the access coordinator")),
        Binding("d", "withdraw", N_("Withdraw"), tooltip=N_("Withdraw access")),
        Binding("x", "deactivate", N_("Deactivate"), tooltip=N_("Deactivate the authority")),
        Binding("x", "reactivate", N_("Reactivate"), tooltip=N_("Reactivate the authority")),
        Binding("h", "hand_over", N_("Hand over"), tooltip=N_("Hand over to another access manager")),
        Binding("h", "take_back", N_("Take back"), tooltip=N_("Take the offer back")),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]
    DEFAULT_CSS = """
    AccessPane {
        height: 1fr;
        & #access-list { width: 36; height: 100%; padding: 0 1 0 0; }
        & Ledger { width: 1fr; height: 100%; padding: 0 0 0 1; }
    }
    """
    help_text = N_(
        "An access manager gives authorities access to modules. a gives it: the module's mandatory rights go to the"
        " longest-registered administrator, who is told by e-mail and can hand them on. s suspends the access or"
        " resumes it, r changes the authority's role in the module, c says which access coordinator answers for it, d"
        " withdraws it: what falls away is shown first. On the first line stands the authority as a whole: x"
        " deactivates or reactivates it, h hands it over to another access manager, who has to accept."
    )

    app: ImiApp

    def __init__(self, authority_id: int, words: CatalogueView, *, own: bool) -> None:
        super().__init__()
        self._authority = authority_id
        self._catalogue = words
        self._own = own
        self._modules: dict[str, Access] = {}
        self._view: AuthorityView | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Choices(id="access-list")
            yield Ledger([])

    def on_mount(self) -> None:
        self.action_again()

    def focus_first(self) -> None:
        """Focus the list."""
        self.query_one("#access-list").focus()

    # What is shown

    @property
    def _chosen(self) -> Access | None:
        return self._modules.get(self.query_one("#access-list", Choices).chosen)

    @property
    def _words(self) -> ModuleWords:
        chosen = self._chosen
        assert chosen is not None
        return self._catalogue.module(chosen.module)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work on this line."""
        if action == "again" or self._view is None or not self.is_mounted:
            return action == "again"
        chosen = self._chosen
        if chosen is None:
            active = self._view.status == "active"
            whole = {
                "deactivate": active and not self._own,
                "reactivate": not active and not self._own,
                "hand_over": self._view.offered_to is None and not self._own,
                "take_back": self._view.offered_to is not None,
            }
            return whole.get(action, False)
        words = self._catalogue.module(chosen.module)
        keys = {
            "give": not chosen.held,
            "suspend": chosen.access == "given" and not words.everywhere,
            "resume": chosen.access == "suspended",
            "role": chosen.held and len(words.roles) > 1,
            "coordinator": chosen.held and len(words.roles) > 1,
            "withdraw": chosen.held and not words.everywhere,
        }
        return keys.get(action, False)

    @work(exclusive=True, group="access-read")
    async def action_again(self) -> None:
        """Read everything anew."""
        await self._read()

    async def _read(self) -> None:
        try:
            self._view = await self.app.backend.read(authorities.view, self._authority)
            found = await self.app.backend.read(access_view.module_access, self._authority)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self._modules = {one.module: one for one in found}
        options = [Option(_("The authority as a whole"), id=WHOLE), *(self._option(one) for one in found)]
        self.query_one("#access-list", Choices).replace(options)
        self._show()

    def _option(self, module: Access) -> Option:
        glyph = "·" if not module.held else "✓" if module.access == "given" else "‖"
        name = plain(self._catalogue.module(module.module).short)
        prompt = Content.assemble(f"{glyph} ", name if module.held else name.stylize("$muted"))
        if module.access == "suspended":
            words = _("suspended")
            gap = " " if prompt.cell_length + 1 + cell_len(words) <= LIST_ROOM else "\n  "
            prompt += gap + Content.styled(words, "$warning")
        return Option(prompt, id=module.module)

    @on(OptionList.OptionHighlighted, "#access-list")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        if self._view is not None:
            chosen = self._chosen
            lines = self._module_lines(chosen) if chosen else self._whole_lines(self._view)
            self.query_one(Ledger).update(lines)
            self.refresh_bindings()

    def _whole_lines(self, view: AuthorityView) -> list[Line]:
        held = [one for one in self._modules.values() if one.held]
        suspended = sum(one.access == "suspended" for one in held)
        return [
            Heading(view.official_name),
            Fact(_("Status"), authority_status_words(view.status)),
            *([Fact(_("Function"), _("access manager"))] if view.access_manager else []),
            Fact(_("Access manager"), _named(view.manager)),
            *([Fact(_("Offered to"), _named(view.offered_to))] if view.offered_to else []),
            Fact(_("Modules"), f"{len(held)}" + (f" ({suspended} ‖)" if suspended else "")),
        ]

    def _module_lines(self, module: Access) -> list[Line]:
        words = self._catalogue.module(module.module)
        if not module.held:
            return [Heading(words.name), Fact(_("Access"), _("· none; a gives it"))]
        lines: list[Line] = [
            Heading(words.name),
            Fact(_("Access"), access_words(module.access)),
            Fact(_("Role"), words.roles.get(module.role, module.role)),
        ]
        if len(words.roles) > 1:
            lines.append(Fact(_("Access coordinator"), _named(module.access_coordinator)))
        for right in module.unheld:
            said = _("✖ “{right}”: held by nobody").format(right=words.rights.get(right, right))
            lines.append(Fact(_("Mandatory rights"), plain(said).stylize("$error")))
        return lines

    # Doing

    @on(OptionList.OptionSelected, "#access-list")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        """Enter gives access where there is none, and else changes the role."""
        event.stop()
        for action, do in (("give", self.action_give), ("role", self.action_role)):
            if self.check_action(action, ()):
                do()
                return

    @work(exclusive=True, group="access-do")
    async def action_give(self) -> None:
        """Give access, in a role (S1.9)."""
        words = self._words
        role: str | None = next(iter(words.roles))
        title = _("Give access to “{module}”: in which role?").format(module=words.name)
        if len(words.roles) > 1:
            role = await self.app.push_screen_wait(questions.RoleChoice(title, words, role or "", _("give access")))
        if role is not None:
            said = _("Access given: {module}").format(module=words.name)
            await self._do(access.give_module, words.code, role, said=said)

    @work(exclusive=True, group="access-do")
    async def action_suspend(self) -> None:
        """Suspend the access, after a question."""
        words = self._words
        if await self.app.push_screen_wait(questions.suspend_question(words)):
            said = _("Access suspended: {module}").format(module=words.name)
            await self._do(access_changes.suspend_module, words.code, said=said)

    @work(exclusive=True, group="access-do")
    async def action_resume(self) -> None:
        """Resume the access."""
        words = self._words
        said = _("Access resumed: {module}").format(module=words.name)
        await self._do(access_changes.resume_module, words.code, said=said)

    @work(exclusive=True, group="access-do")
    async def action_role(self) -> None:
        """Another role in the module."""
        chosen, words = self._chosen, self._words
        assert chosen is not None
        title = _("The role in “{module}”").format(module=words.name)
        role = await self.app.push_screen_wait(questions.RoleChoice(title, words, chosen.role, _("choose")))
        if role is not None and role != chosen.role:
            said = _("Role changed: {role}").format(role=words.roles[role])
            await self._do(access_changes.change_role, words.code, role, said=said)

    @work(exclusive=True, group="access-do")
    async def action_coordinator(self) -> None:
        """Which access coordinator answers for the access."""
        chosen, words = self._chosen, self._words
        assert chosen is not None
        present = chosen.access_coordinator
        search = AccessCoordinatorSearch(words.code, words.name, self._authority, present)
        found = await self.app.push_screen_wait(search)
        if found is not None and (present is None or found.id != present.id):
            said = _("Access coordinator: {name}").format(name=found.name or DASH)
            await self._do(access_changes.set_access_coordinator, words.code, found.id or None, said=said)

    @work(exclusive=True, group="access-do")
    async def action_withdraw(self) -> None:
        """Withdraw the access, after a look at what falls away."""
        words = self._words
        try:
            falling = await self.app.backend.read(access_view.withdrawal, self._authority, words.code)
        except Refused as refused:
            await self._refused(refused)
            return
        yes = await self.app.push_screen_wait(questions.withdraw_question(falling, words))
        if yes and not falling.refused:
            said = _("Access withdrawn: {module}").format(module=words.name)
            await self._do(access.withdraw_module, words.code, said=said)

    @work(exclusive=True, group="access-do")
    async def action_deactivate(self) -> None:
        """Deactivate the authority, after a question."""
        if await self.app.push_screen_wait(questions.deactivate_question(self._official_name)):
            await self._do(
                standing.deactivate, said=_("Deactivated: {authority}").format(authority=self._official_name)
            )

    @work(exclusive=True, group="access-do")
    async def action_reactivate(self) -> None:
        """Reactivate the authority."""
        await self._do(standing.reactivate, said=_("Reactivated: {authority}").format(authority=self._official_name))

    @work(exclusive=True, group="access-do")
    async def action_hand_over(self) -> None:
        """Offer the authority to another access manager, who accepts or declines."""
        found = await self.app.push_screen_wait(ManagerSearch())
        if found is not None and await self.app.push_screen_wait(
            questions.hand_over_question(self._official_name, found.name)
        ):
            await self._do(handover.offer, found.id, said=_("Offered to {manager}.").format(manager=found.name))

    @work(exclusive=True, group="access-do")
    async def action_take_back(self) -> None:
        """Take the offer back."""
        await self._do(handover.take_back, said=_("The offer is taken back."))

    @property
    def _official_name(self) -> str:
        assert self._view is not None
        return self._view.official_name

    async def _do(self, service: Callable[..., Any], *arguments: object, said: str) -> None:
        try:
            await self.app.backend.write(service, self._authority, *arguments)
        except Refused as refused:
            await self._refused(refused)
            return
        await self._read()
        self.post_message(AccessChanged())
        self.notify(said, markup=False)

    async def _refused(self, refused: Refused) -> None:
        """Somebody else may have been faster: show how it is now."""
        self.app.show_refusal(refused)
        await self._read()


def _named(one: Coordinator | None) -> str:
    return f"{one.name} · {one.country}" if one else ""
