"""The questions before an authority's access is changed, with what will happen; nothing is done here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from imi_tui.i18n import N_, _, date, ngettext
from imi_tui.i18n.counted import counted
from imi_tui.screens.dialogs import Dialog, confirm, keys_line, notice
from imi_tui.screens.my_authority.words import DASH
from imi_tui.services.access_rules import Relying
from imi_tui.services.access_view import Withdrawal
from imi_tui.services.catalogue import ModuleWords
from imi_tui.services.handover import Offer
from imi_tui.services.users_list import MANY
from imi_tui.widgets.choices import Choices, line
from imi_tui.widgets.text import plain


class OfferDialog(ModalScreen["bool | None"]):
    """An authority that is offered: dismisses with True to take it over, False to decline, None to leave it open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", N_("Accept"), priority=True),
        Binding("d", "answer(False)", N_("Decline")),
        Binding("escape", "leave", N_("Leave it open"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    OfferDialog {
        & > #offer {
            width: 72; max-width: 96%; height: auto; padding: 1 2; background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; margin: 0 0 1 0; }
        & #offer-keys { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self._offer = offer

    def compose(self) -> ComposeResult:
        offer = self._offer
        with Vertical(id="offer"):
            yield Static(plain(_("Take over {authority}?").format(authority=offer.name)), classes="title")
            told = _("Offered since {when} by {manager}.").format(when=date(offer.at), manager=_offerer(offer))
            yield Static(plain(told))
            yield Static(_("Your authority then gives it access to modules and can update its data and users."))
            keys = [(_("Enter"), _("take it over")), ("d", _("decline")), (_("Esc"), _("leave it open"))]
            yield Static(keys_line(keys), id="offer-keys")

    def action_answer(self, accepted: bool) -> None:
        """Close with the answer."""
        self.dismiss(accepted)

    def action_leave(self) -> None:
        """Answer another time."""
        self.dismiss(None)


class RoleChoice(ModalScreen["str | None"]):
    """The roles that an authority can have in a module; dismisses with the one chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", N_("Cancel"), key_display="Esc")]
    DEFAULT_CSS = """
    RoleChoice {
        & > #roles {
            width: 60; max-width: 96%; height: auto; padding: 1 2; background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; margin: 0 0 1 0; }
        & Choices { height: auto; }
        & #role-keys { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, title: str, words: ModuleWords, present: str, does: str) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._present = present
        self._does = does

    def compose(self) -> ComposeResult:
        with Vertical(id="roles"):
            yield Static(plain(self._title), classes="title")
            yield Choices(*(line(name, code) for code, name in self._words.roles.items()))
            yield Static(keys_line([(_("Enter"), self._does), (_("Esc"), _("Cancel"))]), id="role-keys")

    def on_mount(self) -> None:
        choices = self.query_one(Choices)
        roles = list(self._words.roles)
        choices.highlighted = roles.index(self._present) if self._present in roles else 0
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)

    def action_cancel(self) -> None:
        """Leave the role as it is."""
        self.dismiss(None)


def _offerer(offer: Offer) -> str:
    """The access manager that offers, and who in it, as far as they are known."""
    return ", ".join(part for part in (offer.by, offer.manager) if part) or DASH


def take_over_question(offer: Offer) -> OfferDialog:
    """Whether to manage an authority that another access manager offers (B2)."""
    return OfferDialog(offer)


def withdraw_question(found: Withdrawal, words: ModuleWords) -> Dialog:
    """Whether to withdraw a module: what falls away, or who relies on it, for which it would be refused."""
    if found.refused:
        return notice(_("“{module}” cannot be withdrawn").format(module=words.name), _reasons(found))
    lines: list[str | Content] = [*_people(found, words)]
    if found.keywords:
        names = ", ".join(words.forest.name(code) for code in found.keywords)
        lines += ["", _("Its keywords in this module fall away: {names}").format(names=names)]
    if found.coordinators:
        names = ", ".join(one.name for one in found.coordinators)
        lines += ["", _("It is no longer linked to its coordinators: {names}").format(names=names)]
    lines += ["", _("The authority and its administrators are told by e-mail.")]
    title = _("Withdraw “{module}”?").format(module=words.name)
    return confirm(title, lines, _("Withdraw"), danger=True)


def _people(found: Withdrawal, words: ModuleWords) -> list[str | Content]:
    if not found.people_count:
        return [_("Nobody holds a right in it.")]
    number = found.people_count
    head = ngettext("{n} person loses rights:", "{n} people lose rights:", min(number, MANY))
    lines: list[str | Content] = [Content.styled(head.format(n=counted(number, MANY)), "bold")]
    for person in found.people:
        rights = ", ".join(words.rights.get(right, right) for right in person.rights)
        lines.append(plain(f"  {person.name}") + plain(f" — {rights}").stylize("$muted"))
    if found.people_count > len(found.people):
        lines.append("  …")
    return lines


def _reasons(found: Withdrawal) -> list[str | Content]:
    if found.everywhere:
        return [_("Every authority has this module: with it would go the administration itself.")]
    lines: list[str | Content] = []
    for relying, head in (
        (found.linked, _("These authorities have it as their coordinator; they must choose another one first:")),
        (found.through, _("It answers for the access of these authorities; another one must do so first:")),
    ):
        if relying.count:
            lines += [Content.styled(head, "bold"), *_relying(relying), ""]
    return lines[:-1]


def _relying(relying: Relying) -> list[str | Content]:
    names: list[str | Content] = [f"  {name}" for name in relying.names]
    return [*names, "  …"] if relying.count > len(relying.names) else names


def suspend_question(words: ModuleWords) -> Dialog:
    """Whether to suspend a module."""
    lines = [
        _("Rights in it stay, but no right is given there, and nobody can newly choose it as coordinator."),
        _("The authority and its administrators are told by e-mail. The access can be resumed at any time."),
    ]
    return confirm(_("Suspend “{module}”?").format(module=words.name), lines, _("Suspend"), danger=True)


def deactivate_question(name: str) -> Dialog:
    """Whether to deactivate an authority."""
    lines = [
        _("It is shown as inactive, and nobody can newly choose it as coordinator."),
        _("Its users can log in and read, and change nothing but their own account."),
        _("The authority and its administrators are told by e-mail. It can be reactivated at any time."),
    ]
    return confirm(_("Deactivate {authority}?").format(authority=name), lines, _("Deactivate"), danger=True)


def hand_over_question(name: str, manager: str) -> Dialog:
    """Whether to offer an authority to another access manager."""
    lines = [
        _("{manager} is told by e-mail and accepts or declines.").format(manager=manager),
        _("Until it accepts, you go on managing {authority}; you can take the offer back.").format(authority=name),
    ]
    return confirm(_("Offer {authority} to another access manager?").format(authority=name), lines, _("Offer it"))
