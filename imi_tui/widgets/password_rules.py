"""The rules of a password (S4.8), ticked off as one types."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from imi_tui.i18n import N_, _, ngettext
from imi_tui.rules.passwords import Demands, Requirement, check

RULES = {
    Requirement.UPPER: N_("an upper-case letter, of any script"),
    Requirement.LOWER: N_("a lower-case letter"),
    Requirement.DIGIT: N_("a digit"),
    Requirement.PERSONAL: N_("not your name, username or e-mail address"),
    Requirement.COMMON: N_("not one of the most common passwords"),
}
"""What is shown beside the length; that it may not be longer than anybody types is only said where it is."""


class PasswordRules(Static):
    """One line per rule: a tick or a dot, and the words. What was typed is judged and not kept."""

    DEFAULT_CSS = "PasswordRules { height: auto; padding: 0 0 0 31; }"

    def judge(self, password: str, again: str, demands: Demands) -> None:
        """Show which rules the entries meet."""
        met = check(password, demands)
        length = ngettext("at least {n} character", "at least {n} characters", demands.minimum)
        lines = [(met[Requirement.LENGTH], length.format(n=demands.minimum))]
        lines += [(met[rule], _(words)) for rule, words in RULES.items()]
        lines.append((bool(password) and password == again, _("typed the same twice")))
        shown = [
            Content.assemble(("✓ ", "bold $success"), words) if good else Content.styled(f"· {words}", "$muted")
            for good, words in lines
        ]
        shown.append(Content.styled("  " + _("and not one of your last 5 passwords"), "$muted"))
        self.update(Content("\n").join(shown))
