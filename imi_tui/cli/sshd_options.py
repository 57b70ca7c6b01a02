"""What sshd must say for an account that gets the app and nothing else: one table, printed by `imi sshd-snippet` and
checked by `imi doctor` against sshd's effective configuration."""

from __future__ import annotations

from imi_tui.i18n import N_

GLOBAL: tuple[tuple[str, str, str], ...] = (
    ("PermitUserEnvironment", "no", N_("its default; holds for the whole server and cannot stand in the block below")),
)
"""Option, value, why: outside of the Match block."""

MATCHED: tuple[tuple[str, str, str], ...] = (
    ("PermitTTY", "yes", ""),
    (
        "DisableForwarding",
        "yes",
        N_("each one by name too: before OpenSSH 10.0 the first line left agent and X11 open"),
    ),
    ("AllowAgentForwarding", "no", ""),
    ("AllowTcpForwarding", "no", ""),
    ("AllowStreamLocalForwarding", "no", ""),
    ("X11Forwarding", "no", ""),
    ("PermitTunnel", "no", ""),
    ("GatewayPorts", "no", ""),
    ("PermitOpen", "none", ""),
    ("PermitListen", "none", ""),
    ("PermitUserRC", "no", N_("~/.ssh/rc would run before the program")),
    ("AcceptEnv", "LANG LC_*", N_("nothing else of the other side's environment")),
    ("MaxSessions", "1", N_("one window per connection; a line that is gone ends within two minutes")),
    ("ClientAliveInterval", "30", ""),
    ("ClientAliveCountMax", "4", ""),
    ("HostbasedAuthentication", "no", ""),
    ("PermitEmptyPasswords", "no", ""),
)
"""Option, value, why: inside the Match block. A line without a reason belongs to the one before."""

LOG_INS: dict[str, tuple[tuple[str, str], ...]] = {
    "key": (
        ("AuthenticationMethods", "publickey"),
        ("PubkeyAuthentication", "yes"),
        ("PasswordAuthentication", "no"),
        ("KbdInteractiveAuthentication", "no"),
    ),
    "password": (
        ("AuthenticationMethods", "password keyboard-interactive"),
        ("PubkeyAuthentication", "no"),
        ("PasswordAuthentication", "yes"),
        ("KbdInteractiveAuthentication", "yes"),
    ),
    "both": (
        ("AuthenticationMethods", "publickey,password publickey,keyboard-interactive"),
        ("PubkeyAuthentication", "yes"),
        ("PasswordAuthentication", "yes"),
        ("KbdInteractiveAuthentication", "yes"),
    ),
}
"""How one logs in on the account (the log-in to the app comes after it): key, password, or one after the other."""

HARMLESS_ENVIRONMENT = {"LANG", "LANGUAGE", "LC_*", "COLORTERM", "NO_COLOR"}
"""What AcceptEnv may name without opening anything."""
