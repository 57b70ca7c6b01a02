"""The questions before what cannot be undone, naming the person and what will happen, and the words after it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from imi_tui.i18n import _, ngettext
from imi_tui.screens.dialogs import Dialog, confirm
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.user_rights import FallingRight
from imi_tui.services.user_view import UserDetail
from imi_tui.services.users import Deleted, Reset
from imi_tui.widgets.text import plain


def reset_question(user: UserDetail, days: int) -> Dialog:
    """Whether to reset somebody's password (S4.6); the temporary one lasts so many days."""
    return confirm(
        _("Reset the password of {name}?").format(name=user.name),
        [
            _("The present password stops working at once; a block is lifted."),
            _("A temporary password is e-mailed to {email}.").format(email=user.email),
            ngettext(
                "It must be changed at the first log-in, and lapses after {n} day.",
                "It must be changed at the first log-in, and lapses after {n} days.",
                days,
            ).format(n=days),
        ],
        _("Reset the password"),
    )


def reset_words(reset: Reset) -> str:
    """What happens next."""
    return _("The password of {name} was reset. A temporary one is on its way to {email}.").format(
        name=reset.name, email=reset.mail_to
    )


def delete_question(user: UserDetail, falling: Sequence[FallingRight], words: CatalogueView) -> Dialog:
    """Whether to delete somebody (S4.5): what is erased, which rights fall away, who else holds them."""
    lines: list[str | Content] = [
        _("Name, e-mail, phone, password and rights are erased; this cannot be undone."),
        _("The username {username} is given to nobody else.").format(username=user.username),
    ]
    if falling:
        lines += ["", Content.styled(_("These rights fall away:"), "bold")]
        lines += [_falling(one, words) for one in falling]
    return confirm(_("Delete {name}?").format(name=user.name), lines, _("Delete"), danger=True)


def deleted_words(deleted: Deleted) -> str:
    """What happened."""
    return _("{name} was deleted.").format(name=deleted.name)


def _falling(one: FallingRight, words: CatalogueView) -> Content:
    module = words.module(one.module)
    right = module.rights.get(one.right, one.right)
    line = plain(f"  {module.short} · {right}")
    if one.others_count:
        names = ", ".join(one.others) + (", …" if one.others_count > len(one.others) else "")
        held = ngettext("also held by {n}: {names}", "also held by {n}: {names}", one.others_count)
        return line + plain(" — " + held.format(n=one.others_count, names=names)).stylize("$muted")
    if one.mandatory:
        told = _("! mandatory, held by nobody else: give it to a colleague first")
        return line + plain(" — " + told).stylize("$error")
    return line + plain(" — " + _("held by nobody else")).stylize("$warning")
