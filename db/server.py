"""What a PostgreSQL server tells of itself and of how we reached it, for whoever looks after a deployment."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from db.probe import StoreError, shown_url


@dataclass(frozen=True)
class Server:
    """One that took our connection. `host` is what it was reached by, `sslmode` what we asked for."""

    version: int
    host: str
    local: bool
    encrypted: bool
    sslmode: str
    role: str
    superuser: bool
    encoding: str
    time_out: bool


def server_of(url: str) -> Server:
    """The server behind a URL, looked at for a moment; nothing is changed. Raises `StoreError`."""
    from db.engine import translated
    from db.postgresql import Engine

    engine = Engine(url)
    try:
        with translated():
            engine.connect()
            info = engine.database.connection().info
            role, superuser, encoding, time_out = engine.database.execute_sql(
                "SELECT rolname, rolsuper, current_setting('server_encoding'), current_setting('statement_timeout')"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            return Server(
                version=info.server_version // 10000,
                host=info.host,
                local=_is_local(info.host, info.hostaddr),
                encrypted=bool(engine.database.connection().pgconn.ssl_in_use),
                sslmode=info.get_parameters().get("sslmode", "prefer"),
                role=role,
                superuser=superuser,
                encoding=encoding,
                time_out=time_out != "0",
            )
    except StoreError as error:
        raise StoreError(error.kind, error.detail or shown_url(url)) from error
    finally:
        engine.close()


def _is_local(host: str, address: str) -> bool:
    """Whether what goes there leaves this machine: a socket's folder and the machine's own addresses do not."""
    if host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
