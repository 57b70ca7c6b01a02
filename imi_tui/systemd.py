"""Tell systemd how a service is (sd_notify): one datagram to the socket that it names, nothing where there is none."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Say `READY=1` or `STOPPING=1`. Never raises: a service works without anybody listening."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(state.encode(), "\0" + path[1:] if path.startswith("@") else path)
        except OSError:
            return
